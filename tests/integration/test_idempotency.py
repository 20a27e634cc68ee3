"""Idempotency-Key on HoldSeat: what committed is answered again word for word; a refusal is judged anew."""

import pytest

from tests.cinema import Cinema
from tests.integration.races import WRITE, others_first
from tests.scenarios.idempotency import *  # noqa: F403
from tests.wire import after, answer_lost, cancelled, throttled

CONFLICT = cancelled("None", "TransactionConflict")


def test_a_twin_that_comes_second_gets_the_recorded_answer(cinema: Cinema) -> None:
    twin, answers = cinema.another_environment(), []
    others_first(cinema, lambda: answers.append(twin.hold("A1", key="k1")))
    answers.append(cinema.hold("A1", key="k1"))

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    assert len(cinema.rows("orders")) == 1


@pytest.mark.shows("transaction conflict")
def test_twins_in_each_others_way_are_told_so_after_three_tries(cinema: Cinema) -> None:
    cinema.wire.every(CONFLICT, WRITE)
    answer = cinema.hold("A1", key="k1")

    assert (answer.status, answer.code) == (409, "idempotency_key_in_use")
    assert answer.headers["Retry-After"] == "1"
    assert len(cinema.wire.arguments(WRITE)) == 3


def test_without_a_key_a_conflict_is_over_seats(cinema: Cinema) -> None:
    cinema.wire.every(CONFLICT, WRITE)
    answer = cinema.hold("A1")

    assert (answer.status, answer.code, answer.body["conflicts"]) == (409, "seats_unavailable", ["A1"])
    assert len(cinema.wire.arguments(WRITE)) == 3


@pytest.mark.parametrize(("key", "code"), [(None, "seats_unavailable"), ("k1", "idempotency_key_in_use")])
def test_an_order_that_changes_under_every_try_ends_after_three_rounds(
    cinema: Cinema, key: str | None, code: str
) -> None:
    cinema.hold("A1")
    device = cinema.another_environment()
    cinema.wire.forget()
    cinema.wire.next(WRITE, *(after(lambda seat=seat: device.hold("A1", seat)) for seat in ("B1", "B2", "B3", "B4")))
    answer = cinema.hold("A2", **({"key": key} if key else {}))

    assert (answer.status, answer.code) == (409, code)
    assert len(cinema.wire.arguments(WRITE)) == 3
    assert cinema.booking().body["selected_seat"] == ["A1", "B3"]
    assert cinema.broken_promises() == []


@pytest.mark.parametrize("trouble", [CONFLICT, throttled, answer_lost])
def test_trouble_that_passes_costs_only_time(cinema: Cinema, trouble) -> None:
    cinema.wire.next(WRITE, trouble, trouble)
    answer = cinema.hold("A1", key="k1")

    assert answer.status == 201
    assert cinema.clock.slept, "tries follow each other with a pause"
    first, *others = cinema.wire.arguments(WRITE)
    assert all(other == first for other in others), "each try is the identical request under the same token"
    assert cinema.seat("A1")["version"] == 1
