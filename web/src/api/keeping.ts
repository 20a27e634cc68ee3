/**
 * Which bookings a device keeps to be read without a connection: those of one user that are BOOKED. Pure; `at` is of the
 * device's clock.
 */

import type { Booking, BookingList } from "./shapes";

export interface Seen<T> {
  value: T;
  /** When the API answered. */
  at: number;
}
export interface Keeping {
  owner: string;
  list: Seen<BookingList> | null;
  bookings: Seen<Booking>[];
}

const BOOKINGS_MAX = 40;
const OVER_AFTER_MS = 86_400_000;
const LONGEST_SHOWING_MS = 6 * 3_600_000; // where the end is not known any more

export const nothingOf = (owner: string): Keeping => ({ owner, list: null, bookings: [] });

/** What was stored, if it is this owner's. */
export function keepingOf(stored: string | null, owner: string): Keeping {
  const keeping = read(stored);
  return keeping?.owner === owner ? keeping : nothingOf(owner);
}

export const ownerOf = (stored: string | null): string | undefined => read(stored)?.owner;

function read(stored: string | null): Keeping | undefined {
  try {
    const parsed: unknown = JSON.parse(stored ?? "null");
    return isKeeping(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isKeeping(parsed: unknown): parsed is Keeping {
  return typeof parsed === "object" && parsed !== null && "owner" in parsed && "list" in parsed && "bookings" in parsed && Array.isArray(parsed.bookings);
}

/** A booking that is no longer BOOKED takes the place of what was kept of it, and is not kept itself. */
export function withBooking(keeping: Keeping, booking: Booking, at: number): Keeping {
  const without = withoutBooking(keeping, booking.order_id);
  if (booking.status !== "BOOKED") return without;
  return { ...keeping, bookings: [{ value: booking, at }, ...without.bookings].slice(0, BOOKINGS_MAX) };
}

/** Neither the booking nor its line in the list. */
export function withoutBooking(keeping: Keeping, orderId: string): Keeping {
  const isOther = (one: { order_id: string }) => one.order_id !== orderId;
  const { list } = keeping;
  return {
    ...keeping,
    list: list && { ...list, value: { ...list.value, bookings: list.value.bookings.filter(isOther) } },
    bookings: keeping.bookings.filter(({ value }) => isOther(value)),
  };
}

/** A list also says which of the kept bookings are not BOOKED any more. */
export function withList(keeping: Keeping, list: BookingList, at: number): Keeping {
  const isBooked = ({ status }: { status: string }) => status === "BOOKED";
  const gone = new Set(list.bookings.filter((one) => !isBooked(one)).map((one) => one.order_id));
  return {
    ...keeping,
    list: { value: { bookings: list.bookings.filter(isBooked), next_cursor: null }, at },
    bookings: keeping.bookings.filter(({ value }) => !gone.has(value.order_id)),
  };
}

/** `now` is of the device's clock, which may be wrong: it decides what is offered, never what is kept. */
export function notOver(keeping: Keeping, now: number): Booking[] {
  const endOf = ({ end_time, movie_time }: Booking) => (end_time === null ? Date.parse(movie_time) + LONGEST_SHOWING_MS : Date.parse(end_time));
  return keeping.bookings.map(({ value }) => value).filter((booking) => now <= endOf(booking) + OVER_AFTER_MS);
}

export const seenBooking = (keeping: Keeping, orderId: string): Seen<Booking> | undefined =>
  keeping.bookings.find(({ value }) => value.order_id === orderId);
