"""What a scan at the gate does: whose ticket is good, when, and what the same scan is answered again."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.check_in import Scan, Showing, decide_check_in
from box_office.domain.errors import (
    AlreadyCheckedIn,
    BoxOfficeError,
    EventOver,
    InvalidRequest,
    TicketRefunded,
    WrongEvent,
)
from box_office.domain.orders import Order, Status
from tests.examples import EV_1, MINUTE, TODAY, order, ticket

SHOWING = Showing("Metropolis", "3", EV_1.end_time)
HERE = Scan("lisboa", frozenset({"ev_1"}), "sc_1", "door-1")
DAY = 24 * 60 * MINUTE


def booked(**changes: Any) -> Order:
    facts = {"status": Status.BOOKED, "seats": "A1 A3", "tickets": (ticket("A1"), ticket("A3"))}
    return order(**facts | changes)


def check_in(state: Order, scan: Scan = HERE, now: int = TODAY) -> Order:
    change, _ = decide_check_in(state, "tk_A1", scan, SHOWING, now)
    return change.after if change is not None else state


def refusal(state: Order, scan: Scan = HERE, now: int = TODAY) -> BoxOfficeError:
    with pytest.raises(BoxOfficeError) as refused:
        decide_check_in(state, "tk_A1", scan, SHOWING, now)
    return refused.value


def test_the_scan_that_let_somebody_in_is_remembered_with_its_device() -> None:
    used, other = check_in(booked()).tickets
    assert (used["checked_in_at"], used["scan_id"], used["device"]) == (TODAY, "sc_1", "door-1")
    assert other == ticket("A3")


def test_the_same_scan_is_answered_again_and_writes_nothing() -> None:
    state = check_in(booked())
    change, used = decide_check_in(state, "tk_A1", HERE, SHOWING, TODAY + MINUTE)
    assert change is None
    assert used == state.tickets[0]


def test_the_same_scan_is_answered_again_however_late_it_is_asked() -> None:
    offline = replace(HERE, scanned_at=TODAY)
    state = check_in(booked(), offline)
    assert decide_check_in(state, "tk_A1", offline, SHOWING, TODAY + 2 * DAY) == (None, state.tickets[0])


def test_a_look_at_a_used_ticket_never_says_that_it_is_good() -> None:
    assert isinstance(refusal(check_in(booked()), replace(HERE, look=True)), AlreadyCheckedIn)


@pytest.mark.parametrize("other", [{"scan_id": "sc_2"}, {"device": "door-2"}, {"scan_id": None}, {"device": None}])
def test_another_scan_or_another_device_is_told_who_was_first(other: dict[str, Any]) -> None:
    error = refusal(check_in(booked()), replace(HERE, **other), TODAY + 1)
    assert isinstance(error, AlreadyCheckedIn)
    assert error.members == {"ticket_id": "tk_A1", "seat_id": "A1", "checked_in_at": TODAY, "device": "door-1"}


def test_a_scan_without_an_id_is_never_the_same() -> None:
    plain = Scan()
    assert isinstance(refusal(check_in(booked(), plain), plain), AlreadyCheckedIn)


def test_a_scan_of_before_that_arrives_later_is_a_conflict() -> None:
    state = check_in(booked())
    earlier = Scan(scan_id="sc_9", device="door-2", scanned_at=TODAY - 1)
    assert refusal(state, earlier, TODAY + MINUTE).members["conflict"] is True
    assert "conflict" not in refusal(state, replace(earlier, scanned_at=TODAY), TODAY + MINUTE).members


@pytest.mark.parametrize(
    ("scanned_at", "kept"), [(TODAY - MINUTE, TODAY - MINUTE), (TODAY + MINUTE, TODAY), (TODAY - DAY, TODAY - DAY)]
)
def test_the_time_of_the_scan_is_kept_but_never_one_of_the_future(scanned_at: int, kept: int) -> None:
    assert check_in(booked(), replace(HERE, scanned_at=scanned_at)).tickets[0]["checked_in_at"] == kept


def test_a_scan_of_more_than_a_day_ago_is_refused() -> None:
    error = refusal(booked(), replace(HERE, scanned_at=TODAY - DAY - 1))
    assert isinstance(error, InvalidRequest) and error.members == {"param": "scanned_at"}


@pytest.mark.parametrize("place", [{"theater_id": "london"}, {"event_ids": frozenset({"ev_2"})}])
def test_a_ticket_of_another_showing_or_theater_is_told_and_not_used_up(place: dict[str, Any]) -> None:
    error = refusal(booked(), replace(HERE, **place))
    assert isinstance(error, WrongEvent)
    assert error.members == {
        "ticket_id": "tk_A1",
        "seat_id": "A1",
        "event_id": "ev_1",
        "title": "Metropolis",
        "theater_id": "lisboa",
        "room_name": "3",
        "movie_time": EV_1.movie_time,
    }


@pytest.mark.parametrize(
    "place", [{"theater_id": None}, {"event_ids": None}, {"event_ids": frozenset({"ev_2", "ev_1"})}]
)
def test_a_gate_that_names_less_stands_at_more(place: dict[str, Any]) -> None:
    assert check_in(booked(), replace(HERE, **place)).tickets[0]["checked_in_at"] == TODAY


def test_after_the_end_nobody_is_let_in_but_what_was_scanned_before_arrives() -> None:
    end = EV_1.end_time
    assert isinstance(refusal(booked(), now=end), EventOver)
    assert check_in(booked(), now=end - 1).tickets[0]["checked_in_at"] == end - 1
    late = replace(HERE, scanned_at=end - 1)
    assert check_in(booked(), late, end + MINUTE).tickets[0]["checked_in_at"] == end - 1


def test_a_lost_answer_is_given_again_after_the_end() -> None:
    state = check_in(booked(), now=EV_1.end_time - 1)
    assert check_in(state, now=EV_1.end_time + MINUTE) is state


VOID = {"tickets": (ticket("A1", "refunded"), ticket("A3"))}
USED = {"tickets": ({**ticket("A1"), "checked_in_at": TODAY - 1}, ticket("A3"))}


def test_checks_come_in_the_order_of_the_contract() -> None:
    elsewhere, over = replace(HERE, theater_id="london"), EV_1.end_time
    gone = {"tickets": ({**ticket("A1", "refunded"), "checked_in_at": TODAY - 1},)}
    assert isinstance(refusal(booked(**gone), elsewhere, over), WrongEvent)
    assert isinstance(refusal(booked(**gone), HERE, over), EventOver)
    assert isinstance(refusal(booked(**gone)), TicketRefunded)
    assert isinstance(refusal(booked(**USED)), AlreadyCheckedIn)


def test_a_look_answers_and_changes_nothing() -> None:
    look = replace(HERE, look=True)
    state = booked()
    assert check_in(state, look) is state
    assert isinstance(refusal(booked(**VOID), look), TicketRefunded)
    assert isinstance(refusal(booked(**USED), look), AlreadyCheckedIn)
    assert isinstance(refusal(booked(), replace(look, theater_id="london")), WrongEvent)
