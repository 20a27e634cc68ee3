import { expect, test } from "vitest";
import { counted, fill } from "../texts/fill";
import { en } from "../texts/en";
import { es } from "../texts/es";
import { money, total } from "./money";
import { clock, countdown, dayAfter, inMinutes, localDay, longDay } from "./time";

test("a currency has the digits that ISO 4217 gives it", () => {
  expect(money("en", "EUR", 11.5)).toBe("€11.50");
  expect(money("en", "JPY", 1500)).toBe("¥1,500");
  expect(money("es", "EUR", 9)).toBe("9\u00a0€");
  expect(money("en", "KWD", 1.25)).toMatch(/1\.250$/);
});

test("sums are made in minor units", () => {
  expect(total("EUR", [0.1, 0.2])).toBe(0.3);
  expect(total("JPY", [1500, 2600])).toBe(4100);
  expect(total("EUR", [])).toBe(0);
});

test("times are the theater's, on the days on which clocks change too", () => {
  expect(clock("en", "Europe/Lisbon", "2026-10-25T00:30:00Z")).toBe("01:30");
  expect(clock("en", "Europe/Lisbon", "2026-10-25T01:30:00Z")).toBe("01:30");
  expect(clock("en", "Asia/Tokyo", "2026-11-25T15:05:00Z")).toBe("00:05");
  expect(localDay("America/Sao_Paulo", "2026-11-26T01:00:00Z")).toBe("2026-11-25");
  expect(dayAfter("2026-10-24")).toBe("2026-10-25");
  expect(longDay("en", "2026-11-30")).toBe("Monday 30 November");
});

test("a countdown never shows less than nothing", () => {
  expect([130, 59.2, 0, -4].map(countdown)).toEqual(["2:10", "1:00", "0:00", "0:00"]);
});

test("words are counted by the rules of their language", () => {
  expect(counted("en", en.films.count, 1)).toBe("1 film");
  expect(counted("es", es.films.count, 1200)).toBe("1200 películas");
  expect(fill("{a} and {b}", { a: 1 })).toBe("1 and {b}");
});

test("every language has the same words, with the same gaps", () => {
  const gaps = (texts: object): unknown =>
    Object.fromEntries(
      Object.entries(texts).map(([name, value]) => [name, typeof value === "string" ? [...value.matchAll(/\{\w+\}/g)].map(String).sort() : gaps(value)]),
    );
  expect(gaps(es)).toEqual(gaps(en));
});

test("a hold's length is told in whole minutes, and takes its room before it is known", () => {
  expect([inMinutes(600), inMinutes(890)]).toEqual([10, 14]);
  expect(inMinutes(undefined)).toHaveLength(2);
});
