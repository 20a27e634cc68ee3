"""Seat maps, holds and bookings as API.md shows them."""

from collections.abc import Callable, Sequence

from box_office.domain.catalogue import CATEGORY_LETTERS, Event
from box_office.domain.holding import HoldRequest
from box_office.domain.orders import Order, Status
from box_office.domain.payments import Refund
from box_office.domain.seat_map import STATUS_LETTERS
from box_office.domain.tickets import Ticket
from box_office.http_api.representation import JsonObject, iso_ms, iso_seconds, major_units
from box_office.use_cases.seat_map import MapSeen

# The map is the same for all customers, but this route needs a token, so that only the browser may keep it: a second.
MAP_OF_ONE = {"Cache-Control": "private, max-age=1"}
MAP_SHARED = {"Cache-Control": "public, s-maxage=1, stale-while-revalidate=2, stale-if-error=60"}
POLL_SECONDS = (2, 15)
READS_PER_POLL_SECOND = 50  # for so many reads a second of one event, all its watchers poll a second less often
LEGEND = CATEGORY_LETTERS | {letter: status for status, letter in STATUS_LETTERS.items()}


def available_seat(seen: MapSeen, others: Sequence[Event]) -> JsonObject:
    event, shown = seen.event, seen.map
    body: JsonObject = {
        "movie_id": event.movie_id,
        "theater_id": event.theater_id,
        "event_id": event.event_id,
        "movie_time": iso_seconds(event.movie_time),
        "sales_end": iso_seconds(event.sales_end),
        "room_name": event.room_name,
        "as_of": iso_ms(seen.seen.as_of),
        "currency": event.currency,
        "prices": {
            category: major_units(event.prices[category], event.currency)
            for category in shown.remaining
            if category in event.prices
        },
        "remaining": shown.remaining,
        "next_release": release_time(shown.next_release),
        "available_seat": shown.available,
        "legend": LEGEND,
        "rows": [
            {
                "row": row.row,
                "gaps": row.gaps,
                "seats": row.seats,
                "category": row.category,
                "status": shown.letters[row.row],
            }
            for row in seen.room.rows
        ],
        "other_events": [
            {"event_id": other.event_id, "movie_time": iso_seconds(other.movie_time)}
            for other in others
            if other.event_id != event.event_id and other.cancelled_at is None
        ],
    }
    return body | cancellation(event)


def small_map(seen: MapSeen) -> JsonObject:
    body: JsonObject = {
        "event_id": seen.event.event_id,
        "as_of": iso_ms(seen.seen.as_of),
        "status": seen.map.letters,
        "remaining": seen.map.remaining,
        "next_release": release_time(seen.map.next_release),
        "poll_after": poll_after(seen.seen.reads_per_second),
    }
    return body | cancellation(seen.event)


def cancellation(event: Event) -> JsonObject:
    return {"cancelled_at": iso_ms(event.cancelled_at)} if event.cancelled_at is not None else {}


def poll_after(reads_per_second: float) -> int:
    """Seconds until the next poll: 2, growing with the load to 15."""
    least, most = POLL_SECONDS
    return min(most, least + int(reads_per_second / READS_PER_POLL_SECOND))


def release_time(epoch_ms: int | None) -> str | None:
    return iso_ms(epoch_ms) if epoch_ms is not None else None


def held(order: Order) -> JsonObject:
    return {
        "order_id": order.order_id,
        "status": str(order.status),
        "event_id": order.event_id,
        "movie_time": iso_seconds(order.movie_time),
        "selected_seat": order.selected_seat,
        "price": major_units(order.price, order.currency),
        "currency": order.currency,
        "hold_end_time": iso_ms(order.hold_until),
    }


def queued(request: HoldRequest) -> JsonObject:
    return {
        "status": "QUEUED",
        "order_id": request.order_id,
        "event_id": request.event.event_id,
        "selected_seat": list(request.seat_prices),
    }


def booking(order: Order, now: int, code_of: Callable[[Order, Ticket], str]) -> JsonObject:
    """`code_of(order, ticket)`: the code that the gate scans."""
    body: JsonObject = {
        "order_id": order.order_id,
        "event_id": order.event_id,
        "movie_id": order.movie_id,
        "theater_id": order.theater_id,
        "movie_time": iso_seconds(order.movie_time),
        "status": str(order.status_at(now)),
        "selected_seat": order.selected_seat,
        "price": major_units(order.price, order.currency),
        "currency": order.currency,
        "hold_end_time": iso_ms(order.hold_until),
        "seconds_left": order.seconds_left(now),
        "decline": decline_of(order),
        "next_action": next_action_of(order),
        "refunded": major_units(order.refunded, order.currency),
        "refunds": [refund(one, order.currency) for one in order.refunds if not one.surplus],
        "tickets": [ticket(one, code_of(order, one)) for one in order.tickets],
    }
    return body | ({"reason": order.reason} if order.reason is not None else {})


def refund(one: Refund, currency: str) -> JsonObject:
    """A refund of the tickets' price. Refunds of surplus captures are not shown."""
    return {
        "refund_id": one.refund_id,
        "amount": major_units(one.amount, currency),
        "state": str(one.state),
        "asked_at": iso_ms(one.asked_at),
        "reason": one.reason,
        "tickets": list(one.tickets),
        "origin": str(one.origin),
    }


def booking_word(order: Order, now: int) -> str:
    """The Status header of a booking."""
    return "REQUIRES_ACTION" if next_action_of(order) else str(order.status_at(now))


def decline_of(order: Order) -> JsonObject | None:
    attempt = order.current_attempt
    if attempt is None or attempt.decline is None:
        return None
    decline = attempt.decline
    return {"code": decline.get("code"), "decline_code": decline.get("decline_code"), "message": decline.get("message")}


def next_action_of(order: Order) -> JsonObject | None:
    attempt = order.current_attempt
    if order.status is not Status.PAYING or attempt is None or attempt.next_action is None:
        return None
    action = attempt.next_action
    return {"type": action.get("type"), "url": action.get("url"), "client_secret": action.get("client_secret")}


def ticket(one: Ticket, code: str) -> JsonObject:
    used = one["checked_in_at"]
    return {
        "ticket_id": one["ticket_id"],
        "seat_id": one["seat_id"],
        "code": code,
        "status": one["status"],
        "checked_in_at": iso_ms(used) if used is not None else None,
    }


def booking_in_list(order: Order, now: int) -> JsonObject:
    return {
        "order_id": order.order_id,
        "event_id": order.event_id,
        "status": str(order.status_at(now)),
        "selected_seat": order.selected_seat,
        "price": major_units(order.price, order.currency),
        "currency": order.currency,
        "movie_time": iso_seconds(order.movie_time),
        "refunded": major_units(order.refunded, order.currency),
        "live_tickets": order.live_tickets,
    }
