"""Holds that wait on their lane while the table is away: an order lies in one place, whatever comes twice."""

from typing import Any

from tests.verbs import Verbs


def queued(cinema: Verbs, *seats: str, user: str = "grace", **more: Any) -> str:
    """The order id of a hold that waits on its lane."""
    cinema.hold("C1", user="zed")  # the environment is warm
    cinema.stop_writes()
    answer = cinema.hold(*seats, user=user, **more)
    cinema.mend()
    assert answer.status == 202, answer.body
    return answer.body["order_id"]


def test_a_late_retry_of_a_queued_hold_under_its_key_is_answered_and_changes_nothing(cinema: Verbs) -> None:
    order_id = queued(cinema, "A1", key="k1")
    cinema.deliver()
    made = cinema.hold("A1", user="grace", key="k1")
    assert (made.status, made.body["order_id"], made.body["selected_seat"]) == (201, order_id, ["A1"])
    assert cinema.hold("A2", user="grace", key="k2").status == 201

    again = cinema.hold("A1", user="grace", key="k1")
    assert (again.status, again.body) == (201, made.body)
    assert cinema.hold("A3", user="grace", key="k1").code == "idempotency_key_reused"
    assert cinema.booking("grace").body["selected_seat"] == ["A2"], "a late retry took the selection back"
    assert cinema.broken_promises() == []
