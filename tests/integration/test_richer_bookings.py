"""What GetBooking and GetMyBookings tell of an order beyond its row: all that a page shows of it."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.adapters.catalogue_rows import Display, event_row, movie_row, room_row, theater_row
from box_office.domain.orders import Order, Status
from box_office.domain.polling import poll_after
from tests.cinema import Cinema
from tests.examples import SECOND, order
from tests.sample_catalogue import HOUR, MINUTE, MOVIE, ROOM, SMALL_ROOM, THEATER, TODAY, event

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


def without_catalogue(cinema: Cinema) -> Cinema:
    return cinema.another_environment(
        settings_changes={f"{role}_table": "gone" for role in ("movies", "theaters", "rooms", "events")}
    )


def test_a_booking_says_what_where_and_when_it_is(cinema: Cinema) -> None:
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


def test_the_refund_cut_off_is_the_stages(cinema: Cinema) -> None:
    cinema.hold("A1")
    early = cinema.another_environment(settings_changes={"refund_closes_minutes": 90})
    assert early.booking().body["refundable_until"] == "2096-10-02T16:30:00Z"


def test_a_cancelled_showing_says_so_in_its_bookings(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.seed("events", event_row(event("ev_1", ROOM, TODAY + 8 * HOUR, cancelled_at=TODAY)))
    assert cinema.booking().body["event_cancelled_at"] == "2096-10-02T10:00:00.000Z"


def test_an_order_keeps_the_categories_of_the_room_that_it_was_sold_in(cinema: Cinema) -> None:
    cinema.hold("A3")
    cinema.seed("events", event_row(event("ev_1", SMALL_ROOM, TODAY + 8 * HOUR)))
    seen = cinema.booking().body
    assert (seen["seats"][0]["category"], seen["room_name"]) == ("premium", "1")


def test_while_it_is_paid_a_booking_says_by_when_it_is_decided(cinema: Cinema) -> None:
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
def test_a_booking_says_how_it_was_paid(cinema: Cinema, method: Any, who: dict[str, Any], told: str) -> None:
    order_id = cinema.hold("A1", **who).body["order_id"]
    cinema.submit(method, order_id=order_id, **who)
    cinema.deliver()
    seen = cinema.booking(who.get("user", "ada"), order_id=order_id).body
    assert (seen["status"], seen["paid_with"], seen["poll_after"]) == ("BOOKED", told, None)


def test_a_declined_order_was_paid_with_nothing(cinema: Cinema) -> None:
    cinema.hold("A1")
    cinema.submit("pm_declined")
    cinema.deliver()
    seen = cinema.booking().body
    assert (seen["status"], seen["paid_with"], seen["decided_by"]) == ("HELD", None, None)


PAYING = order(status=Status.PAYING, pinned_at=TODAY)


@pytest.mark.parametrize(
    ("seen", "waited", "pause"),
    [
        (PAYING, 0, 1),
        (PAYING, 10 * SECOND - 1, 1),
        (PAYING, 10 * SECOND, 2),
        (PAYING, 30 * SECOND, 5),
        (PAYING, 60 * SECOND, 10),
        (PAYING, 14 * MINUTE, 10),
        (replace(PAYING, status=Status.PAID), 0, 1),
        (replace(PAYING, status=Status.UNRESOLVED), 0, 10),
        (replace(PAYING, status=Status.REFUNDING), 0, 10),
        (replace(PAYING, status=Status.BOOKED), 0, None),
        (replace(PAYING, status=Status.REFUNDED), 0, None),
        (order(), 0, None),
        (order(status=Status.EXPIRED), 0, None),
    ],
)
def test_a_page_looks_often_at_first_and_not_at_all_at_what_is_final(
    seen: Order, waited: int, pause: int | None
) -> None:
    assert poll_after(seen, TODAY + waited) == pause


def test_the_list_says_what_where_and_when(cinema: Cinema) -> None:
    cinema.hold("A1")
    (listed,) = cinema.call("get_my_bookings").body["bookings"]
    assert among(IN_THE_LIST, listed) == among(IN_THE_LIST, OF_THE_SHOWING)
    assert (listed["refunded"], listed["live_tickets"]) == (0, 0)


def test_a_list_of_many_orders_asks_the_catalogue_once_a_kind_and_within_a_minute_not_at_all(cinema: Cinema) -> None:
    for number in range(30):
        film = replace(MOVIE, movie_id=f"m-{number}", title=f"Film {number}")
        house = replace(THEATER, theater_id=f"t-{number}", name=f"House {number}")
        showing = event(f"ev-{number}", ROOM, TODAY + HOUR, movie_id=f"m-{number}", theater_id=f"t-{number}")
        cinema.seed("movies", movie_row(film, Display()))
        cinema.seed("theaters", theater_row(house))
        cinema.seed("events", event_row(showing))
        facts = {"event_id": f"ev-{number}", "movie_id": f"m-{number}", "theater_id": f"t-{number}"}
        cinema.seed_order(order(f"or_{number}", first_held_at=TODAY + number, **facts))
    cinema.wire.forget()
    listed = cinema.call("get_my_bookings").body["bookings"]
    assert [(one["title"], one["theater_name"]) for one in listed] == [
        (f"Film {number}", f"House {number}") for number in reversed(range(30))
    ]
    assert cinema.wire.counts == {"query": 1, "batch_get_item": 3}
    cinema.wire.forget()
    cinema.call("get_my_bookings")
    assert cinema.wire.counts == {"query": 1}


def test_bookings_are_shown_whatever_becomes_of_the_catalogue(cinema: Cinema) -> None:
    cinema.hold("A1")
    away = without_catalogue(cinema)
    seen = away.booking()
    assert (seen.status, seen.body["status"], seen.body["movie_time"]) == (200, "HELD", "2096-10-02T18:00:00Z")
    facts = dict.fromkeys(OF_THE_SHOWING) | {"refundable_until": "2096-10-02T18:00:00Z"}
    assert among(OF_THE_SHOWING, seen.body) == facts
    assert seen.body["seats"] == [{"seat_id": "A1", "category": None, "price": 11.5}]
    (listed,) = away.call("get_my_bookings").body["bookings"]
    assert among(IN_THE_LIST, listed) == dict.fromkeys(IN_THE_LIST)


def test_a_list_without_orders_asks_the_catalogue_nothing(cinema: Cinema) -> None:
    cinema.wire.forget()
    assert cinema.call("get_my_bookings", user="nobody").body == {"bookings": [], "next_cursor": None}
    assert cinema.wire.counts == {"query": 1}


def test_a_room_that_is_gone_leaves_its_seats_without_a_category(cinema: Cinema) -> None:
    cinema.seed("rooms", room_row(ROOM))
    cinema.seed_order(order(room_id="none"))
    assert cinema.booking().body["seats"][0]["category"] is None
