"""The gate's answers as API.md shows them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeGuard

from box_office.domain.check_in import Scan, UndoRequest
from box_office.domain.errors import InvalidRequest
from box_office.domain.gate_list import Bookmark, Counts, GateList, status_at_the_gate
from box_office.domain.tickets import Ticket
from box_office.http_api.bodies.staff import TIME_WORDS, CheckInBody, UndoBody, is_utc
from box_office.http_api.caller import Caller
from box_office.http_api.endpoint import Request
from box_office.http_api.representation import iso_ms, iso_seconds
from box_office.use_cases.check_in_ticket import CheckedIn
from box_office.use_cases.get_ticket_keys import PublicKey

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers

# Gates fetch the keys before they open; a key signs a day after it was made, so five minutes late harm nothing.
KEYS_SHARED = {"Cache-Control": "public, max-age=300, stale-if-error=86400"}


def ticket_keys(keys: Sequence[PublicKey]) -> answers.TicketKeys:
    return {
        "keys": [
            {
                "key_id": key.key_id,
                "algorithm": "Ed25519",
                "public_key": base64.urlsafe_b64encode(key.public_key).decode().rstrip("="),
                "not_before": iso_seconds(key.not_before),
            }
            for key in keys
        ]
    }


def scan_of(body: CheckInBody, caller: Caller) -> Scan:
    return Scan(
        theater_id=caller.theater_id,
        event_ids=frozenset(body.event_ids) if body.event_ids is not None else None,
        scan_id=body.scan_id,
        # A `scan_id` belongs to its device: two gates may count from sc_1. One that names none is its account.
        device=body.device if body.device is not None else caller.user_id,
        scanned_at=epoch_ms(body.scanned_at) if body.scanned_at is not None else None,
        look=body.look,
    )


def epoch_ms(time: str) -> int:
    """`time`: as a body's check has let it pass."""
    return round(datetime.fromisoformat(time).timestamp() * 1000)


def checked_in(done: CheckedIn) -> answers.CheckedInTicket:
    """Names film, room and time: the gate lets people in early or late, and shows its person the time."""
    order, used_at = done.order, done.ticket["checked_in_at"]
    return {
        "status": done.word,
        "ticket_id": done.ticket["ticket_id"],
        "event_id": order.event_id,
        "seat_id": done.ticket["seat_id"],
        "title": done.showing.title,
        "theater_id": order.theater_id,
        "room_name": done.showing.room_name,
        "movie_time": iso_seconds(order.movie_time),
        "checked_in_at": iso_ms(used_at) if used_at is not None else None,
    }


def undone(ticket: Ticket) -> answers.UndoneCheckIn:
    return {"status": "VALID", "ticket_id": ticket["ticket_id"]}


def undo_request_of(body: UndoBody, caller: Caller) -> UndoRequest:
    return UndoRequest(caller.user_id, body.reason, caller.theater_id)


def since_of(request: Request) -> int | None:
    """`?since=`, such as the `as_of` of the list before. Raises InvalidRequest."""
    since = request.query.get("since")
    if since is not None and not is_utc(since):
        raise InvalidRequest(f"since must be {TIME_WORDS}.", "since")
    return epoch_ms(since) if since is not None else None


def bookmark_of(request: Request, keys_of: Callable[[str], list[object]]) -> Bookmark | None:
    """`?cursor=`. `keys_of` raises ValueError for text that is no cursor. Raises InvalidRequest on one of no list."""
    cursor = request.query.get("cursor")
    if cursor is None:
        return None
    try:
        changed_at, order_id, sold, inside = keys_of(cursor)
        if not isinstance(order_id, str) or not is_count(changed_at) or not is_count(sold) or not is_count(inside):
            raise ValueError("no list has such keys")
    except ValueError as error:
        raise InvalidRequest("cursor is not one that this API gave out.", "cursor") from error
    return Bookmark((changed_at, order_id), Counts(sold, inside))


def is_count(key: object) -> TypeGuard[int]:
    return type(key) is int and 0 <= key < 2**53


def cursor_to(bookmark: Bookmark, cursor_of: Callable[[Sequence[str | int]], str]) -> str:
    return cursor_of([*bookmark.after, bookmark.counts.sold, bookmark.counts.inside])


def listed_for_gate(
    event_id: str, listed: GateList, now: int, cursor_of: Callable[[Sequence[str | int]], str]
) -> answers.TicketsOfShowing:
    return {
        "event_id": event_id,
        "as_of": iso_ms(now),
        "counts": {"sold": listed.counts.sold, "in": listed.counts.inside},
        "tickets": [
            {
                "ticket_id": ticket["ticket_id"],
                "seat_id": ticket["seat_id"],
                "status": status_at_the_gate(ticket),
                "checked_in_at": iso_ms(used_at) if (used_at := ticket["checked_in_at"]) is not None else None,
            }
            for ticket in listed.tickets
        ],
        "next_cursor": cursor_to(listed.following, cursor_of) if listed.following is not None else None,
    }
