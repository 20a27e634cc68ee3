/** A booking as something to keep: the film in its own colours, where and when, and its seats. */

import type { ComponentChildren } from "preact";
import type { Booking } from "../api/shapes";
import { money } from "../format/money";
import { clock, localDay, longDay } from "../format/time";
import { paletteOf } from "../poster/palette";
import { Figure } from "../poster/Poster";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";
import { givenBackSeats, stillPaid } from "./given-back";

export function Stub({ booking, children }: { booking: Booking; children: ComponentChildren }) {
  const { booking: text, room, ticket: words } = texts.value;
  const title = booking.title ?? booking.movie_id;
  const { ground, ink } = paletteOf(title);
  const zone = booking.time_zone ?? "UTC";
  const givenBack = givenBackSeats(booking);
  const paid = stillPaid(booking);
  return (
    <article class="stub" data-status={booking.status} style={{ "--ground": ground, "--figure": ink }}>
      <div class="stub-film">
        <p class="stub-place">
          {[booking.theater_name, booking.room_name && fill(room.room, { name: booking.room_name })].filter(Boolean).join(" · ")}
        </p>
        <h2>{title}</h2>
        <p class="stub-when">
          <time dateTime={booking.movie_time}>
            <b>{clock(language.value, zone, booking.movie_time)}</b> {longDay(language.value, localDay(zone, booking.movie_time))}
          </time>
        </p>
        <ul class="stub-seats" aria-label={counted(language.value, room.seats, booking.selected_seat.length - givenBack.size)}>
          {booking.selected_seat.map((seat) => (
            <li>
              <span class="fine">{givenBack.has(seat) ? words.back : text.seat}</span> {givenBack.has(seat) ? <s>{seat}</s> : <b>{seat}</b>}
            </li>
          ))}
        </ul>
        <div class="stub-figure">
          <Figure title={title} />
        </div>
        <p class="stub-foot">
          <span>{booking.address}</span>
          <span>
            {paid < booking.price && <s>{money(language.value, booking.currency, booking.price)}</s>}{" "}
            <b>{money(language.value, booking.currency, paid)}</b>
          </span>
        </p>
      </div>
      <div class="stub-side">{children}</div>
    </article>
  );
}
