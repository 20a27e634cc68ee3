"""A showing and its room, to be drawn once, as API.md shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from box_office.domain.catalogue import CATEGORIES, Event, Room, Row
from box_office.http_api.representation import iso_ms, iso_seconds, major_units
from box_office.http_api.seats import LEGEND
from box_office.use_cases.get_event_detail import EventDetail

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers


def event_detail(detail: EventDetail, refund_closes_ms: int, seats_per_order_max: int) -> answers.EventDetail:
    event, movie, theater, room = detail.event, detail.movie, detail.theater, detail.room
    return {
        "event_id": event.event_id,
        "movie_id": movie.movie_id,
        "title": movie.title,
        "certificate": movie.certificate,
        "length": movie.length,
        "poster": movie.poster,
        "theater_id": theater.theater_id,
        "theater_name": theater.name,
        "address": theater.address,
        "time_zone": theater.time_zone,
        "currency": event.currency,
        "room_id": room.room_id,
        "room_name": event.room_name,
        "movie_time": iso_seconds(event.movie_time),
        "end_time": iso_seconds(event.end_time),
        "sales_end": iso_seconds(event.sales_end),
        "refundable_until": iso_seconds(event.refundable_until(refund_closes_ms)),
        "cancelled_at": iso_ms(event.cancelled_at) if event.cancelled_at is not None else None,
        "language": event.language,
        "subtitles": event.subtitles,
        "formats": event.formats,
        "access": event.access,
        "prices": prices_of(event, room),
        "seats_per_order_max": seats_per_order_max,
        "layout_version": room.layout_version,
        "rows": [row_to_draw(row) for row in room.rows],
        "legend": LEGEND,
        "as_of": iso_ms(detail.as_of),
    }


def prices_of(event: Event, room: Room) -> dict[str, int | float]:
    """Of each category that the room has and that is on sale."""
    there = set(room.category_of.values())
    return {
        category: major_units(event.prices[category], event.currency)
        for category in CATEGORIES
        if category in there and category in event.prices
    }


def row_to_draw(row: Row) -> answers.RowToDraw:
    return {
        "row": row.row,
        "gaps": row.gaps,
        "offset": seats_to_the_right(row.offset_tenths),
        "seats": row.seats,
        "category": row.category,
    }


def seats_to_the_right(tenths: int | None) -> int | float | None:
    """15 -> 1.5, 20 -> 2."""
    if tenths is None:
        return None
    return tenths // 10 if tenths % 10 == 0 else tenths / 10
