"""The checker that every suite trusts finds each broken promise: one planted at a time."""

import pytest

from tests.fakes.cinema import FakeCinema
from tests.invariants import steps, unsettled, violations

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


# Money

CAPTURED = {"number": 1, "state": "CAPTURED", "method": {"kind": "card"}, "amount": 1150, "intent_id": "pi_1"}
TICKET = {"ticket_id": "tk_1", "seat_id": "A1", "status": "valid", "checked_in_at": None}
VOID = TICKET | {"status": "refunded"}
PAID = ORDER | {"status": "PAID", "attempt": 1, "attempts": [CAPTURED], "price": 1150, "seat_prices": [1150]}
BOOKED = PAID | {"status": "BOOKED", "tickets": [TICKET]}
BOOKED_SEAT = SEAT | {"status": "booked"}
REFUND = {"refund_id": "or_1/refund/1", "attempt": 1, "amount": 1150, "tickets": ["tk_1"], "state": "DONE"}
GIVEN_BACK = BOOKED | {"status": "REFUNDED", "tickets": [VOID], "refunds": [REFUND]}


def intent(name: str = "pi_1", amount: int = 1150, order_id: str = "or_1") -> dict:
    return {"id": name, "amount_received": amount, "metadata": {"order_id": order_id}}


def back(amount: int = 1150, name: str = "pi_1", status: str = "succeeded") -> dict:
    return {"payment_intent": name, "amount": amount, "status": status, "metadata": {}}


def ledger(*intents: dict, refunds: tuple = ()) -> dict:
    return {"payment_intents": list(intents), "refunds": list(refunds)}


BROKEN_MONEY = {
    "booked and never captured": ([BOOKED_SEAT], [BOOKED], ledger(), "costs 1150"),
    "booked for another amount": ([BOOKED_SEAT], [BOOKED], ledger(intent(amount=1149)), "costs 1150"),
    "booked under another attempt": ([BOOKED_SEAT], [BOOKED | {"attempt": 2}], ledger(intent()), "not captured"),
    "booked while its attempt is open": (
        [BOOKED_SEAT],
        [BOOKED | {"attempts": [CAPTURED | {"state": "STARTED"}]}],
        ledger(intent()),
        "not captured",
    ),
    "paid and not pinned": ([SEAT], [PAID], ledger(intent()), "pinned"),
    "pinned for nobody who pays": ([SEAT | {"pinned": True}], [ORDER], ledger(), "pinned for nobody"),
    "more given back than captured": ([], [], ledger(intent(), refunds=(back(), back(1))), "1151 given back"),
    "a ticket refunded twice": ([], [GIVEN_BACK | {"refunds": [REFUND, REFUND]}], ledger(), "twice"),
    "a ticket void without a refund": ([], [GIVEN_BACK | {"refunds": []}], ledger(), "voided"),
    "a seat with two tickets": (
        [BOOKED_SEAT],
        [BOOKED | {"tickets": [TICKET, TICKET | {"ticket_id": "tk_2"}]}],
        ledger(intent()),
        "tickets:",
    ),
}


@pytest.mark.parametrize(("seats", "orders", "money", "complaint"), BROKEN_MONEY.values(), ids=BROKEN_MONEY)
def test_broken_money_is_found(seats: list, orders: list, money: dict, complaint: str) -> None:
    assert complaint in "\n".join(violations(seats, orders, NOW, {"ev_1": 1}, money))


CASH = CAPTURED | {"number": 2, "method": {"kind": "cash", "tendered": 2000}, "intent_id": "cash_or_1_2"}
CASH_BACK = REFUND | {"refund_id": "or_1/2/refund", "attempt": 2, "tickets": [], "surplus": True, "origin": "system"}


def settled_for(paid: int) -> dict:
    return {"state": "SETTLED", "settled": {"at": NOW, "why": "at the desk", "paid": paid}}


PART = {"refund_id": "re_9", "attempt": 1, "amount": 150, "tickets": [], "state": "DONE", "origin": "provider"}
OWED = BOOKED | {"attempts": [CAPTURED, CASH], "refunds": [CASH_BACK | {"state": "PENDING"}], "due_at": NOW}

SETTLED = BOOKED | {"attempts": [CAPTURED, CASH | {"state": "REFUNDED"}]}

UNSETTLED = {
    "an order that is not final": ([PAID], ledger(intent()), "is PAID"),
    "an order that is still due": ([BOOKED | {"due_at": NOW}], ledger(intent()), "due at"),
    "kept without a ticket": ([ORDER | {"status": "EXPIRED", "seat_prices": [1150]}], ledger(intent()), "1150 kept"),
    "two captures kept": ([BOOKED], ledger(intent(), intent("pi_2")), "more than one capture"),
    "given back and its ticket lives": ([BOOKED], ledger(intent(), refunds=(back(),)), "0 kept"),
    "not given back and its ticket is void": ([GIVEN_BACK], ledger(intent()), "1150 kept"),
    "a refund that failed counts as kept": ([GIVEN_BACK], ledger(intent(), refunds=(back(status="failed"),)), "1150"),
    "money of nobody": ([], ledger(intent()), "belongs to no order"),
    "cash without a ticket": ([BOOKED | {"attempts": [CAPTURED, CASH]}], ledger(intent()), "2300 kept"),
    "cash settled for less than is missing": (
        [BOOKED | {"attempts": [CAPTURED, CASH | {"state": "REFUNDED"}], "refunds": [CASH_BACK | settled_for(1000)]}],
        ledger(intent(), refunds=(back(150),)),
        "1150 kept",
    ),
    "a part given back that no record tells of": ([BOOKED], ledger(intent(), refunds=(back(150),)), "1000 kept"),
    "refunding, and no refund is open": (
        [GIVEN_BACK | {"status": "REFUNDING"}],
        ledger(intent(), refunds=(back(),)),
        "is REFUNDING",
    ),
}


@pytest.mark.parametrize(("orders", "money", "complaint"), UNSETTLED.values(), ids=UNSETTLED)
def test_money_that_does_not_rest_is_found(orders: list, money: dict, complaint: str) -> None:
    assert complaint in "\n".join(unsettled(orders, money))


def test_settled_money_is_no_complaint() -> None:
    refused = GIVEN_BACK | {"refunds": [REFUND | {"state": "REFUSED"}]}
    for orders, money in (
        ([BOOKED], ledger(intent(), intent("pi_2"), refunds=(back(name="pi_2"),))),
        ([GIVEN_BACK], ledger(intent(), refunds=(back(),))),
        ([refused], ledger(intent(), refunds=(back(status="failed"),))),
        ([OWED], ledger(intent())),
        ([SETTLED | {"refunds": [CASH_BACK | settled_for(1150)]}], ledger(intent())),
        ([SETTLED | {"refunds": [CASH_BACK | settled_for(0)]}], ledger(intent())),
        ([BOOKED | {"refunds": [PART]}], ledger(intent(), refunds=(back(150),))),
        ([refused | {"refunds": [REFUND | settled_for(1150)]}], ledger(intent(), refunds=(back(status="failed"),))),
        ([], ledger(intent(), refunds=(back(),))),
    ):
        assert unsettled(orders, money) == []
    assert violations([BOOKED_SEAT], [BOOKED], NOW, {"ev_1": 1}, ledger(intent())) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("BOOKED", "PAID"), ("EXPIRED", "PAID"), ("HELD", "PAID"), ("REFUNDED", "BOOKED"), ("PAYING", "BOOKED")],
)
def test_a_step_that_no_order_takes_is_found(before: str, after: str) -> None:
    assert steps([PAID | {"status": before}], [PAID | {"status": after}])


def test_a_step_under_another_attempt_is_found() -> None:
    assert steps([PAID | {"status": "PAYING"}], [PAID | {"attempt": 2}])
    assert steps([PAID | {"status": "PAYING"}], [PAID]) == []
