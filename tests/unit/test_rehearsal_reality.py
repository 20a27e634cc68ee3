"""What a crowd on the local stack measured, beside its simulation: the parts that need no stack."""

from dataclasses import replace

import httpx
import pytest

from operations.commands import CalledWrongly
from rehearsal.counts import read_counts
from rehearsal.measured import (
    AMPLE,
    BOOKED,
    BOOKING,
    CHARGED,
    HOLD,
    LOOK,
    SUBMIT,
    TICKET,
    Figure,
    Measured,
    Took,
    figures,
    most_at_once,
    service_times,
    simulated,
    steps_table,
    too_far_apart,
)
from rehearsal.reality import Showing, crowd_of, loopback, people_of
from tests.unit.test_rehearsal import STAGE

LOCAL = replace(STAGE, lanes=3, workers_per_lane=2, calls_per_second=480)  # nearly no pause between calls
SECONDS = {LOOK: 0.02, HOLD: 0.05, SUBMIT: 0.06, BOOKING: 0.02, CHARGED: 0.3, BOOKED: 0.2, TICKET: 0.6}


def someone(slower: float = 1.0) -> Measured:
    took = [Took(step, 0.0, seconds * slower) for step, seconds in SECONDS.items()]
    return Measured(took, ended="BOOKED")


def test_requests_that_overlap_are_under_way_at_once() -> None:
    people = [Measured([Took(HOLD, begin, 1.0), Took(LOOK, 0.0, 9.0)]) for begin in (0.0, 0.5, 0.9, 3.0)]
    assert (most_at_once(people, HOLD), most_at_once(people, SUBMIT)) == (3, 0)


def test_service_times_are_those_of_people_who_came_alone() -> None:
    times = service_times([someone(), someone(2.0), someone(1.5)])
    hold = times["hold_seat"]
    assert [hold.median_ms, hold.p99_ms] == pytest.approx([75, 99.5])
    assert times["work_on_lane"].median_ms == pytest.approx(450) and times["book_order"].median_ms == pytest.approx(300)
    assert service_times([someone()])["seat_map"].p99_ms > 20, "one value alone has no width"


def test_a_simulated_crowd_has_the_times_that_were_measured() -> None:
    crowd = crowd_of(people=40, seconds=60, showings=4, seats=100, seed=1)
    people = [someone(), someone(1.1)]
    busy = simulated(crowd, LOCAL, AMPLE, read_counts(), service_times(people))
    calm = simulated(crowd, LOCAL, 6, read_counts(), service_times(people))
    found = {one.what: one for one in figures(people * 20, busy, calm)}
    assert (found["got tickets"].simulated, found["answers 429 or 503"].simulated) == (40, 0)
    assert found["an answer of HoldSeat, p50"].alone == pytest.approx(0.055, abs=0.01)
    assert too_far_apart(list(found.values())) == []
    assert all(busy.people.wanted == 2)


def test_figures_that_are_too_far_apart_are_named() -> None:
    slow, few = Figure("a wait", 0.5, 0.2, 0.1, " s"), Figure("answers 409", 1, 9, 9)
    near = Figure("another wait", 0.3, 0.2, 0.0, " s")
    assert too_far_apart([slow, few, near]) == ["a wait"], "rare answers are chance"
    assert slow.row == ("a wait", "0.500 s", "0.200 s", "2.50", "0.100 s")


def test_the_table_of_steps_has_both_the_calm_and_the_crowd() -> None:
    assert f"| {HOLD} | 0.050 s | 0.050 s | 0.100 s | 0.100 s | 2 | 2 |" in steps_table([someone()], [someone(2.0)] * 2)


def test_each_customer_comes_once_to_each_showing() -> None:
    showings = [Showing("film", "hall", f"event-{number}") for number in range(3)]
    http = httpx.Client()  # no request is made
    people = [(one.token, one.showing.event_id) for one in people_of(http, ["ada", "grace"], showings, seed=1)]
    assert len(set(people)) == len(people) == 6


@pytest.mark.parametrize("stack", [None, {"web_url": "https://cinema.example"}])
def test_the_crowd_goes_to_a_stack_on_this_machine_alone(stack: dict[str, str] | None) -> None:
    with pytest.raises(CalledWrongly):
        loopback(stack)
    assert loopback({"web_url": "http://127.0.0.1:8080"})
