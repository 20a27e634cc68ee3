"""What GetBooking and GetMyBookings tell of an order beyond its row: all that a page shows of it."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.orders import Status
from tests.examples import order
from tests.sample_catalogue import HOUR, MINUTE, ROOM, SMALL_ROOM, TODAY, event
from tests.verbs import Verbs

OF_THE_SHOWING = {
    "title": "Metropolis",
    "theater_name": "Cine Tejo",
    "address": "Rua do Cais 4",
    "time_zone": "Europe/Lisbon",
    "room_name": "3",
    "end_time": "2096-10-02T21:00:00Z",
    "event_cancelled_at": None,
    "refundable_until": "2096-10-02T18:00:00Z",
}
IN_THE_LIST = ("title", "theater_name", "time_zone", "room_name")
DESK: dict[str, Any] = {"user": "clerk", "groups": ("desk",)}


def among(wanted: Any, body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in wanted}


def test_a_booking_says_what_where_and_when_it_is(cinema: Verbs) -> None:
    cinema.hold("A1", "A3", "C1")
    seen = cinema.booking().body
    assert among(OF_THE_SHOWING, seen) == OF_THE_SHOWING
    assert seen["seats"] == [
        {"seat_id": "A1", "category": "standard", "price": 11.5},
        {"seat_id": "A3", "category": "premium", "price": 15},
        {"seat_id": "C1", "category": "wheelchair", "price": 11.5},
    ]
    assert among(("decided_by", "poll_after", "paid_with"), seen) == {
        "decided_by": None,
        "poll_after": None,
        "paid_with": None,
    }


def test_the_refund_cut_off_is_the_stages(cinema: Verbs) -> None:
    cinema.hold("A1")
    early = cinema.another_environment(settings_changes={"refund_closes_minutes": 90})
    assert early.booking().body["refundable_until"] == "2096-10-02T16:30:00Z"


def test_a_cancelled_showing_says_so_in_its_bookings(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.seed_event(event("ev_1", ROOM, TODAY + 8 * HOUR, cancelled_at=TODAY))
    assert cinema.booking().body["event_cancelled_at"] == "2096-10-02T10:00:00.000Z"


def test_an_order_keeps_the_categories_of_the_room_that_it_was_sold_in(cinema: Verbs) -> None:
    cinema.hold("A3")
    cinema.seed_event(event("ev_1", SMALL_ROOM, TODAY + 8 * HOUR))
    seen = cinema.booking().body
    assert (seen["seats"][0]["category"], seen["room_name"]) == ("premium", "1")


def test_while_it_is_paid_a_booking_says_by_when_it_is_decided(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.submit()
    seen = cinema.booking().body
    assert (seen["status"], seen["decided_by"], seen["poll_after"]) == ("PAYING", "2096-10-02T11:00:00.000Z", 1)

    asked = order(status=Status.PAYING, pinned_at=TODAY, asked_at=TODAY + MINUTE, attempt=1)
    cinema.seed_order(replace(asked, order_id=seen["order_id"], revision=9))
    assert cinema.booking().body["decided_by"] == "2096-10-02T10:16:00.000Z"
    short = cinema.another_environment(settings_changes={"pin_minutes_max": 20, "unreached_minutes_max": 30})
    assert short.booking().body["decided_by"] == "2096-10-02T10:21:00.000Z"


@pytest.mark.parametrize(
    ("method", "who", "told"),
    [("pm_visa", {}, "card"), ({"type": "cash", "tendered": 40}, DESK, "cash")],
    ids=["card", "cash"],
)
def test_a_booking_says_how_it_was_paid(cinema: Verbs, method: Any, who: dict[str, Any], told: str) -> None:
    order_id = cinema.hold("A1", **who).body["order_id"]
    cinema.submit(method, order_id=order_id, **who)
    cinema.deliver()
    seen = cinema.booking(who.get("user", "ada"), order_id=order_id).body
    assert (seen["status"], seen["paid_with"], seen["poll_after"]) == ("BOOKED", told, None)


def test_a_declined_order_was_paid_with_nothing(cinema: Verbs) -> None:
    cinema.hold("A1")
    cinema.submit("pm_declined")
    cinema.deliver()
    seen = cinema.booking().body
    assert (seen["status"], seen["paid_with"], seen["decided_by"]) == ("HELD", None, None)


def test_the_list_says_what_where_and_when(cinema: Verbs) -> None:
    cinema.hold("A1")
    (listed,) = cinema.call("get_my_bookings").body["bookings"]
    assert among(IN_THE_LIST, listed) == among(IN_THE_LIST, OF_THE_SHOWING)
    assert (listed["refunded"], listed["live_tickets"]) == (0, 0)


def test_a_room_that_is_gone_leaves_its_seats_without_a_category(cinema: Verbs) -> None:
    cinema.seed_order(order(room_id="none"))
    assert cinema.booking().body["seats"][0]["category"] is None
