/** What is shown while a payment is under way: on the page that began it, after a reload, and on any other device. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import * as answers from "../api/answers";
import type { Booking } from "../api/shapes";
import { clock } from "../format/time";
import { leaveForBank, opensByItself } from "../paying/bank";
import { showBank } from "../paying/card-form";
import { slowness } from "../paying/slowness";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import type { OtherCard } from "./other-card";

interface Props {
  booking: Booking;
  look: () => Promise<void>;
  otherCard: OtherCard;
}

export function Paying({ booking, look, otherCard }: Props) {
  const { booking: text } = texts.value;
  const seen = useSignal(0);
  useEffect(() => {
    const since = performance.now();
    const timer = setInterval(() => (seen.value = (performance.now() - since) / 1000), 1000);
    return () => clearInterval(timer);
  }, [booking.order_id]);
  return (
    <div class="paying">
      <p class="lead">{text.stateWords[booking.status]}</p>
      <span class="under-way" aria-hidden="true" />
      {booking.next_action && !otherCard.isOnItsWay ? <Bank booking={booking} look={look} otherCard={otherCard} /> : <p role="status">{wordsOf(booking, seen.value)}</p>}
    </div>
  );
}

function wordsOf(booking: Booking, seenSeconds: number): string {
  const { pay: text } = texts.value;
  const how = slowness(seenSeconds, booking.poll_after);
  if (how === "long" && booking.decided_by) {
    return fill(text.long, { time: clock(language.value, booking.time_zone ?? "UTC", booking.decided_by) });
  }
  return how === "paying" ? text.underWay : text.slow;
}

/** The bank asks its customer: its page opens by itself where Pay was pressed, and by a button everywhere else. */
function Bank({ booking, look, otherCard }: Props) {
  const { pay: text } = texts.value;
  const { value: config } = answers.useAnswer(answers.config());
  const isOpen = useSignal(false);
  const failed = useSignal(false);
  const secret = booking.next_action?.client_secret ?? null;
  const url = booking.next_action?.url ?? null;

  const open = async () => {
    if (!config || secret === null) return;
    isOpen.value = true;
    leaveForBank(booking);
    failed.value = !(await showBank(config, language.peek(), secret));
    isOpen.value = false;
    await look();
  };
  useEffect(() => {
    if (config && secret !== null && opensByItself(booking, secret)) void open();
  }, [config, secret]);
  return (
    <>
      <p role="status">{failed.value ? text.bankFailed : text.confirm}</p>
      {secret !== null && (
        <button type="button" class="button" disabled={isOpen.value || !config} onClick={() => void open()}>
          {text.toBank}
        </button>
      )}
      <button type="button" class="as-link fine" disabled={isOpen.value} onClick={otherCard.want}>
        {text.otherCard}
      </button>
      {url !== null && (
        <a class="fine" href={url} onClick={() => leaveForBank(booking)}>
          {text.bankElsewhere}
        </a>
      )}
    </>
  );
}
