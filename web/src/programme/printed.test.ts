import { expect, test } from "vitest";
import type { Programme, ProgrammeShowing } from "../api/shapes";
import { daysOf, partOf, printed, saleOf } from "./printed";

const showing = (movie_time: string, more: Partial<ProgrammeShowing> = {}): ProgrammeShowing => ({
  event_id: `at ${movie_time}`,
  movie_time,
  end_time: movie_time,
  sales_end: movie_time,
  room_name: "1",
  language: null,
  subtitles: null,
  formats: [],
  access: [],
  price_from: 9,
  cancelled_at: null,
  ...more,
});
const programme = (films: Record<string, ProgrammeShowing[]>): Programme => ({
  theater_id: "lisboa",
  date: "2026-11-25",
  time_zone: "Europe/Lisbon",
  currency: "EUR",
  movies: Object.entries(films).map(([title, events]) => ({ movie_id: title, title, length: 90, certificate: "U", year: 1931, director: "N. N.", poster: null, events })),
  dates: ["2026-11-25", "2026-11-26"],
  as_of: "2026-11-25T12:00:00Z",
});

test("a day reads by the clock, under its parts", () => {
  const day = programme({
    M: [showing("2026-11-25T20:00:00Z"), showing("2026-11-25T10:00:00Z")],
    Ran: [showing("2026-11-25T18:00:00Z"), showing("2026-11-25T22:30:00Z")],
  });
  expect(printed(day).map(({ part, entries }) => [part, entries.map((one) => one.film.title)])).toEqual([
    ["morning", ["M"]],
    ["evening", ["Ran", "M"]],
    ["late", ["Ran"]],
  ]);
});

test("parts of the day begin at 5, 12, 17 and 22", () => {
  expect([4, 5, 11, 12, 16, 17, 21, 22].map(partOf)).toEqual([
    "late", "morning", "morning", "afternoon", "afternoon", "evening", "evening", "late",
  ]);
});

test("a filter leaves what fits it", () => {
  const day = programme({ M: [showing("2026-11-25T20:00:00Z", { language: "de" }), showing("2026-11-25T21:00:00Z")] });
  expect(printed(day, { language: "de", format: "", access: "" })[0]?.entries).toHaveLength(1);
  expect(printed(day, { language: "fr", format: "", access: "" })).toEqual([]);
});

test("a showing that is called off is not merely closed", () => {
  const now = Date.parse("2026-11-25T20:00:00Z");
  expect(saleOf(showing("2026-11-25T20:00:01Z"), now)).toBe("open");
  expect(saleOf(showing("2026-11-25T20:00:00Z"), now)).toBe("closed");
  expect(saleOf(showing("2026-11-25T19:00:00Z", { cancelled_at: "2026-11-20T10:00:00Z" }), now)).toBe("called off");
});

test("the day that is looked at is in the strip, also without showings", () => {
  expect(daysOf({ ...programme({}), date: "2026-11-24" })).toEqual(["2026-11-24", "2026-11-25", "2026-11-26"]);
});
