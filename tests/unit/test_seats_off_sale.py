"""Over the fakes; what is there in tests/scenarios/seats_off_sale.py."""

from box_office.domain.catalogue import Room, Row
from box_office.domain.seat_map import SeatState, map_of_room
from box_office.domain.seats import BOOKED, HOLD
from tests.scenarios.seats_off_sale import *  # noqa: F403


def test_when_all_that_is_sold_is_held_the_map_says_when_the_first_hold_ends() -> None:
    room = Room("r", "t", "1", (Row("A", "ssp"),))
    states = {"A1": SeatState(HOLD, 9), "A2": SeatState(BOOKED), "A3": SeatState()}
    assert map_of_room(room, states, True, off_sale={"A3"}).next_release == 9
    assert map_of_room(room, states, True).next_release is None
    assert map_of_room(room, {"A3": SeatState(HOLD, 5)}, True, off_sale={"A3"}).next_release is None
