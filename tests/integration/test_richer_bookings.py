"""What GetBooking and GetMyBookings tell beyond an order's row: its calls, and without the catalogue's tables."""

from dataclasses import replace

from box_office.adapters.catalogue_rows import Display, event_row, movie_row, theater_row
from tests.cinema import Cinema
from tests.examples import order
from tests.sample_catalogue import HOUR, MOVIE, ROOM, THEATER, TODAY, event
from tests.scenarios.find_order import find
from tests.scenarios.richer_bookings import *  # noqa: F403
from tests.scenarios.richer_bookings import IN_THE_LIST, OF_THE_SHOWING, among


def without_catalogue(cinema: Cinema) -> Cinema:
    return cinema.another_environment(
        settings_changes={f"{role}_table": "gone" for role in ("movies", "theaters", "rooms", "events")}
    )


def test_a_list_of_many_orders_asks_the_catalogue_once_and_within_a_minute_not_at_all(cinema: Cinema) -> None:
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
    assert cinema.wire.counts == {"query": 1, "batch_get_item": 1}
    cinema.wire.forget()
    cinema.call("get_my_bookings")
    assert cinema.wire.counts == {"query": 1}


def test_a_booking_asks_for_its_order_and_then_once_for_all_that_it_is_of(cinema: Cinema) -> None:
    cinema.hold("A1")
    cold = cinema.another_environment()
    assert cold.booking().body["room_name"] == "3"
    assert cold.wire.counts == {"get_item": 1, "batch_get_item": 1}
    cold.wire.forget()
    cold.booking()
    assert cold.wire.counts == {"get_item": 1}


def test_an_order_that_does_not_name_its_room_is_shown_with_the_room_of_its_showing(cinema: Cinema) -> None:
    cinema.seed_order(order("or_1", room_id=None))
    assert [seat["category"] for seat in cinema.booking().body["seats"]] == ["standard"]


def test_a_page_of_found_orders_asks_the_catalogue_once(cinema: Cinema) -> None:
    for number in range(20):
        cinema.seed_event(event(f"ev-{number}", ROOM, TODAY + HOUR))
        cinema.seed_order(
            order(f"or_{number}", event_id=f"ev-{number}", room_id=ROOM.room_id, first_held_at=TODAY + number)
        )
    cold = cinema.another_environment()
    assert len(find(cold, email="ada@example.com").body["orders"]) == 20
    assert cold.wire.counts == {"query": 1, "batch_get_item": 1}


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
