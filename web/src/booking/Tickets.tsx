/** Tickets to show at the door: a code each, with its seat in words. */

import { useEffect, useMemo } from "preact/hooks";
import type { Booking, Ticket } from "../api/shapes";
import { clock, localDay, longDay } from "../format/time";
import { paletteOf } from "../poster/palette";
import { language, texts } from "../texts";
import { fill } from "../texts/fill";
import { drawn } from "./qr";

export function Tickets({ booking }: { booking: Booking }) {
  const { ticket: text } = texts.value;
  const isAnyValid = booking.tickets.some(isValid);
  useAwakeScreen(isAnyValid);
  return (
    <section class="tickets" id={CODES}>
      <h2>{text.list}</h2>
      {isAnyValid && <p class="soft tickets-how">{text.show}</p>}
      <ul>
        {booking.tickets.map((ticket) => (
          <li key={ticket.ticket_id}>
            <OneTicket booking={booking} ticket={ticket} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What leads to the codes at the door: on a phone they stand below the stub. */
export const CODES = "codes";

export const isValid = (ticket: Ticket) => ticket.status === "valid";

export function rowAndNumber(seatId: string): { row: string; number: string } {
  const [, row = seatId, number = ""] = /^([A-Z]+)(\d+)$/.exec(seatId) ?? [];
  return { row, number };
}

function OneTicket({ booking, ticket }: { booking: Booking; ticket: Ticket }) {
  const { ticket: text, room } = texts.value;
  const zone = booking.time_zone ?? "UTC";
  const seat = rowAndNumber(ticket.seat_id);
  const { ground, ink } = paletteOf(booking.title ?? booking.movie_id);
  const category = booking.seats.find((one) => one.seat_id === ticket.seat_id)?.category;
  return (
    <article class="ticket" style={{ "--ground": ground, "--figure": ink }} data-void={!isValid(ticket) || undefined}>
      {isValid(ticket) && <Code code={ticket.code} name={fill(text.code, seat)} />}
      <div class="ticket-words">
        <h3>{fill(text.seat, seat)}</h3>
        <p>
          {[booking.room_name && fill(room.room, { name: booking.room_name }), category && (room.categories[category] ?? category)]
            .filter(Boolean)
            .join(" · ")}
        </p>
        <p class="ticket-film">{booking.title ?? booking.movie_id}</p>
        <p>
          {longDay(language.value, localDay(zone, booking.movie_time))}, <b>{clock(language.value, zone, booking.movie_time)}</b>
        </p>
        <p>{booking.theater_name}</p>
        {!isValid(ticket) && <p class="ticket-state">{text.back}</p>}
        {ticket.checked_in_at && <p class="ticket-state">{fill(text.used, { time: clock(language.value, zone, ticket.checked_in_at) })}</p>}
      </div>
    </article>
  );
}

/** Dark on white in every colour scheme: readers at the door expect it. */
function Code({ code, name }: { code: string; name: string }) {
  const { size, path } = useMemo(() => drawn(code), [code]);
  return (
    <svg class="code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={name} shape-rendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}

/** A phone that is held out at a door stays lit, where it can. */
function useAwakeScreen(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted || !("wakeLock" in navigator)) return;
    let lock: WakeLockSentinel | undefined;
    let isOver = false;
    const ask = async () => {
      if (document.hidden) return;
      const given = await navigator.wakeLock.request("screen").catch(() => undefined);
      if (isOver) void given?.release();
      else lock = given;
    };
    document.addEventListener("visibilitychange", ask); // it is let go when the page is hidden
    void ask();
    return () => {
      isOver = true;
      document.removeEventListener("visibilitychange", ask);
      void lock?.release();
    };
  }, [isWanted]);
}
