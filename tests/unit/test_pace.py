"""The pace of a worker's calls to Stripe: all workers together keep to the rate, and an idle one waits for nothing."""

import pytest

from box_office.adapters.stripe.requests import Pace
from tests.set_clock import SetClock


def waits(*seconds_between: float, interval: float = 2) -> list[float]:
    """How long each call waits, when each begins so many seconds after the one before had begun."""
    clock = SetClock()
    pace = Pace(clock, interval)
    found = []
    for seconds in seconds_between:
        clock.advance(seconds=seconds)
        clock.slept.clear()
        pace.wait()
        found.append(sum(clock.slept))
    return found


def test_an_idle_worker_waits_for_nothing() -> None:
    assert waits(0, 2, 600) == [0, 0, 0]


def test_a_busy_worker_waits_what_is_left_of_its_interval() -> None:
    assert waits(0, 0.5, 1.25) == [0, 1.5, 0.75]


@pytest.mark.parametrize("took", [0.0, 0.3, 1.9, 2.5])
def test_however_long_calls_take_no_two_begin_closer_than_the_interval(took: float) -> None:
    clock = SetClock()
    pace, begun = Pace(clock, 2), []
    for _ in range(20):
        pace.wait()
        begun.append(clock.now)
        clock.advance(seconds=took)
    assert min(after - before for before, after in zip(begun, begun[1:], strict=False)) >= 2000


def test_a_clock_that_was_set_back_costs_one_interval_at_most() -> None:
    assert waits(0, -3600, 2) == [0, 2, 0]


def test_without_a_rate_to_keep_no_call_waits() -> None:
    assert waits(0, 0, 0, interval=0) == [0, 0, 0]
