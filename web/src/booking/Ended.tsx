/** Seats that are held no longer: which, whether they are still free, and how one tap holds them again. */

import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso";
import { useEffect, useMemo } from "preact/hooks";
import * as answers from "../api/answers";
import type { Booking, EventDetail } from "../api/shapes";
import { Holding } from "../holding/hold";
import { Polling } from "../holding/polling";
import { isOnSale, roomOf, statesOf } from "../holding/seats";
import { routes } from "../routes";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import { Declined } from "./Declined";

export function Ended({ booking }: { booking: Booking }) {
  const { booking: text } = texts.value;
  const { value: detail } = answers.useAnswer(answers.showing(booking.event_id));
  const because = booking.reason && text.reasons[booking.reason];
  return (
    <>
      {booking.decline && <Declined decline={booking.decline} isHeld={false} />}
      <p role="status">{because ?? text.stateWords[booking.status]}</p>
      {detail && <OnceMore booking={booking} detail={detail} />}
      <a href={routes.showing(booking.event_id)}>{text.again}</a>
    </>
  );
}

function OnceMore({ booking, detail }: { booking: Booking; detail: EventDetail }) {
  const { booking: text, hold } = texts.value;
  const { route } = useLocation();
  const polling = useMemo(() => new Polling(booking.event_id), [booking.event_id]);
  const holding = useMemo(() => new Holding(), []);
  const refusal = useSignal<string | null>(null);
  const room = useMemo(() => roomOf(detail), [detail]);
  useEffect(() => polling.start(), [polling]);

  const { map } = polling.seen.value;
  if (!map) return null;
  const states = statesOf(room, map);
  const free = isOnSale(map) ? booking.selected_seat.filter((seat) => states.get(seat) === "free") : [];
  const again = async () => {
    refusal.value = null;
    const outcome = await holding.hold(detail, free);
    if (outcome.then === "booking") {
      return route(routes.booking(booking.event_id, outcome.orderId ?? undefined) + (outcome.queued ? "?queued" : ""), true);
    }
    if (outcome.then === "sign in") return route(routes.signIn(routes.booking(booking.event_id, booking.order_id)));
    if (outcome.then === "refused") refusal.value = outcome.problem.code;
    await polling.look();
  };
  const state = holding.state.value;
  return (
    <>
      <p role="status">{stillFree(booking.selected_seat, free, isOnSale(map))}</p>
      {free.length > 0 && (
        <button type="button" class="button" disabled={state !== "idle"} onClick={() => void again()}>
          {state === "idle" ? fill(text.holdAgain, { seats: listed(free) }) : hold.asking}
        </button>
      )}
      {state === "asking again" && <p role="status">{hold.notYet}</p>}
      {refusal.value !== null && <p role="alert">{hold.refused[refusal.value] ?? hold.refused.other}</p>}
    </>
  );
}

function stillFree(lost: readonly string[], free: readonly string[], isSold: boolean): string {
  const { booking: text, truths } = texts.value;
  if (!isSold) return truths.closedLong;
  if (free.length === lost.length) return text.allFree;
  if (free.length === 0) return text.noneFree;
  return fill(text.someFree, { free: listed(free), gone: listed(lost.filter((seat) => !free.includes(seat))) });
}

const listed = (seats: readonly string[]) => new Intl.ListFormat(language.value).format(seats);
