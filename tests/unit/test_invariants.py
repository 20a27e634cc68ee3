"""The checker that every suite trusts finds each broken promise: one planted at a time."""

import pytest

from tests.fakes.cinema import FakeCinema
from tests.invariants import violations

NOW = 1_000_000
SEAT = {"event_id": "ev_1", "seat_id": "A1", "status": "hold", "order_id": "or_1", "user_id": "ada"}
SEAT |= {"pinned": False, "version": 1, "hold_until": NOW + 1}
ORDER = {"user_id": "ada", "order_key": "ev_1", "order_id": "or_1", "event_id": "ev_1", "status": "HELD"}
ORDER |= {"selected_seat": ["A1"], "hold_until": NOW + 1, "tickets": []}
EMPTY = {"event_id": "ev_1", "seat_id": "A1", "status": "empty", "pinned": False, "version": 2}

BROKEN = {
    "a live order lacks a seat": ([EMPTY], [ORDER], "partial"),
    "a live order's seat has no row": ([], [ORDER], "partial"),
    "a seat went to another order": (
        [SEAT | {"order_id": "or_2", "user_id": "grace"}],
        [ORDER, ORDER | {"order_id": "or_2", "user_id": "grace"}],
        "double",
    ),
    "a booked order's seat is on hold for another": (
        [SEAT | {"order_id": "or_2"}],
        [ORDER | {"status": "BOOKED", "order_key": "ev_1#or_1"}, ORDER | {"order_id": "or_2"}],
        "double",
    ),
    "a row names no order": ([SEAT], [], "does not exist"),
    "a row names another user": ([SEAT | {"user_id": "grace"}], [ORDER], "another user"),
    "a row is held for an order without it": ([SEAT], [ORDER | {"selected_seat": []}], "does not name it"),
    "an empty seat is owned": ([EMPTY | {"order_id": "or_1"}], [], "still owned"),
    "an empty seat is pinned": ([EMPTY | {"pinned": True}], [], "still owned"),
    "a row without a version": ([EMPTY | {"version": 0}], [], "malformed"),
    "a row of an unknown status": ([SEAT | {"status": "free"}], [ORDER], "malformed"),
    "a row that does not say whether it is pinned": (
        [{name: value for name, value in SEAT.items() if name != "pinned"}],
        [ORDER],
        "malformed",
    ),
    "more seats than the room has": ([EMPTY, EMPTY | {"seat_id": "A2"}], [], "2 seats of 1"),
    "a seat with two rows": ([EMPTY, EMPTY], [], "two rows"),
    "an open order was set aside": ([SEAT], [ORDER | {"order_key": "ev_1#or_1"}], "set aside"),
}


@pytest.mark.parametrize(("seats", "orders", "complaint"), BROKEN.values(), ids=BROKEN)
def test_a_broken_promise_is_found(seats: list, orders: list, complaint: str) -> None:
    assert complaint in "\n".join(violations(seats, orders, NOW, {"ev_1": 1}))


@pytest.mark.parametrize("later", [0, 1])
def test_kept_promises_are_no_complaint(later: int) -> None:
    """Live, and lapsed: then the row may still name the order, or its next owner."""
    assert violations([SEAT], [ORDER], NOW + later, {"ev_1": 1}) == []


def test_a_hold_a_replacement_and_a_release_keep_every_promise() -> None:
    cinema = FakeCinema()
    for step in (lambda: cinema.hold("A1", "A2"), lambda: cinema.hold("A2", "B1"), cinema.release):
        assert step().status < 300
        assert cinema.broken_promises() == []
