"""Holds that wait on their lane while the table is away: an order lies in one place, whatever comes twice."""

from tests.cinema import Cinema
from tests.wire import after, unreachable


def queued(cinema: Cinema, *seats: str) -> str:
    """The order id of a hold that waits on its lane."""
    cinema.hold("C1", user="zed")  # the environment is warm
    cinema.wire.every(unreachable, "transact_write_items", "put_item")
    answer = cinema.hold(*seats, user="grace")
    cinema.wire.heal()
    assert answer.status == 202, answer.body
    return answer.body["order_id"]


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
