/** What the customer still has of a booking whose tickets were given back, all or one by one. Pure. */

import type { Booking, BookingList } from "../api/shapes";
import { total } from "../format/money";

export function givenBackSeats({ tickets }: Pick<Booking, "tickets">): Set<string> {
  return new Set(tickets.filter((ticket) => ticket.status === "refunded").map((ticket) => ticket.seat_id));
}

/** The price less every refund that was asked for: also what is only on its way back is no longer paid for a ticket. */
export function stillPaid({ currency, price, refunds }: Pick<Booking, "currency" | "price" | "refunds">): number {
  return total(currency, [price, ...refunds.map((one) => -one.amount)]);
}

type Listed = BookingList["bookings"][number];

/** The list does not say which tickets were given back, only how many are left. */
export function ticketsLeft({ status, selected_seat, live_tickets }: Pick<Listed, "status" | "selected_seat" | "live_tickets">): number | null {
  return status === "BOOKED" && live_tickets < selected_seat.length ? live_tickets : null;
}

/** Null: of a refund that is on its way, the list does not say how much it is. */
export function stillPaidInList(one: Listed): number | null {
  if (ticketsLeft(one) !== null && one.refunded === 0) return null;
  return total(one.currency, [one.price, -one.refunded]);
}
