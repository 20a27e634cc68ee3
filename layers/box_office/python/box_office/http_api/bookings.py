"""Bookings as API.md shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from box_office.domain.awaiting import cap_of
from box_office.domain.orders import Order, Status
from box_office.domain.paying import PayLimits
from box_office.domain.payments import AttemptState, Kind, Refund
from box_office.domain.polling import poll_after
from box_office.domain.tickets import Ticket
from box_office.http_api.representation import iso_ms, iso_seconds, major_units
from box_office.use_cases.get_booking import Booking
from box_office.use_cases.get_my_bookings import BookingPage

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers

PaidWith = Literal["card", "cash", "external", "free"]
PAID_WITH: dict[Kind, PaidWith] = {
    Kind.CARD: "card",
    Kind.SAVED: "card",
    Kind.CASH: "cash",
    Kind.EXTERNAL: "external",
    Kind.FREE: "free",
}


@dataclass(frozen=True)
class BookingRules:
    """What a booking tells of the stage's rules."""

    hold_ms_max: int
    refund_closes_ms: int
    cap_ms: int  # of a pin, from the first call to the provider
    unreached_ms: int  # of a pin that no worker has reached


def booking(seen: Booking, now: int, rules: BookingRules, code_of: Callable[[Order, Ticket], str]) -> answers.Booking:
    """`code_of(order, ticket)`: the code that the gate scans."""
    order, event, theater = seen.order, seen.event, seen.theater
    body: answers.Booking = {
        "order_id": order.order_id,
        "event_id": order.event_id,
        "movie_id": order.movie_id,
        "theater_id": order.theater_id,
        "title": seen.movie.title if seen.movie is not None else None,
        "theater_name": theater.name if theater is not None else None,
        "address": theater.address if theater is not None else None,
        "time_zone": theater.time_zone if theater is not None else None,
        "room_name": event.room_name if event is not None else None,
        "movie_time": iso_seconds(order.movie_time),
        "end_time": iso_seconds(event.end_time) if event is not None else None,
        "event_cancelled_at": iso_or_none(event.cancelled_at if event is not None else None),
        "status": order.status_at(now),
        "selected_seat": order.selected_seat,
        "seats": seats_of(seen),
        "price": major_units(order.price, order.currency),
        "currency": order.currency,
        "hold_end_time": iso_ms(order.hold_until),
        "seconds_left": order.seconds_left(now),
        "extendable_until": iso_ms(order.extendable_until(rules.hold_ms_max)),
        "decided_by": decided_by(order, rules),
        "poll_after": poll_after(order, now),
        "decline": decline_of(order),
        "next_action": next_action_of(order),
        "paid_with": paid_with(order),
        "refundable_until": iso_seconds(refundable_until(seen, rules.refund_closes_ms)),
        "refunded": major_units(order.refunded, order.currency),
        "refunds": [refund(one, order.currency) for one in order.refunds if not one.surplus],
        "tickets": [ticket(one, code_of(order, one)) for one in order.tickets],
    }
    if order.reason is not None:
        body["reason"] = order.reason
    return body


def seats_of(seen: Booking) -> list[answers.SeatOfBooking]:
    category_of = seen.room.category_of if seen.room is not None else {}
    return [
        {"seat_id": seat, "category": category_of.get(seat), "price": major_units(price, seen.order.currency)}
        for seat, price in seen.order.seat_prices.items()
    ]


def decided_by(order: Order, rules: BookingRules) -> str | None:
    """By when an order that is being paid is decided at the latest."""
    if order.status is not Status.PAYING:
        return None
    return iso_ms(cap_of(order, PayLimits(cap_ms=rules.cap_ms, unreached_ms=rules.unreached_ms)))


def paid_with(order: Order) -> PaidWith | None:
    """How the tickets were paid; None while nothing was."""
    attempt = order.current_attempt
    if not order.takes_money or attempt is None or attempt.state is not AttemptState.CAPTURED:
        return None
    return PAID_WITH[attempt.method.kind]


def refundable_until(seen: Booking, closes_ms: int) -> int:
    return seen.event.refundable_until(closes_ms) if seen.event is not None else seen.order.movie_time - closes_ms


def iso_or_none(epoch_ms: int | None) -> str | None:
    return iso_ms(epoch_ms) if epoch_ms is not None else None


def refund(one: Refund, currency: str) -> answers.RefundOfBooking:
    """A refund of the tickets' price. Refunds of surplus captures are not shown."""
    return {
        "refund_id": one.refund_id,
        "amount": major_units(one.amount, currency),
        "state": one.state,
        "asked_at": iso_ms(one.asked_at),
        "reason": one.reason,
        "tickets": list(one.tickets),
        "origin": one.origin,
    }


def booking_word(order: Order, now: int) -> str:
    """The Status header of a booking."""
    return "REQUIRES_ACTION" if next_action_of(order) else str(order.status_at(now))


def decline_of(order: Order) -> answers.Decline | None:
    attempt = order.current_attempt
    if attempt is None or attempt.decline is None:
        return None
    decline = attempt.decline
    return {"code": decline.get("code"), "decline_code": decline.get("decline_code"), "message": decline.get("message")}


def next_action_of(order: Order) -> answers.NextAction | None:
    attempt = order.current_attempt
    if order.status is not Status.PAYING or attempt is None or attempt.next_action is None:
        return None
    action = attempt.next_action
    return {"type": action.get("type"), "url": action.get("url"), "client_secret": action.get("client_secret")}


def ticket(one: Ticket, code: str) -> answers.TicketOfBooking:
    used = one["checked_in_at"]
    return {
        "ticket_id": one["ticket_id"],
        "seat_id": one["seat_id"],
        "code": code,
        "status": one["status"],
        "checked_in_at": iso_ms(used) if used is not None else None,
    }


def booking_list(page: BookingPage, now: int) -> answers.BookingList:
    bookings = [booking_in_list(order, page, now) for order in page.orders]
    return {"bookings": bookings, "next_cursor": page.next_cursor}


def booking_in_list(order: Order, page: BookingPage, now: int) -> answers.ListedBooking:
    movie, event = page.movies.get(order.movie_id), page.events.get(order.event_id)
    theater = page.theaters.get(order.theater_id)
    return {
        "order_id": order.order_id,
        "event_id": order.event_id,
        "status": order.status_at(now),
        "selected_seat": order.selected_seat,
        "price": major_units(order.price, order.currency),
        "currency": order.currency,
        "title": movie.title if movie is not None else None,
        "theater_name": theater.name if theater is not None else None,
        "time_zone": theater.time_zone if theater is not None else None,
        "room_name": event.room_name if event is not None else None,
        "movie_time": iso_seconds(order.movie_time),
        "refunded": major_units(order.refunded, order.currency),
        "live_tickets": order.live_tickets,
    }
