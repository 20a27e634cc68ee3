import { expect, test } from "vitest";
import { BOOKED, BOOKING_LIST, BOOKINGS } from "../all-parts/examples";
import { canExtend, gainsNow, passed, SAID_AT, urgency } from "./clock";
import { givenBackSeats, stillPaid, stillPaidInList, ticketsLeft } from "./given-back";
import { nextLookSeconds } from "./watch";

test("words are said once, at the moment that passed", () => {
  expect(passed(SAID_AT, 301, 300)).toBe(300);
  expect(passed(SAID_AT, 300, 299)).toBeNull();
  expect(passed(SAID_AT, 61, 59.2)).toBe(60);
});

test("a page that slept says only the latest", () => {
  expect(passed(SAID_AT, 400, 20)).toBe(30);
});

test("only the last words interrupt", () => {
  expect(SAID_AT.map(urgency)).toEqual(["polite", "polite", "polite", "assertive"]);
});

test("more time is offered while it would gain a minute", () => {
  expect(canExtend("2026-11-23T10:30:00Z", "2026-11-23T10:10:00Z")).toBe(true);
  expect(canExtend("2026-11-23T10:30:00Z", "2026-11-23T10:29:30Z")).toBe(false);
  expect(canExtend(null, null)).toBe(false);
});

test("more time can be had once a minute of the hold is over", () => {
  expect([600, 541, 540, 48].map((left) => gainsNow(left, 600))).toEqual([false, false, true, true]);
  expect([541, 240].map((left) => gainsNow(left, 300))).toEqual([false, true]);
});

test("a hold is looked at when it ends and now and then before, what moves by itself as often as it says, what rests not at all", () => {
  expect(nextLookSeconds({ status: "HELD", seconds_left: 12, poll_after: null })).toBe(13);
  expect(nextLookSeconds({ status: "HELD", seconds_left: 412, poll_after: null })).toBe(30);
  expect(nextLookSeconds({ status: "PAYING", seconds_left: 0, poll_after: 2 })).toBe(2);
  expect(nextLookSeconds({ status: "BOOKED", seconds_left: 0, poll_after: null })).toBeNull();
});

test("a ticket that was given back takes its seat and its price off the booking", () => {
  const one = BOOKINGS["booked, one ticket given back"]!;
  expect([givenBackSeats(BOOKED).size, stillPaid(BOOKED)]).toEqual([0, 30]);
  expect([[...givenBackSeats(one)], stillPaid(one)]).toEqual([["D5"], 15]);
  expect(stillPaid(BOOKINGS["money on its way back"]!)).toBe(0);
});

test("the list says how many tickets are left, and no price while it cannot know it", () => {
  const booked = BOOKING_LIST.bookings[0]!;
  expect([ticketsLeft(booked), stillPaidInList(booked)]).toEqual([null, 30]);
  const one = { ...booked, live_tickets: 1 };
  expect([ticketsLeft(one), stillPaidInList(one)]).toEqual([1, null]);
  expect(stillPaidInList({ ...one, refunded: 15 })).toBe(15);
  expect(ticketsLeft({ ...one, status: "HELD", live_tickets: 0 })).toBe(null);
});
