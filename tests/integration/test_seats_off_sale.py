"""A category that a showing has no price for: its seats are off sale there, and count for nothing."""

from box_office.adapters.catalogue_rows import event_row
from box_office.domain.catalogue import Event, Room, Row
from box_office.domain.seat_map import SeatState, map_of_room
from box_office.domain.seats import BOOKED, HOLD
from tests.cinema import Cinema
from tests.sample_catalogue import HOUR, PRICES, ROOM, TODAY, event
from tests.seeded_orders import book

NO_PREMIUM = {name: price for name, price in PRICES.items() if name != "premium"}
PREMIUM = frozenset({"A3", "A4"})


def showing(event_id: str = "ev_3", **changes: object) -> Event:
    return event(event_id, ROOM, TODAY + 8 * HOUR, prices=NO_PREMIUM, **changes)


def test_seats_off_sale_are_x_in_both_maps_and_never_remaining(cinema: Cinema) -> None:
    cinema.seed("events", event_row(showing()))
    large, small = cinema.map(event_id="ev_3").body, cinema.small_map("ev_3").body
    assert large["rows"][0]["status"] == small["status"]["A"] == "eexx"
    assert large["legend"]["x"] == "off_sale"
    for seen in (large, small):
        assert seen["remaining"] == {"standard": 14, "wheelchair": 2, "companion": 2}
    assert "premium" not in large["prices"]
    assert PREMIUM.isdisjoint(large["available_seat"])


def test_nobody_can_hold_a_seat_that_is_off_sale(cinema: Cinema) -> None:
    cinema.seed("events", event_row(showing()))
    refused = cinema.hold("A1", "A4", "A3", event_id="ev_3")
    assert (refused.status, refused.code, refused.body["conflicts"]) == (409, "seats_unavailable", ["A3", "A4"])
    assert refused.body["next_release"] is None
    assert cinema.hold("A1", event_id="ev_3").status == 201
    assert cinema.bugs == []


def test_a_seat_that_was_sold_before_stays_booked_on_the_map(cinema: Cinema) -> None:
    book(cinema, "A3")
    cinema.seed("events", event_row(showing("ev_1")))
    cinema.clock.advance(seconds=61)
    assert cinema.small_map().body["status"]["A"] == "eebx"


def test_when_all_that_is_sold_is_held_the_map_says_when_the_first_hold_ends() -> None:
    room = Room("r", "t", "1", (Row("A", "ssp"),))
    states = {"A1": SeatState(HOLD, 9), "A2": SeatState(BOOKED), "A3": SeatState()}
    assert map_of_room(room, states, True, off_sale={"A3"}).next_release == 9
    assert map_of_room(room, states, True).next_release is None
    assert map_of_room(room, {"A3": SeatState(HOLD, 5)}, True, off_sale={"A3"}).next_release is None


def test_the_small_map_says_whether_and_until_when_the_showing_is_on_sale(cinema: Cinema) -> None:
    cinema.seed("events", event_row(showing(sales_end=TODAY + HOUR, cancelled_at=None)))
    seen = cinema.small_map("ev_3").body
    assert (seen["on_sale"], seen["sales_end"], seen["cancelled_at"]) == (True, "2096-10-02T11:00:00Z", None)
    assert seen["layout_version"] == ROOM.layout_version
    cinema.clock.now = TODAY + HOUR
    closed = cinema.small_map("ev_3").body
    assert (closed["on_sale"], set(closed["remaining"].values())) == (False, {0})


def test_a_cancelled_showing_is_not_on_sale(cinema: Cinema) -> None:
    cinema.seed("events", event_row(showing(cancelled_at=TODAY)))
    seen = cinema.small_map("ev_3").body
    assert (seen["on_sale"], seen["cancelled_at"]) == (False, "2096-10-02T10:00:00.000Z")
