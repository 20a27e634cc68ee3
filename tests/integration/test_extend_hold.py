"""ExtendHold: calls, lost answers, and a table that does not answer."""

from typing import Any

import pytest

from tests.cinema import Cinema
from tests.integration.races import WRITE
from tests.sample_catalogue import MINUTE, TODAY
from tests.scenarios.extend_hold import *  # noqa: F403
from tests.wire import answer_lost, never_answered, throttled


def test_a_loser_is_stopped_by_the_cache_at_the_old_end_too(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=8)
    cinema.extend()
    cinema.clock.now = TODAY + 10 * MINUTE + 2_000
    cinema.map(user="linus")  # the entry is read again, as it is each minute
    cinema.wire.forget()
    assert cinema.hold("A1", user="grace").status == 409
    assert WRITE not in cinema.wire.counts


def test_it_costs_one_read_and_one_write(cinema: Cinema) -> None:
    cinema.hold("A1", "A2")
    cinema.clock.advance(minutes=5)
    cinema.extend(user="linus")  # the environment is warm
    cinema.wire.forget()
    assert cinema.extend().status == 200
    assert cinema.wire.counts == {"get_item": 1, WRITE: 1}


def test_a_lost_answer_of_the_table_is_no_second_change(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    cinema.wire.next(WRITE, answer_lost)
    assert cinema.extend().status == 200
    assert cinema.seat("A1")["version"] == 2


@pytest.mark.parametrize("trouble", [throttled, never_answered], ids=["throttled", "no answer"])
def test_without_the_table_it_is_503_and_the_hold_keeps_its_end(cinema: Cinema, trouble: Any) -> None:
    cinema.hold("A1")
    cinema.clock.advance(minutes=5)
    cinema.wire.every(trouble, WRITE)
    answer = cinema.extend(key="k1")
    assert (answer.status, answer.code) == (503, "unavailable")
    cinema.wire.heal()
    assert cinema.seat("A1")["hold_until"] == TODAY + 10 * MINUTE
    assert cinema.extend(key="k1").status == 200
