/**
 * Bookings that can be read without a connection: GetBooking's and GetMyBookings' answers of what is BOOKED, kept on this
 * device for the user who asked, and removed when that user signs out or another signs in. No token is kept with them.
 */

import { effect } from "@preact/signals";
import type { Answered } from "./client";
import { keepingOf, notOver, ownerOf, seenBooking, withBooking, withList, withoutBooking, type Keeping, type Seen } from "./keeping";
import { ProblemError } from "./problem";
import * as session from "./session";
import type { Booking, BookingList } from "./shapes";

const KEPT = "tickets";
const GONE = 404;

/** From now on what is kept is the signed-in user's: it goes at once when that user signs out, or another signs in. */
export function keepForTheSignedIn(): void {
  effect(() => {
    if (ownerOf(localStorage.getItem(KEPT)) !== session.session.value?.name) localStorage.removeItem(KEPT);
  });
}

/** The bookings that this device can show and that are not over by its clock, the last seen first. */
export function readable(): Booking[] {
  const keeping = kept();
  return keeping ? notOver(keeping, Date.now()) : [];
}

/** The answer, or what is kept of this order while the box office cannot be reached. */
export async function bookingOrKept(orderId: string | undefined, asked: Promise<Answered<Booking>>): Promise<Answered<Booking>> {
  const owner = session.session.peek()?.name;
  try {
    const answer = await asked;
    change(owner, (keeping) => withBooking(keeping, answer.value, Date.now()));
    return answer;
  } catch (error) {
    if (orderId === undefined) throw error;
    if (error instanceof ProblemError && error.problem.status === GONE) change(owner, (keeping) => withoutBooking(keeping, orderId));
    return keptInstead(error, owner, (keeping) => seenBooking(keeping, orderId));
  }
}

export async function listOrKept(asked: Promise<Answered<BookingList>>): Promise<Answered<BookingList>> {
  const owner = session.session.peek()?.name;
  try {
    const answer = await asked;
    change(owner, (keeping) => withList(keeping, answer.value, Date.now()));
    return answer;
  } catch (error) {
    return keptInstead(error, owner, (keeping) => keeping.list ?? undefined);
  }
}

/** Tickets that are given back are void from the box office's yes on: they go before another answer says so. */
export async function withoutWhatIsGivenBack<T>(orderId: string, asked: Promise<T>): Promise<T> {
  const owner = session.session.peek()?.name;
  const answer = await asked;
  change(owner, (keeping) => withoutBooking(keeping, orderId));
  return answer;
}

function keptInstead<T>(error: unknown, owner: string | undefined, seen: (keeping: Keeping) => Seen<T> | undefined): Answered<T> {
  const keeping = kept();
  const found = keeping?.owner === owner && keeping && error instanceof ProblemError && isWithoutAnswer(error) ? seen(keeping) : undefined;
  if (!found) throw error;
  return { value: found.value, stale: false, kept: { at: found.at, problem: (error as ProblemError).problem } };
}

/** No connection, no answer, or the box office's own failure: whatever it refuses by its rules is not answered from memory. */
const isWithoutAnswer = ({ problem }: ProblemError) => problem.status === 0 || problem.status >= 500;

function kept(): Keeping | undefined {
  const owner = session.stored()?.name;
  return owner === undefined ? undefined : keepingOf(localStorage.getItem(KEPT), owner);
}

/** Only while the user who asked is still signed in, in this tab and by what other tabs have stored. */
function change(owner: string | undefined, by: (keeping: Keeping) => Keeping): void {
  const before = kept();
  if (!before || before.owner !== owner) return;
  const after = by(before);
  try {
    localStorage.setItem(KEPT, JSON.stringify(after));
  } catch {
    return; // the device has no room: nothing is kept, and the page says nothing else than without it
  }
  if (before.bookings.length === 0 && after.bookings.length > 0) askToStay();
}

/** With the first ticket: so that the browser does not clear it away when the device runs out of room. */
function askToStay(): void {
  void navigator.storage?.persist?.().catch(() => undefined);
}
