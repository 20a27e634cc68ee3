"""Seat maps and holds as API.md shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from box_office.domain.catalogue import CATEGORY_LETTERS, Event
from box_office.domain.extending import ExtendRequest
from box_office.domain.holding import HoldRequest
from box_office.domain.orders import Order
from box_office.domain.seat_map import OFF_SALE_LETTER, STATUS_LETTERS
from box_office.http_api.endpoint import Request, fingerprint_of
from box_office.http_api.representation import iso_ms, iso_seconds, major_units

if TYPE_CHECKING:  # no cold start pays for the shapes of answers, or of what another function answers
    from box_office.http_api import answers
    from box_office.use_cases.seat_map import MapSeen

# The map is the same for all customers, but this route needs a token, so that only the browser may keep it: a second.
MAP_OF_ONE = {"Cache-Control": "private, max-age=1"}
MAP_SHARED = {"Cache-Control": "public, s-maxage=1, stale-while-revalidate=2, stale-if-error=60"}
POLL_SECONDS = (2, 15)
# Most watchers' looks are answered by the edge, and never seen here; their tries to hold seats are. In a rush each
# watcher tries about once in ten seconds: for so many tries a second, all poll a second less often.
TRIES_PER_POLL_SECOND = 500
STATUS_WORDS = {letter: str(status) for status, letter in STATUS_LETTERS.items()}
LEGEND = CATEGORY_LETTERS | STATUS_WORDS | {OFF_SALE_LETTER: "off_sale"}


def available_seat(seen: MapSeen, others: Sequence[Event]) -> answers.AvailableSeat:
    event, shown = seen.event, seen.map
    body: answers.AvailableSeat = {
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
    if event.cancelled_at is not None:
        body["cancelled_at"] = iso_ms(event.cancelled_at)
    return body


def small_map(seen: MapSeen) -> answers.SeatMap:
    return {
        "event_id": seen.event.event_id,
        "as_of": iso_ms(seen.seen.as_of),
        "status": seen.map.letters,
        "remaining": seen.map.remaining,
        "next_release": release_time(seen.map.next_release),
        "poll_after": poll_after(seen.seen.tries_per_second),
        "on_sale": seen.map.on_sale,
        "sales_end": iso_seconds(seen.event.sales_end),
        "cancelled_at": iso_ms(seen.event.cancelled_at) if seen.event.cancelled_at is not None else None,
        "layout_version": seen.room.layout_version,
    }


def poll_after(tries_per_second: float) -> int:
    """Seconds until the next poll: 2, growing with the crowd to 15."""
    least, most = POLL_SECONDS
    return min(most, least + int(tries_per_second / TRIES_PER_POLL_SECOND))


def release_time(epoch_ms: int | None) -> str | None:
    return iso_ms(epoch_ms) if epoch_ms is not None else None


def held(order: Order, now: int, hold_ms_max: int) -> answers.Hold:
    """`seconds_left` is as of now, also where the rest repeats an earlier answer."""
    return {
        "order_id": order.order_id,
        "status": order.status,
        "event_id": order.event_id,
        "movie_time": iso_seconds(order.movie_time),
        "selected_seat": order.selected_seat,
        "price": major_units(order.price, order.currency),
        "currency": order.currency,
        "hold_end_time": iso_ms(order.hold_until),
        "seconds_left": order.seconds_left(now),
        "extendable_until": iso_ms(order.extendable_until(hold_ms_max)),
    }


def extend_request_of(request: Request) -> ExtendRequest:
    return ExtendRequest(request.idempotency_key, fingerprint_of(request))


def queued(request: HoldRequest) -> answers.QueuedHold:
    return {
        "status": "QUEUED",
        "order_id": request.order_id,
        "event_id": request.event.event_id,
        "selected_seat": list(request.seat_prices),
    }
