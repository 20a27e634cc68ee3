/** A booking as something to keep: the film in its own colours, where and when, and its seats. */

import type { ComponentChildren } from "preact";
import type { Booking } from "../api/shapes";
import { money } from "../format/money";
import { clock, localDay, longDay } from "../format/time";
import { paletteOf } from "../poster/palette";
import { Figure } from "../poster/Poster";
import { language, texts } from "../texts";
import { counted, fill } from "../texts/fill";

export function Stub({ booking, children }: { booking: Booking; children: ComponentChildren }) {
  const { booking: text, room } = texts.value;
  const title = booking.title ?? booking.movie_id;
  const { ground, ink } = paletteOf(title);
  const zone = booking.time_zone ?? "UTC";
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
        <ul class="stub-seats" aria-label={counted(language.value, room.seats, booking.selected_seat.length)}>
          {booking.selected_seat.map((seat) => (
            <li>
              <span class="fine">{text.seat}</span> <b>{seat}</b>
            </li>
          ))}
        </ul>
        <div class="stub-figure">
          <Figure title={title} />
        </div>
        <p class="stub-foot">
          <span>{booking.address}</span>
          <b>{money(language.value, booking.currency, booking.price)}</b>
        </p>
      </div>
      <div class="stub-side">{children}</div>
    </article>
  );
}
