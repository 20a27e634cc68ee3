import { expect, test } from "vitest";
import { keepingOf, notOver, nothingOf, seenBooking, withBooking, withList, withoutBooking } from "./keeping";
import type { Booking, BookingList } from "./shapes";

const AT = Date.parse("2026-11-25T12:00:00Z");
const booking = (order_id: string, status = "BOOKED", end_time: string | null = "2026-11-25T22:23:00Z") =>
  ({ order_id, status, movie_time: "2026-11-25T19:30:00Z", end_time, tickets: [] }) as unknown as Booking;
const list = (...bookings: Booking[]) => ({ bookings, next_cursor: "more" }) as unknown as BookingList;
const orders = (keeping: { bookings: { value: Booking }[] }) => keeping.bookings.map(({ value }) => value.order_id);

test("what was booked is kept with the time of its answer", () => {
  const kept = withBooking(nothingOf("ada"), booking("or_1"), AT);
  expect(seenBooking(kept, "or_1")).toEqual({ value: booking("or_1"), at: AT });
  expect(seenBooking(kept, "or_2")).toBeUndefined();
});

test("a newer answer replaces the older, and one that is not BOOKED removes it", () => {
  const twice = withBooking(withBooking(nothingOf("ada"), booking("or_1"), AT), booking("or_1"), AT + 5);
  expect(twice.bookings.map((one) => one.at)).toEqual([AT + 5]);
  for (const status of ["HELD", "PAYING", "REFUNDING", "REFUNDED", "UNRESOLVED"])
    expect(withBooking(twice, booking("or_1", status), AT).bookings).toEqual([]);
});

test("of a list only what is BOOKED is kept, and it removes what is not any more", () => {
  const kept = withBooking(withBooking(nothingOf("ada"), booking("or_1"), AT), booking("or_2"), AT);
  const after = withList(kept, list(booking("or_1", "REFUNDED"), booking("or_3")), AT);
  expect(after.list?.value.bookings.map((one) => one.order_id)).toEqual(["or_3"]);
  expect(orders(after)).toEqual(["or_2"]);
});

test("what is given back is kept neither as a booking nor in the list, and a newer answer leaves the list as it is", () => {
  const kept = withList(withBooking(nothingOf("ada"), booking("or_1"), AT), list(booking("or_1"), booking("or_2")), AT);
  const listed = (keeping: typeof kept) => keeping.list?.value.bookings.map((one) => one.order_id);
  expect(listed(withBooking(kept, booking("or_1"), AT + 5))).toEqual(["or_1", "or_2"]);
  for (const after of [withoutBooking(kept, "or_1"), withBooking(kept, booking("or_1", "REFUNDED"), AT)])
    expect([orders(after), listed(after)]).toEqual([[], ["or_2"]]);
  expect(withoutBooking(nothingOf("ada"), "or_1")).toEqual(nothingOf("ada"));
});

test("another owner gets nothing of what was stored, nor does anything that is not readable", () => {
  const stored = JSON.stringify(withBooking(nothingOf("ada"), booking("or_1"), AT));
  expect(orders(keepingOf(stored, "ada"))).toEqual(["or_1"]);
  for (const [text, owner] of [[stored, "grace"], ["{", "ada"], ["null", "ada"], [null, "ada"], ['{"owner":"ada"}', "ada"]] as const)
    expect(keepingOf(text, owner)).toEqual(nothingOf(owner));
});

test("a day after its end a booking is offered no longer, and kept all the same: a clock may be wrong", () => {
  const kept = withBooking(withBooking(nothingOf("ada"), booking("or_1"), AT), booking("or_2", "BOOKED", null), AT);
  const offered = (now: string) => notOver(kept, Date.parse(now)).map((one) => one.order_id);
  expect(offered("2026-11-26T22:22:00Z")).toEqual(["or_2", "or_1"]);
  expect(offered("2026-11-26T22:24:00Z")).toEqual(["or_2"]);
  expect(offered("2026-11-27T01:31:00Z")).toEqual([]);
  expect(orders(kept)).toEqual(["or_2", "or_1"]);
});

test("no more than forty are kept, the newest", () => {
  const kept = Array.from({ length: 60 }, (_, n) => booking(`or_${n}`)).reduce((all, one) => withBooking(all, one, AT), nothingOf("ada"));
  expect(orders(kept)).toHaveLength(40);
  expect(orders(kept)[0]).toBe("or_59");
});
