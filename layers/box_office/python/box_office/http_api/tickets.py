"""The gate's answers as API.md shows them."""

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from box_office.domain.check_in import Scan, UndoRequest
from box_office.http_api.bodies import CheckInBody, UndoBody
from box_office.http_api.endpoint import Caller
from box_office.http_api.representation import iso_ms, iso_seconds
from box_office.use_cases.check_in_ticket import CheckedIn
from box_office.use_cases.get_ticket_keys import PublicKey

# Gates fetch the keys before they open; a key signs a day after it was made, so five minutes late harm nothing.
KEYS_SHARED = {"Cache-Control": "public, max-age=300, stale-if-error=86400"}


def ticket_keys(keys: Sequence[PublicKey]) -> dict[str, Any]:
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
        device=body.device,
        scanned_at=epoch_ms(body.scanned_at) if body.scanned_at is not None else None,
        look=body.look,
    )


def epoch_ms(time: str) -> int:
    """`time`: as a body's check has let it pass."""
    return round(datetime.fromisoformat(time).timestamp() * 1000)


def checked_in(done: CheckedIn) -> dict[str, Any]:
    """Names film, room and time: nobody is refused for being early, but the gate sees it."""
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


def undo_request_of(body: UndoBody, caller: Caller) -> UndoRequest:
    return UndoRequest(caller.user_id, body.reason, caller.theater_id)
