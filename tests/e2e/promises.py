"""What must be true after every test, of the tables, of the map, and of what people were told."""

import time
from collections.abc import Iterable
from typing import Any

from box_office.domain.seats import BOOKED, EMPTY, HOLD
from tests.e2e.deployed import DeployedStack
from tests.e2e.visitor import History, Showing, Visitor
from tests.invariants import assert_kept, holds_seats, unsettled

CLOCK_SKEW_MS = 1_000
LETTERS = {"empty": "e", "hold": "h", "booked": "b"}


def assert_promises(stack: DeployedStack, showing: Showing, checker: Visitor, history: History) -> None:
    """At rest: every order is final first, and what was paid for it is asked of the provider's own ledger."""
    stack.payments.settle(showing)
    seats, orders = stack.seats(showing), stack.orders(showing)
    ledger = stack.provider.ledger(frozenset({showing.event_id}))
    now = int(time.time() * 1000)
    assert_kept(seats, orders, now, {showing.event_id: len(showing.seats)}, ledger)
    assert unsettled(orders, ledger) == []
    assert list(left_behind(seats, orders, now)) == []
    assert history.double_holds() == []
    assert_map_is_the_table(stack, showing, checker, seats)


def left_behind(seats: Iterable[dict[str, Any]], orders: Iterable[dict[str, Any]], now: int) -> Iterable[str]:
    """Seats that nobody can have: held, and not by an order that holds anything."""
    live = {order["order_id"] for order in orders if holds_seats(order, now)}
    for row in seats:
        kept = row["status"] == BOOKED or row["pinned"] or (row["status"] == HOLD and now < row["hold_until"])
        if kept and row["order_id"] not in live:
            yield f"{row['seat_id']} is kept by {row['order_id']}, which holds nothing"


def assert_map_is_the_table(
    stack: DeployedStack, showing: Showing, checker: Visitor, seats: Iterable[dict[str, Any]]
) -> None:
    """Whatever was lost, the cache is right again within a minute; and free + held + booked = the room."""
    stack.cache.age(showing)
    now = int(time.time() * 1000)
    status = dict.fromkeys(showing.seats, EMPTY)
    for row in seats:
        lapsed = row["status"] == HOLD and not row["pinned"] and row["hold_until"] + CLOCK_SKEW_MS <= now
        status[row["seat_id"]] = EMPTY if lapsed else row["status"]
    answer = checker.map(showing)
    assert (answer.status, answer.word) == (200, "OK"), answer
    shown = {row["row"]: row["status"] for row in answer.body["rows"]}
    assert shown == {row: "".join(LETTERS[status[seat]] for seat in line) for row, line in showing.rows.items()}
    free = [seat for seat, state in status.items() if state == EMPTY]
    on_sale = "cancelled_at" not in answer.body
    assert sorted(answer.body["available_seat"]) == (sorted(free) if on_sale else [])
    assert sum(answer.body["remaining"].values()) == len(answer.body["available_seat"])
