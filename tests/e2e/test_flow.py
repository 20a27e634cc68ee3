"""One visitor's way through the deployed API, and the answers that every way meets."""

from dataclasses import replace
from datetime import datetime

import pytest


def test_from_the_list_of_films_to_a_hold_and_back(showing, visitors, passer_by, past_the_edge):
    (ada,) = visitors(1)
    assert showing.movie_id in [film["movie_id"] for film in films_on_display(past_the_edge)]
    theaters = passer_by.get(f"/GetMovieDetail/api/v0/{showing.movie_id}").body["theaters"]
    assert [theater["theater_id"] for theater in theaters] == [showing.theater_id]
    rooms = ada.get(f"/GetTheaterDetail/api/v0/{showing.theater_id}/").body["rooms"]
    assert {"room_id": showing.event_id, "room_name": showing.event_id, "seat_count": 52} in rooms
    seen = ada.map(showing)
    assert seen.body["available_seat"] == showing.seats
    assert seen.body["prices"] == {"standard": 11.5, "premium": 15, "wheelchair": 11.5, "companion": 0}

    held = ada.hold(showing, "W3", "A2", "A1")
    assert (held.status, held.word, held.body["selected_seat"]) == (201, "HELD", ["A1", "A2", "W3"])
    assert (held.body["price"], held.body["currency"]) == (38, "EUR")
    ends = datetime.fromisoformat(held.body["hold_end_time"]).timestamp()
    assert held.began + 599 < ends < held.ended + 601
    seen = ada.map(showing)
    assert (seen.body["rows"][0]["status"], seen.body["rows"][4]["status"]) == ("hheeeeeeeeee", "eehe")
    assert seen.body["remaining"] == {"standard": 46, "premium": 1, "wheelchair": 1, "companion": 1}

    booking = ada.booking(showing)
    assert (booking.status, booking.word) == (200, "HELD")
    expected = {name: held.body[name] for name in ("order_id", "selected_seat", "price", "hold_end_time", "status")}
    assert expected.items() <= booking.body.items()
    assert ends - booking.ended - 1 < booking.body["seconds_left"] < ends - booking.began + 1
    assert (booking.body["tickets"], booking.body["next_action"], booking.body["decline"]) == ([], None, None)
    listed = ada.bookings().body["bookings"][0]
    assert (listed["order_id"], listed["status"]) == (held.body["order_id"], "HELD")

    other = ada.hold(showing, "A2", "B5")
    assert (other.status, other.body["order_id"]) == (201, held.body["order_id"])
    assert (other.body["selected_seat"], other.body["price"]) == (["A2", "B5"], 23)
    fewer = ada.hold(showing, "B5")
    assert (fewer.status, fewer.body["hold_end_time"]) == (200, other.body["hold_end_time"])

    released = ada.release(showing, held.body["order_id"])
    assert (released.status, released.word, released.body) == (204, "RELEASED", "")
    assert ada.release(showing, held.body["order_id"]).status == 204
    assert ada.booking(showing).body["status"] == "RELEASED"
    assert ada.map(showing).body["available_seat"] == showing.seats


def films_on_display(visitor):
    cursor = {}
    while cursor is not None:
        page = visitor.get("/GetListOfMovie/api/v0/", params=cursor).body
        yield from page["movies"]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None


def test_every_route_answers_with_and_without_the_last_slash(showing, visitors, passer_by):
    (ada,) = visitors(1)
    order = ada.hold(showing, "A1").body["order_id"]
    paths = {
        "/GetListOfMovie/api/v0": passer_by,
        f"/GetMovieDetail/api/v0/{showing.movie_id}": passer_by,
        f"/SeatMap/api/v0/{showing.event_id}": passer_by,
        f"/GetTheaterDetail/api/v0/{showing.theater_id}": ada,
        f"/GetAvailableSeat/api/v0/{showing.movie_id}/{showing.theater_id}": ada,
        f"/GetBooking/api/v0/{showing.event_id}": ada,
        "/GetMyBookings/api/v0": ada,
    }
    for path, visitor in paths.items():
        assert [visitor.get(path + end).status for end in ("", "/")] == [200, 200], path
    body = {
        "movie_id": showing.movie_id,
        "theater_id": showing.theater_id,
        "event_id": showing.event_id,
        "selected_seat": ["A1"],
    }
    for end in ("", "/"):
        assert ada.post(f"/HoldSeat/api/v0/{showing.movie_id}{end}", body).status == 200
    for end in ("", "/"):
        assert ada.post(f"/ReleaseSeat/api/v0/{showing.event_id}{end}", {"order_id": order}).status == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/GetListOfMovie"),
        ("GET", "/getlistofmovie/api/v0/"),
        ("GET", "/GetListOfMovie/api/v1/"),
        ("GET", "/GetMovieDetail/api/v0/"),
        ("GET", "/GetMovieDetail/api/v0/metropolis/more"),
        ("GET", "/HoldSeat/api/v0/metropolis"),
        ("POST", "/GetListOfMovie/api/v0/"),
        ("DELETE", "/GetMyBookings/api/v0/"),
        ("HEAD", "/GetNothing/api/v0/"),
    ],
)
def test_what_there_is_not_is_unknown_path(method, path, showing, visitors, past_the_edge):
    """Asked past the edge, which looks for some of these among the page's files."""
    (ada,) = visitors(1)
    answer = replace(past_the_edge, token=ada.token).request(method, path)
    assert (answer.status, answer.word) == (404, "UNKNOWN_PATH")


def test_without_a_good_token_nobody_is_let_in(showing, visitors, tokens):
    (ada,) = visitors(1)
    head, body, signature = ada.token.split(".")
    other_body = list(tokens.values())[1].split(".")[1]
    bad = {
        "none": None,
        "tampered signature": f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        "another's claims": f"{head}.{other_body}.{signature}",
        "unsigned": "eyJhbGciOiJub25lIn0." + body + ".",
        "not a token": "let me in",
        "bearer": f"Bearer {head}.{body}",
    }
    for what, token in bad.items():
        visitor = replace(ada, token=token)
        for answer in (visitor.hold(showing, "A1"), visitor.map(showing), visitor.bookings(), visitor.release(showing)):
            assert (answer.status, answer.code) == (401, "unauthenticated"), what


def test_bad_input_is_told_apart_and_writes_nothing(stack, showing, visitors):
    (ada,) = visitors(1)
    body = {
        "movie_id": showing.movie_id,
        "theater_id": showing.theater_id,
        "event_id": showing.event_id,
        "selected_seat": ["A1"],
    }
    hold = f"/HoldSeat/api/v0/{showing.movie_id}"
    cases = [
        (400, "invalid_request", ada.post(hold)),
        (400, "invalid_request", ada.request("POST", hold, content=b"{")),
        (400, "invalid_request", ada.request("POST", hold, content=b"\xff\xfe")),
        (400, "invalid_request", ada.post(hold, [body])),
        (400, "invalid_request", ada.post(hold, body | {"selected_seat": "A1"})),
        (400, "invalid_request", ada.post(hold, body | {"selected_seat": []})),
        (400, "invalid_request", ada.post(hold, body | {"movie_id": "another"})),
        (400, "invalid_request", ada.post(hold, body | {"event_id": "\N{CLAPPER BOARD}"})),
        (400, "duplicate_seat", ada.post(hold, body | {"selected_seat": ["A1", "A1"]})),
        (400, "too_many_seats", ada.post(hold, body | {"selected_seat": showing.seats[:11]})),
        (400, "companion_without_wheelchair", ada.post(hold, body | {"selected_seat": ["W2"]})),
        (404, "unknown_seat", ada.post(hold, body | {"selected_seat": ["A1", "Z9"]})),
        (404, "unknown_event", ada.post(hold, body | {"event_id": "no-such"})),
        (404, "unknown_theater", ada.post(hold, body | {"theater_id": "no-such", "event_id": "no-such"})),
        (404, "unknown_movie", ada.post("/HoldSeat/api/v0/no-such", body | {"movie_id": "no-such", "event_id": "x"})),
        (413, "too_large", ada.request("POST", hold, content=b'{"movie_id": "' + b"a" * 100_000 + b'"}')),
    ]
    for status, code, answer in cases:
        assert (answer.status, answer.code) == (status, code), answer.body
    assert stack.orders(showing) == []
    assert stack.seats(showing) == []


def test_the_map_knows_when_nothing_changed(showing, visitors):
    ada, ben = visitors(2)
    tag = ada.map(showing).headers["ETag"]
    assert ben.map(showing, **{"If-None-Match": tag}).status == 304
    ada.hold(showing, "A1")
    assert ben.map(showing, **{"If-None-Match": tag}).status == 200
