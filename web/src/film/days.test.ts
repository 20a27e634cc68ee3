import { expect, test } from "vitest";
import type { Showing } from "../api/shapes";
import { byDay } from "./days";

const at = (movie_time: string) => ({ movie_time }) as Showing;

test("a showing belongs to the theater's day, wherever the browser is", () => {
  const late = at("2026-11-25T23:30:00Z");
  expect(byDay([late], "Europe/Lisbon").map((day) => day.day)).toEqual(["2026-11-25"]);
  expect(byDay([late], "Asia/Tokyo").map((day) => day.day)).toEqual(["2026-11-26"]);
});

test("days and showings are in order", () => {
  const days = byDay([at("2026-11-26T20:00:00Z"), at("2026-11-25T20:00:00Z"), at("2026-11-26T10:00:00Z")], "UTC");
  expect(days.map((day) => day.day)).toEqual(["2026-11-25", "2026-11-26"]);
  expect(days[1]?.showings.map((one) => one.movie_time)).toEqual(["2026-11-26T10:00:00Z", "2026-11-26T20:00:00Z"]);
});
