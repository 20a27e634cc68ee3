"""Bad input: each a clear 4xx problem, and nothing written: one cinema for all of it, as none of it leaves a trace."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import valkey
from moto import mock_aws

from box_office.adapters.catalogue_rows import Display, event_row, movie_row, theater_row
from box_office.domain.catalogue import Movie, Theater
from tests.cinema import Cinema
from tests.sample_catalogue import HOUR, ROOM, TODAY, event

GOOD = {"movie_id": "metropolis", "theater_id": "lisboa", "event_id": "ev_1", "selected_seat": ["A1"]}
EMOJI, CONTROL, LONG = "🎬", "ev\u0000_1", "x" * 65


@pytest.fixture(scope="module")
def untouched(cache_server: str) -> Iterator[Cinema]:
    """Somebody else holds B1; besides a film that plays nowhere, and a showing of yesterday."""
    with mock_aws():
        valkey.Valkey.from_url(cache_server).flushall()
        cinema = Cinema(cache_server, settings_changes={"user_hold_burst": 1_000, "user_map_burst": 1_000})
        cinema.seed("movies", movie_row(Movie("sunrise", "Sunrise", "", 94, "U", 1927, "F. W. Murnau"), Display()))
        cinema.seed("theaters", theater_row(Theater("porto", "Cine Douro", "", "", "Europe/Lisbon", "EUR")))
        cinema.seed("events", event_row(event("ev_yesterday", ROOM, TODAY - 16 * HOUR)))
        held = cinema.hold("B1", user="grace")
        assert held.status == 201
        cinema.grace_order = held.body["order_id"]
        yield cinema


def tables(cinema: Cinema) -> Any:
    return sorted(map(repr, cinema.rows("seats"))), sorted(map(repr, cinema.rows("orders")))


def check(cinema: Cinema, answer: Any, before: Any, status: int, code: str, param: str | None = None) -> None:
    assert (answer.status, answer.code) == (status, code), answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Status"] == code.upper()
    assert answer.body["detail"] and answer.body["request_id"]
    if param is not None:
        assert answer.body["param"] == param
    assert tables(cinema) == before, "a refused request wrote something"
    assert cinema.small_map().body["status"]["A"] == "eeee", "a refused request left a mark"


BODIES = {
    "no body": (None, 400, "invalid_request", "body"),
    "blanks": ("   ", 400, "invalid_request", "body"),
    "no JSON": ("{", 400, "invalid_request", "body"),
    "a list": ("[]", 400, "invalid_request", "body"),
    "null": ("null", 400, "invalid_request", "body"),
    "deep nonsense": ("[" * 5_000, 400, "invalid_request", "body"),
    "a megabyte": (json.dumps(GOOD | {"more": "x" * 1_000_000}), 413, "too_large", None),
    "a number of 5,000 digits": ('{"movie_id": ' + "9" * 5_000 + "}", 400, "invalid_request", "body"),
    "no movie": ({k: v for k, v in GOOD.items() if k != "movie_id"}, 400, "invalid_request", "movie_id"),
    "no theater": ({k: v for k, v in GOOD.items() if k != "theater_id"}, 400, "invalid_request", "theater_id"),
    "no seats": ({k: v for k, v in GOOD.items() if k != "selected_seat"}, 400, "invalid_request", "selected_seat"),
    "an empty selection": (GOOD | {"selected_seat": []}, 400, "invalid_request", "selected_seat"),
    "eleven seats": (
        GOOD | {"selected_seat": [f"B{n}" for n in range(2, 13)]},
        400,
        "too_many_seats",
        "selected_seat",
    ),
    "two thousand seats": (GOOD | {"selected_seat": ["A1"] * 1_200}, 400, "invalid_request", "selected_seat"),
    "a seat twice": (GOOD | {"selected_seat": ["A1", "A2", "A1"]}, 400, "duplicate_seat", "selected_seat"),
    "an unknown seat": (GOOD | {"selected_seat": ["A1", "Z9"]}, 404, "unknown_seat", None),
    "a seat of another room": (GOOD | {"event_id": "ev_2", "selected_seat": ["B12"]}, 404, "unknown_seat", None),
    "a seat in lower case": (GOOD | {"selected_seat": ["a1"]}, 404, "unknown_seat", None),
    "a companion alone": (GOOD | {"selected_seat": ["C2"]}, 400, "companion_without_wheelchair", "selected_seat"),
    "seats as a text": (GOOD | {"selected_seat": "A1"}, 400, "invalid_request", "selected_seat"),
    "seats as numbers": (GOOD | {"selected_seat": [1]}, 400, "invalid_request", "selected_seat"),
    "a seat of null": (GOOD | {"selected_seat": [None]}, 400, "invalid_request", "selected_seat"),
    "a seat of emoji": (GOOD | {"selected_seat": [EMOJI]}, 400, "invalid_request", "selected_seat"),
    "a seat with a line end": (GOOD | {"selected_seat": ["A1\n"]}, 400, "invalid_request", "selected_seat"),
    "a seat with a separator": (GOOD | {"selected_seat": ["A1|A2"]}, 400, "invalid_request", "selected_seat"),
    "a lone surrogate": (
        '{"movie_id":"metropolis","theater_id":"lisboa","selected_seat":["\\ud800"]}',
        400,
        "invalid_request",
        "selected_seat",
    ),
    "an event of emoji": (GOOD | {"event_id": EMOJI}, 400, "invalid_request", "event_id"),
    "an event with a control character": (GOOD | {"event_id": CONTROL}, 400, "invalid_request", "event_id"),
    "an event too long": (GOOD | {"event_id": LONG}, 400, "invalid_request", "event_id"),
    "an empty event": (GOOD | {"event_id": ""}, 400, "invalid_request", "event_id"),
    "an event as a number": (GOOD | {"event_id": 1}, 400, "invalid_request", "event_id"),
    "a theater of emoji": (GOOD | {"theater_id": EMOJI}, 400, "invalid_request", "theater_id"),
    "a sale of emoji": (GOOD | {"sale": EMOJI}, 400, "invalid_request", "sale"),
    "another movie than the path's": (GOOD | {"movie_id": "sunrise"}, 400, "invalid_request", "movie_id"),
    "an unknown theater": (GOOD | {"theater_id": "none"}, 404, "unknown_theater", None),
    "an unknown event": (GOOD | {"event_id": "ev_none"}, 404, "unknown_event", None),
    "a theater where the event is not": (GOOD | {"theater_id": "porto"}, 404, "unknown_event", None),
    "an event of yesterday": (GOOD | {"event_id": "ev_yesterday"}, 409, "sales_closed", None),
    "somebody's seat": (GOOD | {"selected_seat": ["B1"]}, 409, "seats_unavailable", None),
}


@pytest.mark.parametrize(("body", "status", "code", "param"), BODIES.values(), ids=BODIES)
def test_a_hold_that_cannot_be_is_refused_and_writes_nothing(
    untouched: Cinema, body: Any, status: int, code: str, param: str | None
) -> None:
    before = tables(untouched)
    answer = untouched.call("hold_seat", {"movie_id": "metropolis"}, body)
    check(untouched, answer, before, status, code, param)


@pytest.mark.parametrize("movie_id", [EMOJI, "a b", "a/b", LONG, "", "metropolis\u0000"])
def test_a_path_that_names_no_movie_is_refused(untouched: Cinema, movie_id: str) -> None:
    before = tables(untouched)
    answer = untouched.call("hold_seat", {"movie_id": movie_id}, GOOD | {"movie_id": movie_id})
    check(untouched, answer, before, 400, "invalid_request", "movie_id")


def test_a_movie_that_does_not_play_at_that_theater(untouched: Cinema) -> None:
    before = tables(untouched)
    body = {"movie_id": "sunrise", "theater_id": "lisboa", "selected_seat": ["A1"]}
    for event_id in ({}, {"event_id": "ev_1"}):
        answer = untouched.call("hold_seat", {"movie_id": "sunrise"}, body | event_id)
        check(untouched, answer, before, 404, "unknown_event")


def test_an_unknown_movie(untouched: Cinema) -> None:
    before = tables(untouched)
    answer = untouched.call("hold_seat", {"movie_id": "none"}, GOOD | {"movie_id": "none"})
    check(untouched, answer, before, 404, "unknown_movie")


CALLS = {
    "HoldSeat": ("hold_seat", {"movie_id": "metropolis"}, GOOD),
    "ReleaseSeat": ("release_seat", {"event_id": "ev_1"}, None),
    "GetBooking": ("get_booking", {"event_id": "ev_1"}, None),
    "GetMyBookings": ("get_my_bookings", {}, None),
    "GetAvailableSeat": ("get_available_seat", {"movie_id": "metropolis", "theater_id": "lisboa"}, None),
}


@pytest.mark.parametrize(("verb", "path", "body"), CALLS.values(), ids=CALLS)
def test_nobody_signed_in(untouched: Cinema, verb: str, path: dict, body: Any) -> None:
    before = tables(untouched)
    check(untouched, untouched.call(verb, path, body, user=None), before, 401, "unauthenticated")


EVENTS = ["release_seat", "get_booking", "seat_map"]


@pytest.mark.parametrize("event_id", [EMOJI, CONTROL, LONG, "", "ev 1", "ev_1#or_1", "ev_1@s1"])
@pytest.mark.parametrize("verb", EVENTS)
def test_a_path_that_names_no_event_is_refused(untouched: Cinema, verb: str, event_id: str) -> None:
    before = tables(untouched)
    check(untouched, untouched.call(verb, {"event_id": event_id}), before, 400, "invalid_request", "event_id")


def test_another_users_order(untouched: Cinema) -> None:
    before = tables(untouched)
    theirs = untouched.grace_order
    check(untouched, untouched.release(order_id=theirs), before, 404, "unknown_order")
    check(untouched, untouched.booking(order_id=theirs), before, 404, "unknown_order")


@pytest.mark.parametrize("body", ["{", "[]", '{"order_id": 5}', '{"order_id": "🎬"}', '{"order_id": ""}'])
def test_a_release_that_cannot_be_is_refused(untouched: Cinema, body: str) -> None:
    before = tables(untouched)
    answer = untouched.call("release_seat", {"event_id": "ev_1"}, body, user="grace")
    check(untouched, answer, before, 400, "invalid_request")


@pytest.mark.parametrize("order_id", [EMOJI, "", "or_1#x", LONG])
def test_an_order_that_cannot_be_is_refused(untouched: Cinema, order_id: str) -> None:
    before = tables(untouched)
    check(untouched, untouched.booking(order_id=order_id), before, 400, "invalid_request", "order_id")


def test_what_a_client_says_of_prices_states_and_times_is_ignored(untouched: Cinema) -> None:
    lies = {"price": 0, "status": "BOOKED", "user_id": "grace", "hold_until": 9**15, "order_id": "or_x", "now": 1}
    answer = untouched.call("hold_seat", {"movie_id": "metropolis"}, GOOD | lies, user="honest")
    try:
        assert answer.body["price"] == 11.5
        assert (answer.body["status"], answer.body["hold_end_time"]) == ("HELD", "2096-10-02T10:10:00.000Z")
        assert untouched.seat("A1")["user_id"] == "honest"
        assert answer.body["order_id"] != "or_x"
    finally:
        untouched.release(user="honest")
