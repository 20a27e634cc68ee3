"""Holds that wait on their lane while the table is away: an order lies in one place, whatever comes twice."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.cinema import Cinema
from tests.scenarios.queued_holds import *  # noqa: F403
from tests.scenarios.queued_holds import queued
from tests.wire import URL, Send, after

CLERK: dict[str, Any] = {"user": "clerk", "groups": ("desk",)}


def places(cinema: Cinema, user: str = "grace") -> list[tuple[str, str]]:
    return [(row["order_key"], row["status"]) for row in cinema.rows("orders") if row["user_id"] == user]


def test_a_message_delivered_twice_at_once_makes_one_order_in_one_place(cinema: Cinema) -> None:
    order_id = queued(cinema, "A1")
    (lane,) = [queue for queue in ("lane-0", "lane-1") if cinema.queues.waiting().get(queue)]
    records = cinema.queues.receive(lane)
    other = cinema.another_environment()
    cinema.handler("work_on_lane")
    event = {"Records": records}
    # The second is done between the first one's read and its write.
    cinema.wire.next("transact_write_items", after(lambda: other.handler("work_on_lane")(event, None)))

    assert cinema.handler("work_on_lane")(event, None) == {"batchItemFailures": []}

    assert places(cinema) == [("ev_1", "HELD")]
    assert cinema.booking("grace").body["order_id"] == order_id
    cinema.clock.advance(minutes=20)
    assert cinema.hold("B1", user="grace").status == 201, "a user must not be locked out by an order in two places"


def test_a_release_that_meets_the_worker_lets_the_made_hold_go(cinema: Cinema) -> None:
    order_id = queued(cinema, "A1")
    other = cinema.another_environment()
    cinema.handler("release_seat")
    cinema.wire.next("transact_write_items", after(lambda: other.deliver("lane-0", "lane-1")))

    assert cinema.release("grace", order_id=order_id).status == 204

    assert places(cinema) == [("ev_1", "RELEASED")]
    assert cinema.seat("A1")["status"] == "empty"
    assert cinema.hold("B2", user="grace").status == 201


def test_a_release_of_a_sale_that_meets_the_worker_lets_the_made_hold_go(cinema: Cinema) -> None:
    order_id = queued(cinema, "A1", sale="s1", **CLERK)
    other = cinema.another_environment()
    cinema.handler("release_seat")
    cinema.wire.next("transact_write_items", after(lambda: other.deliver("lane-0", "lane-1")))

    assert cinema.release("clerk", order_id=order_id, groups=("desk",)).status == 204

    assert places(cinema, "clerk") == [("ev_1@s1", "RELEASED")]
    assert cinema.seat("A1")["status"] == "empty", "204 was answered, and the seat is held"
    cinema.clock.advance(minutes=20)
    assert cinema.hold("B2", sale="s1", **CLERK).status == 201, "a sale must not be locked out"


def queued_with_a_write_under_way(cinema: Cinema, **more: Any) -> tuple[str, Callable[[], Any]]:
    """A hold whose write nobody answers; and what lets the table get to it after all."""
    late: list[Send] = []

    def swallowed(send: Send) -> None:
        late.append(send)
        raise ReadTimeoutError(endpoint_url=URL)

    cinema.wire.every(swallowed, "transact_write_items")
    answer = cinema.hold("A1", **more)
    cinema.wire.heal()
    assert answer.status == 202, answer.body
    return answer.body["order_id"], late[0]


@pytest.mark.shows("write of unknown outcome is made after its hold was released")
@pytest.mark.parametrize("sale", [None, "s1"], ids=["a customer", "a sale"])
def test_a_write_that_comes_after_its_hold_was_let_go_is_let_go_by_the_worker(cinema: Cinema, sale: str | None) -> None:
    who = {"user": "ada"} if sale is None else CLERK | {"sale": sale}
    order_id, do_it_late = queued_with_a_write_under_way(cinema, **who)
    let_go = {name: who[name] for name in ("user", "groups") if name in who}
    assert cinema.release(order_id=order_id, **let_go).status == 204
    do_it_late()
    cinema.deliver()

    assert cinema.seat("A1")["status"] == "empty", "204 was answered, and the seat is held"
    assert cinema.hold("A1", user="linus").status == 201
    assert cinema.booking(who["user"], order_id=order_id).body["status"] == "RELEASED"
    assert cinema.hold("A2", **who).status == 201
    assert cinema.broken_promises() == []


@pytest.mark.shows("write of unknown outcome is made after its hold was released")
@pytest.mark.parametrize("end", ["let go", "dropped"])
def test_an_order_in_two_places_locks_nobody_out(cinema: Cinema, end: str) -> None:
    """The worker has been here before the table got to the write: the hold lapses by time."""
    order_id, do_it_late = queued_with_a_write_under_way(cinema)
    if end == "let go":
        assert cinema.release(order_id=order_id).status == 204
    else:
        cinema.clock.advance(minutes=3)
    cinema.deliver()
    do_it_late()
    cinema.clock.advance(minutes=11)

    assert cinema.hold("A2").status == 201
    listed = cinema.call("get_my_bookings").body["bookings"]
    assert [(one["status"], one["selected_seat"]) for one in listed] == [("HELD", ["A2"]), ("EXPIRED", ["A1"])]
    assert cinema.broken_promises() == []
