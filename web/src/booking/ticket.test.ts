import { expect, test } from "vitest";
import type { Booking } from "../api/shapes";
import { calendarFile } from "./calendar";
import { drawn } from "./qr";

const BOOKING = {
  order_id: "or_5k",
  movie_id: "ran",
  title: "Ran, again; and more",
  movie_time: "2026-11-25T19:30:00Z",
  end_time: "2026-11-25T22:23:00Z",
  event_cancelled_at: null,
  tickets: [{ status: "valid" }],
} as unknown as Booking;
const WORDS = { seats: "Row H, seat 12", place: "Cine Tejo, Room 3" };
const file = (changes: object = {}, now = "2026-11-24T10:00:00Z") => calendarFile({ ...BOOKING, ...changes }, WORDS, new Date(now));

test("a calendar's event has the showing's times in UTC, its place, and escaped words", () => {
  expect(file().split("\r\n")).toEqual(
    expect.arrayContaining(["UID:or_5k@box-office", "DTSTART:20261125T193000Z", "DTEND:20261125T222300Z", "SUMMARY:Ran\\, again\\; and more", "LOCATION:Cine Tejo\\, Room 3", "STATUS:CONFIRMED"]),
  );
});

test("a later file supersedes an earlier one, and cancels when the showing or all tickets are gone", () => {
  const sequence = (text: string) => Number(/SEQUENCE:(\d+)/.exec(text)?.[1]);
  expect(sequence(file({}, "2026-11-24T10:01:00Z"))).toBe(sequence(file()) + 1);
  expect(file({ event_cancelled_at: "2026-11-24T09:00:00.000Z" })).toContain("STATUS:CANCELLED");
  expect(file({ tickets: [{ status: "refunded" }] })).toContain("METHOD:CANCEL");
});

test("no line is longer than 75 octets, and none breaks a character", () => {
  const lines = file({ title: "Ñandú ".repeat(40) }).split("\r\n");
  expect(Math.max(...lines.map((line) => new TextEncoder().encode(line).length))).toBeLessThanOrEqual(75);
  expect(file({ title: "Ñandú ".repeat(40) }).replaceAll("\r\n ", "")).toContain("Ñandú ".repeat(40));
});

test("a signed code is a QR of 41 modules and a border of four: it is alphanumeric", () => {
  const code = `BO2:${"A1B2C3D4E5 $%*+-./:".repeat(8)}`.slice(0, 153);
  expect(drawn(code).size).toBe(41 + 2 * 4);
  expect(drawn(code).path).toMatch(/^M4 4h7v1h-7z/);
});
