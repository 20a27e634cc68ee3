/** How long the seats are held: by the browser's monotonic clock, from what the server said. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import * as answers from "../api/answers";
import type { Booking } from "../api/shapes";
import { clock, countdown } from "../format/time";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import { canExtend, gainsNow, OFFERED_AT, passed, SAID_AT, urgency } from "./clock";
import type { Watching } from "./watch";

interface Props {
  booking: Booking;
  at: number;
  watch: Watching;
}

export function Countdown({ booking, at, watch }: Props) {
  const { booking: text } = texts.value;
  const left = useSignal(leftOf(booking, at));
  const polite = useSignal("");
  const assertive = useSignal("");
  const isOffering = useSignal(false);
  const isAsking = useSignal(false);
  const failed = useSignal(false);
  const before = useRef({ end: booking.hold_end_time, seconds: leftOf(booking, at) });
  const holdSeconds = answers.useAnswer(answers.config()).value?.hold_seconds ?? Infinity; // not known: the API decides
  const more = canExtend(booking.extendable_until, booking.hold_end_time);

  useEffect(() => {
    // Of the same hold no moment is passed over while the booking is asked for again.
    if (before.current.end !== booking.hold_end_time) before.current = { end: booking.hold_end_time, seconds: leftOf(booking, at) };
    left.value = leftOf(booking, at);
    const timer = setInterval(() => {
      const now = leftOf(booking, at);
      const said = passed(SAID_AT, before.current.seconds, now);
      if (said !== null) {
        const words = text.words[String(said / 60)] ?? "";
        if (urgency(said) === "polite") polite.value = words;
        else assertive.value = words;
      }
      if (passed(OFFERED_AT, before.current.seconds, now) !== null) isOffering.value = true;
      before.current.seconds = now;
      left.value = now;
    }, 250);
    return () => clearInterval(timer);
  }, [booking, at]);

  const extend = async () => {
    isOffering.value = false;
    isAsking.value = true;
    failed.value = !(await watch.extend());
    isAsking.value = false;
  };
  return (
    <div class="countdown">
      <p>{text.left}</p>
      <p class="countdown-time" role="timer" data-urgent={left.value <= 60 || undefined}>
        {countdown(left.value)}
      </p>
      {more ? (
        <button type="button" class="button quiet" disabled={isAsking.value || !gainsNow(left.value, holdSeconds)} onClick={() => void extend()}>
          {text.more}
        </button>
      ) : (
        <p class="fine soft" role="status">
          {text.noMore}
        </p>
      )}
      {failed.value && more && <p role="alert">{text.moreFailed}</p>}
      <p class="unseen" aria-live="polite">
        {polite.value}
      </p>
      <p class="unseen" aria-live="assertive">
        {assertive.value}
      </p>
      {isOffering.value && more && left.value > 0 && (
        <MoreTime booking={booking} extend={() => void extend()} close={() => (isOffering.value = false)} />
      )}
    </div>
  );
}

export function MoreTime({ booking, extend, close }: { booking: Booking; extend: () => void; close: () => void }) {
  const { booking: text } = texts.value;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const until = booking.extendable_until && booking.time_zone ? clock(language.value, booking.time_zone, booking.extendable_until) : "";
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="more-time" onClose={close}>
      <h2 id="more-time">{text.moreQuestion}</h2>
      {until && <p>{fill(text.moreUntil, { time: until })}</p>}
      <div class="dialog-acts">
        <button type="button" class="button" autofocus onClick={extend}>
          {text.more}
        </button>
        <button type="button" class="button quiet" onClick={close}>
          {text.moreNo}
        </button>
      </div>
    </dialog>
  );
}

function leftOf(booking: Booking, at: number): number {
  return Math.max(0, booking.seconds_left - (performance.now() - at) / 1000);
}
