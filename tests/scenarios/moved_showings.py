"""A showing moves while functions still remember it as it was: the real handlers over the real tables."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.catalogue import Event
from tests.sample_catalogue import HOUR, ROOM, SMALL_ROOM, TODAY, event
from tests.verbs import Verbs

LATER = event("ev_1", ROOM, TODAY + 30 * HOUR)


ELSEWHERE = event("ev_1", SMALL_ROOM, TODAY + 8 * HOUR)


BOTH = event("ev_1", SMALL_ROOM, TODAY + 30 * HOUR)


def remember(cinema: Verbs) -> None:
    """HoldSeat has read the showing, its room and its film."""
    assert cinema.hold("A1", user="warm").status == 201
    assert cinema.release(user="warm").status == 204


def move(cinema: Verbs, moved: Event) -> None:
    """As the loader writes it: nobody holds or owns a seat."""
    cinema.clock.advance(seconds=10)
    cinema.seed_event(moved)
    cinema.clock.advance(seconds=20)


def bought(cinema: Verbs, seat: str) -> Any:
    """Held, paid and delivered to the end; the booking."""
    held = cinema.hold(seat)
    assert held.status == 201
    assert cinema.submit().status == 202
    cinema.deliver()
    cinema.clock.advance(minutes=2)
    cinema.reconcile()
    cinema.deliver()
    return cinema.booking().body


def given_back(cinema: Verbs, booking: Any) -> None:
    assert (booking["status"], booking["reason"], booking["tickets"]) == ("REFUNDED", "event_moved", [])
    assert booking["refunded"] == booking["price"]
    assert (cinema.broken_promises(), cinema.unsettled()) == ([], [])


@pytest.mark.shows("showing moved, or seat removed from its room, while functions remember it")
def test_a_seat_that_the_new_room_does_not_have_is_sold_from_memory_and_given_back(cinema: Verbs) -> None:
    remember(cinema)
    move(cinema, BOTH)
    given_back(cinema, bought(cinema, "B12"))
    assert cinema.seat("B12")["status"] == "empty"


def test_another_time_alone_is_another_showing(cinema: Verbs) -> None:
    remember(cinema)
    move(cinema, LATER)
    given_back(cinema, bought(cinema, "A1"))


def test_another_room_alone_is_another_showing(cinema: Verbs) -> None:
    remember(cinema)
    move(cinema, ELSEWHERE)
    given_back(cinema, bought(cinema, "A1"))


def test_a_seat_that_was_taken_out_of_its_room_is_sold_from_memory_and_given_back(cinema: Verbs) -> None:
    remember(cinema)
    cinema.seed_room(replace(ROOM, rows=(ROOM.rows[0],)))
    given_back(cinema, bought(cinema, "B12"))


def test_once_memory_is_a_minute_old_the_moved_showing_is_sold_as_it_is(cinema: Verbs) -> None:
    remember(cinema)
    move(cinema, BOTH)
    cinema.clock.advance(seconds=61)
    assert cinema.hold("B12").code == "unknown_seat"
    booking = bought(cinema, "B1")
    assert (booking["status"], booking["movie_time"]) == ("BOOKED", "2096-10-03T16:00:00Z")


def test_new_prices_are_no_move_and_a_hold_keeps_its_own(cinema: Verbs) -> None:
    remember(cinema)
    dearer = event("ev_1", ROOM, TODAY + 8 * HOUR, prices={"standard": 9900, "premium": 1, "wheelchair": 1})
    move(cinema, dearer)
    booking = bought(cinema, "A1")
    assert (booking["status"], booking["price"]) == ("BOOKED", 11.5)


def test_a_selection_that_is_changed_after_the_move_is_sold_as_the_new_showing(cinema: Verbs) -> None:
    """Part of it was held from memory: all of it was looked up in the new room."""
    remember(cinema)
    move(cinema, BOTH)
    assert cinema.hold("A1").status == 201
    cinema.clock.advance(seconds=61)
    booking = bought_with(cinema, "A1", "B1")
    assert (booking["status"], booking["movie_time"]) == ("BOOKED", "2096-10-03T16:00:00Z")


def bought_with(cinema: Verbs, *seats: str) -> Any:
    assert cinema.hold(*seats).status == 201
    assert cinema.submit().status == 202
    cinema.deliver()
    return cinema.booking().body


def test_what_waited_on_its_lane_while_its_showing_moved_is_dropped_and_says_why(cinema: Verbs) -> None:
    remember(cinema)
    cinema.stop_writes()
    queued = cinema.hold("B12")
    assert queued.status == 202
    cinema.mend()
    move(cinema, BOTH)
    cinema.deliver()
    booking = cinema.booking(order_id=queued.body["order_id"]).body
    assert (booking["status"], booking["reason"]) == ("EXPIRED", "event_moved")
    assert cinema.seat("B12")["status"] == "empty"
