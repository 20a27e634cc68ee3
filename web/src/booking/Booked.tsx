/** What can be done with tickets: keep them, print them, give them back; and what came back. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { ProblemError } from "../api/problem";
import type { Booking } from "../api/shapes";
import { money } from "../format/money";
import { clock, localDay, longDay } from "../format/time";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import { calendarFile } from "./calendar";
import { stillPaid } from "./given-back";
import { isValid, rowAndNumber } from "./Tickets";

interface Props {
  booking: Booking;
  /** By a key: the same key is the same request. */
  giveBack: (key: string) => Promise<void>;
}

export function Booked({ booking, giveBack }: Props) {
  const { booking: text, ticket: words } = texts.value;
  const isOff = booking.event_cancelled_at !== null;
  const because = booking.reason && words.reasons[booking.reason];
  const isAnyValid = booking.tickets.some(isValid);
  const wasUsed = booking.tickets.some((ticket) => ticket.checked_in_at !== null);
  return (
    <>
      <p class="lead" role="status">
        {isOff ? words.calledOff : text.stateWords[booking.status]}
      </p>
      {because && <p>{because}</p>}
      {booking.tickets.length > 0 && (
        <p class="stub-acts no-print">
          {isAnyValid && (
            <button type="button" class="button" onClick={() => print()}>
              {words.print}
            </button>
          )}
          <button type="button" class="button quiet" onClick={() => saveCalendarFile(booking)}>
            {words.calendar}
          </button>
        </p>
      )}
      <MoneyBack booking={booking} />
      {booking.status === "BOOKED" && isAnyValid && !wasUsed && !isOff && <GiveBack booking={booking} giveBack={giveBack} />}
    </>
  );
}

function saveCalendarFile(booking: Booking): void {
  const { ticket: text, room } = texts.peek();
  const seats = booking.tickets.filter(isValid).map((ticket) => fill(text.seat, rowAndNumber(ticket.seat_id)));
  const place = [booking.theater_name, booking.room_name && fill(room.room, { name: booking.room_name }), booking.address];
  const file = calendarFile(booking, { seats: seats.join("; "), place: place.filter(Boolean).join(", ") }, new Date());
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file], { type: "text/calendar;charset=utf-8" }));
  link.download = `${booking.order_id}.ics`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function MoneyBack({ booking }: { booking: Booking }) {
  const { refund: text } = texts.value;
  if (booking.refunds.length === 0) return null;
  return (
    <div class="money-back">
      <h3>{text.list}</h3>
      <ul>
        {booking.refunds.map((one) => (
          <li key={one.refund_id}>
            <b>{money(language.value, booking.currency, one.amount)}</b> {text.states[one.state]}
          </li>
        ))}
      </ul>
    </div>
  );
}

function GiveBack({ booking, giveBack }: Props) {
  const { refund: text } = texts.value;
  const isAsked = useSignal(false);
  const zone = booking.time_zone ?? "UTC";
  const until = `${longDay(language.value, localDay(zone, booking.refundable_until))}, ${clock(language.value, zone, booking.refundable_until)}`;
  return (
    <div class="give-back no-print">
      <p class="fine soft">{fill(text.until, { time: until })}</p>
      <button type="button" class="as-link" onClick={() => (isAsked.value = true)}>
        {text.give}
      </button>
      {isAsked.value && <Question booking={booking} giveBack={giveBack} close={() => (isAsked.value = false)} />}
    </div>
  );
}

export function Question({ booking, giveBack, close }: Props & { close: () => void }) {
  const { refund: text } = texts.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const isAsking = useSignal(false);
  const refusal = useSignal("");
  const key = useRef(crypto.randomUUID());
  useEffect(() => dialog.current?.showModal(), []);
  const amount = money(language.value, booking.currency, stillPaid(booking));
  const give = async () => {
    isAsking.value = true;
    refusal.value = "";
    try {
      await giveBack(key.current);
      close();
    } catch (error) {
      const code = error instanceof ProblemError ? error.problem.code : "other";
      refusal.value = text.refused[code] ?? text.refused.other ?? "";
    } finally {
      isAsking.value = false;
    }
  };
  return (
    <dialog class="dialog" ref={dialog} aria-labelledby="give-back" onClose={close}>
      <h2 id="give-back">{text.question}</h2>
      <p>{fill(text.comes[booking.paid_with ?? "card"], { amount })}</p>
      <p>{text.then}</p>
      <p role="alert">{refusal.value}</p>
      <div class="dialog-acts">
        <button type="button" class="button" disabled={isAsking.value} onClick={() => void give()}>
          {isAsking.value ? text.asking : text.give}
        </button>
        <button type="button" class="button quiet" autofocus onClick={close}>
          {text.keep}
        </button>
      </div>
    </dialog>
  );
}
