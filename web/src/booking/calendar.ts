/** A booking as a calendar's event: RFC 5545. Pure. */

import type { Booking } from "../api/shapes";

const LINE_OCTETS = 75;
/** Each file supersedes what was saved before it (RFC 5545, 3.8.7.4): the minutes from here to its making. */
const SEQUENCE_SINCE = Date.UTC(2020, 0, 1);

/** `now`: when the file is made. `words`: of the booking, in the visitor's language. */
export function calendarFile(booking: Booking, words: { seats: string; place: string }, now: Date): string {
  const isOff = booking.event_cancelled_at !== null || booking.tickets.every((ticket) => ticket.status === "refunded");
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Box Office//Booking//EN",
    `METHOD:${isOff ? "CANCEL" : "PUBLISH"}`,
    "BEGIN:VEVENT",
    `UID:${booking.order_id}@box-office`,
    `SEQUENCE:${Math.floor((now.getTime() - SEQUENCE_SINCE) / 60_000)}`,
    `DTSTAMP:${basic(now.toISOString())}`,
    `DTSTART:${basic(booking.movie_time)}`,
    ...(booking.end_time ? [`DTEND:${basic(booking.end_time)}`] : []),
    `SUMMARY:${escaped(booking.title ?? booking.movie_id)}`,
    `LOCATION:${escaped(words.place)}`,
    `DESCRIPTION:${escaped(words.seats)}`,
    `STATUS:${isOff ? "CANCELLED" : "CONFIRMED"}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

/** 2026-11-25T19:30:00Z as 20261125T193000Z. */
const basic = (time: string) => `${time.replace(/[-:]/g, "").slice(0, 15)}Z`;

const escaped = (text: string) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

/** Longer lines go on in the next, after a space; no character is cut in two. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  let octets = 0;
  let out = "";
  for (const character of line) {
    const more = encoder.encode(character).length;
    if (octets + more > LINE_OCTETS) {
      out += "\r\n ";
      octets = 1;
    }
    out += character;
    octets += more;
  }
  return out;
}
