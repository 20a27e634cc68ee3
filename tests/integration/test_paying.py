"""Payments over HTTP with the real adapters: tests/scenarios/paying.py, and what only a broken wire can show."""

import pytest

from tests.cinema import Cinema
from tests.integration.races import WRITE
from tests.scenarios.paying import *  # noqa: F403
from tests.scenarios.paying import CASH, CLERK, at_rest
from tests.wire import answer_lost, passing, unreachable


@pytest.mark.shows("write committed, answer lost")
def test_a_submits_answer_that_is_lost_is_no_second_charge(cinema: Cinema) -> None:
    cinema.hold("A1", "A2")
    cinema.wire.next(WRITE, answer_lost)
    assert cinema.submit().status == 202
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    at_rest(cinema)


def test_cash_becomes_a_ticket_however_long_the_table_was_away(cinema: Cinema) -> None:
    cinema.hold("A1", **CLERK)
    assert cinema.submit(CASH, **CLERK).body["change"] == 8.5
    cinema.wire.next("put_item", passing)
    cinema.wire.next("put_item", *[unreachable] * 20)
    cinema.queues.deliver_once("lane-0")
    cinema.queues.deliver_once("lane-1")
    cinema.wire.heal()
    cinema.clock.advance(minutes=70)  # past the cap, and past the hour that an unreached pin is kept

    cinema.reconcile()
    cinema.deliver()

    booking = cinema.booking("clerk").body
    assert (booking["status"], len(booking["tickets"])) == ("BOOKED", 1)
