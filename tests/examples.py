"""Facts that the suites of the hold share: the defaults of the settings, an order, a change, a visitor."""

from collections.abc import Mapping
from typing import Any

from box_office.adapters.valkey.seats import AdmissionLimits, Bucket
from box_office.domain.holding import HoldLimits
from box_office.domain.orders import Order, Status
from box_office.domain.seats import Change, SeatAct, SeatRow
from box_office.ports import MarkRequest, Visitor
from tests.sample_catalogue import HOUR, MINUTE, PRICES, ROOM, SMALL_ROOM, TODAY, event

SECOND = 1_000
EV_1 = event("ev_1", ROOM, TODAY + 8 * HOUR)
EV_2 = event("ev_2", SMALL_ROOM, TODAY + 32 * HOUR)
LIMITS = HoldLimits(
    hold_ms=10 * MINUTE,
    hold_ms_max=30 * MINUTE,
    hold_ms_min=2 * MINUTE,
    seats_per_order_max=10,
    seats_per_event_max=10,
    clock_skew_ms=1 * SECOND,
)
ADMISSION_LIMITS = AdmissionLimits(
    hold=Bucket(5, 20),
    look=Bucket(10, 40),
    address=Bucket(1_000, 4_000),
    desk_factor=5,
    user_refusals_max=1_000,
    address_refusals_max=20_000,
    block_ms=10 * MINUTE,
    live_holds_max=20,
    marks_per_minute_max=200,
)
ADA, GRACE = Visitor("192.0.2.1", "ada"), Visitor("192.0.2.2", "grace")
CLERK = Visitor("192.0.2.3", "clerk", desk=True)

__all__ = ["HOUR", "MINUTE", "PRICES", "ROOM", "SMALL_ROOM", "TODAY", "event"]


def order(order_id: str = "or_1", user_id: str = "ada", seats: str = "A1", **changes: Any) -> Order:
    """HELD since TODAY for ten minutes, 11.50 a seat. `seats`: names with blanks between them."""
    facts: dict[str, Any] = {
        "user_id": user_id,
        "order_id": order_id,
        "event_id": "ev_1",
        "movie_id": "metropolis",
        "theater_id": "lisboa",
        "movie_time": TODAY + 8 * HOUR,
        "status": Status.HELD,
        "seat_prices": dict.fromkeys(seats.split(), 1150),
        "currency": "EUR",
        "revision": 1,
        "hold_until": TODAY + 10 * MINUTE,
        "first_held_at": TODAY,
    }
    return Order(**facts | changes)


def begun(after: Order, before: Order | None = None, now: int = TODAY) -> Change:
    """A new order that takes all its seats; `before` is moved aside."""
    acts = dict.fromkeys(after.seat_prices, SeatAct.TAKE)
    return Change(before, after, acts, before.as_superseded(now) if before else None)


def changed(before: Order, after: Order, acts: Mapping[str, SeatAct]) -> Change:
    return Change(before, after, dict(acts))


def marks(visitor: Visitor, seats: str, token: str, now: int = TODAY, **changes: Any) -> MarkRequest:
    facts: dict[str, Any] = {
        "visitor": visitor,
        "event": EV_1,
        "seats": tuple(seats.split()),
        "seat_count": ROOM.seat_count,
        "order_id": f"or_{token}",
        "token": token,
        "hold_until": now + 10 * MINUTE,
    }
    return MarkRequest(**facts | changes)


def held_row(
    seat_id: str, version: int = 1, user: str = "grace", until: int = TODAY + 10 * MINUTE, pinned: bool = False
) -> SeatRow:
    return SeatRow(seat_id, "hold", version, f"or_{user}", user, "ev_1", until, pinned)


def ticket(seat_id: str, status: str = "valid") -> dict[str, Any]:
    return {"ticket_id": f"tk_{seat_id}", "seat_id": seat_id, "status": status, "checked_in_at": None}
