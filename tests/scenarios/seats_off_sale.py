"""A category that a showing has no price for: its seats are off sale there, and count for nothing."""

from box_office.domain.catalogue import Event
from tests.sample_catalogue import HOUR, PRICES, ROOM, TODAY, event
from tests.seeded_orders import book
from tests.verbs import Verbs

NO_PREMIUM = {name: price for name, price in PRICES.items() if name != "premium"}
PREMIUM = frozenset({"A3", "A4"})


def showing(event_id: str = "ev_3", **changes: object) -> Event:
    return event(event_id, ROOM, TODAY + 8 * HOUR, prices=NO_PREMIUM, **changes)


def test_seats_off_sale_are_x_in_both_maps_and_never_remaining(cinema: Verbs) -> None:
    cinema.seed_event(showing())
    large, small = cinema.map(event_id="ev_3").body, cinema.small_map("ev_3").body
    assert large["rows"][0]["status"] == small["status"]["A"] == "eexx"
    assert large["legend"]["x"] == "off_sale"
    for seen in (large, small):
        assert seen["remaining"] == {"standard": 14, "wheelchair": 2, "companion": 2}
    assert "premium" not in large["prices"]
    assert PREMIUM.isdisjoint(large["available_seat"])


def test_nobody_can_hold_a_seat_that_is_off_sale(cinema: Verbs) -> None:
    cinema.seed_event(showing())
    refused = cinema.hold("A1", "A4", "A3", event_id="ev_3")
    assert (refused.status, refused.code, refused.body["conflicts"]) == (409, "seats_unavailable", ["A3", "A4"])
    assert refused.body["next_release"] is None
    assert cinema.hold("A1", event_id="ev_3").status == 201
    assert cinema.bugs == []


def test_a_seat_that_was_sold_before_stays_booked_on_the_map(cinema: Verbs) -> None:
    book(cinema, "A3")
    cinema.seed_event(showing("ev_1"))
    cinema.clock.advance(seconds=61)
    assert cinema.small_map().body["status"]["A"] == "eebx"


def test_the_small_map_says_whether_and_until_when_the_showing_is_on_sale(cinema: Verbs) -> None:
    cinema.seed_event(showing(sales_end=TODAY + HOUR, cancelled_at=None))
    seen = cinema.small_map("ev_3").body
    assert (seen["on_sale"], seen["sales_end"], seen["cancelled_at"]) == (True, "2096-10-02T11:00:00Z", None)
    assert seen["layout_version"] == ROOM.layout_version
    cinema.clock.now = TODAY + HOUR
    closed = cinema.small_map("ev_3").body
    assert (closed["on_sale"], set(closed["remaining"].values())) == (False, {0})


def test_a_cancelled_showing_is_not_on_sale(cinema: Verbs) -> None:
    cinema.seed_event(showing(cancelled_at=TODAY))
    seen = cinema.small_map("ev_3").body
    assert (seen["on_sale"], seen["cancelled_at"]) == (False, "2096-10-02T10:00:00.000Z")
