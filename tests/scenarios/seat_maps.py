"""GetAvailableSeat and SeatMap: the same map for everybody, small, tagged, and right."""

from dataclasses import replace

import pytest

from tests.sample_catalogue import HOUR, ROOM, TODAY, event
from tests.seeded_orders import book, pay
from tests.verbs import Verbs


def mixed(cinema: Verbs) -> None:
    """A2 held, A3 booked, C1 being paid for."""
    cinema.hold("A2", user="linus")
    book(cinema, "A3")
    pay(cinema, "C1", user="grace")


def test_the_map_of_a_room(cinema: Verbs) -> None:
    mixed(cinema)
    answer = cinema.map()

    assert answer.body == {
        "movie_id": "metropolis",
        "theater_id": "lisboa",
        "event_id": "ev_1",
        "movie_time": "2096-10-02T18:00:00Z",
        "sales_end": "2096-10-02T18:00:00Z",
        "room_name": "3",
        "as_of": "2096-10-02T10:00:00.000Z",
        "currency": "EUR",
        "prices": {"standard": 11.5, "premium": 15, "wheelchair": 11.5, "companion": 0},
        "remaining": {"standard": 13, "premium": 1, "wheelchair": 1, "companion": 2},
        "next_release": None,
        "available_seat": ["A1", "A4", *(f"B{n}" for n in range(1, 13)), "C2", "C3", "C4"],
        "legend": {
            "s": "standard",
            "p": "premium",
            "w": "wheelchair",
            "c": "companion",
            "e": "empty",
            "h": "hold",
            "b": "booked",
            "x": "off_sale",
        },
        "rows": [
            {"row": "A", "gaps": [2], "seats": ["A1", "A2", "A3", "A4"], "category": "sspp", "status": "ehbe"},
            {
                "row": "B",
                "gaps": [],
                "seats": [f"B{n}" for n in range(1, 13)],
                "category": "s" * 12,
                "status": "e" * 12,
            },
            {"row": "C", "gaps": [], "seats": ["C1", "C2", "C3", "C4"], "category": "wcwc", "status": "heee"},
        ],
        "other_events": [{"event_id": "ev_2", "movie_time": "2096-10-03T18:00:00Z"}],
    }
    assert (answer.status, answer.headers["Status"]) == (200, "OK")
    assert answer.headers["Cache-Control"].startswith("private")


def test_the_small_map(cinema: Verbs) -> None:
    mixed(cinema)
    answer = cinema.small_map()

    assert answer.body == {
        "event_id": "ev_1",
        "as_of": "2096-10-02T10:00:00.000Z",
        "status": {"A": "ehbe", "B": "e" * 12, "C": "heee"},
        "remaining": {"standard": 13, "premium": 1, "wheelchair": 1, "companion": 2},
        "next_release": None,
        "poll_after": 2,
        "on_sale": True,
        "sales_end": "2096-10-02T18:00:00Z",
        "cancelled_at": None,
        "layout_version": ROOM.layout_version,
    }
    assert answer.headers["Cache-Control"].startswith("public, s-maxage=1")


def test_a_map_names_nobody(cinema: Verbs) -> None:
    mixed(cinema)
    for answer in (cinema.map(), cinema.small_map()):
        assert not {"ada", "grace", "linus", "or_booked"} & set(str(answer.body).replace("'", " ").split())


def test_a_tag_outlives_the_time_of_reading_but_no_change(cinema: Verbs) -> None:
    for look in (cinema.map, cinema.small_map):
        tag = look().headers["ETag"]
        cinema.clock.advance(seconds=2)
        same = look(headers={"If-None-Match": tag})
        assert (same.status, same.body, same.headers["ETag"]) == (304, None, tag)
        assert look(headers={"If-None-Match": f'"other", {tag.removeprefix("W/")}'}).status == 304, "compared weakly"
        assert look(headers={"If-None-Match": '"other"'}).status == 200

        cinema.hold("A1")
        cinema.clock.advance(seconds=2)
        assert look(headers={"If-None-Match": tag}).status == 200
        cinema.release()
        cinema.clock.advance(seconds=2)


def test_a_full_room_says_when_the_next_hold_ends(cinema: Verbs) -> None:
    cinema.hold("A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4", event_id="ev_2")
    seen = cinema.map(event_id="ev_2").body
    assert (seen["available_seat"], seen["next_release"]) == ([], "2096-10-02T10:10:01.000Z")
    assert seen["remaining"] == {"standard": 0}
    assert cinema.small_map("ev_2").body["next_release"] == "2096-10-02T10:10:01.000Z"
    cinema.clock.advance(minutes=10, seconds=1)
    assert cinema.map(event_id="ev_2").body["next_release"] is None


def test_a_full_room_that_is_no_longer_sold_says_no_release(cinema: Verbs) -> None:
    cinema.clock.now = TODAY + 32 * HOUR - 1
    cinema.hold("A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4", event_id="ev_2")
    cinema.clock.advance(ms=1)
    seen = cinema.map(event_id="ev_2").body
    assert (seen["rows"][0]["status"], seen["next_release"]) == ("hhhh", None)


def test_without_an_event_the_next_on_sale_is_shown(cinema: Verbs) -> None:
    assert cinema.map(event_id=None).body["event_id"] == "ev_1"
    cinema.clock.now = TODAY + 8 * HOUR
    seen = cinema.map(event_id=None).body
    assert (seen["event_id"], [other["event_id"] for other in seen["other_events"]]) == ("ev_2", ["ev_1"])


def test_cancelled_showings_are_no_others(cinema: Verbs) -> None:
    gone = event("ev_3", ROOM, TODAY + 10 * HOUR)
    cinema.seed_event(replace(gone, cancelled_at=TODAY))
    assert [other["event_id"] for other in cinema.map().body["other_events"]] == ["ev_2"]
    assert cinema.small_map("ev_3").body["cancelled_at"] == "2096-10-02T10:00:00.000Z"


def test_what_does_not_exist_says_what(cinema: Verbs) -> None:
    def code(movie_id: str, theater_id: str, event_id: str | None) -> str | None:
        path = {"movie_id": movie_id, "theater_id": theater_id}
        return cinema.call("get_available_seat", path, query={"event_id": event_id} if event_id else {}).code

    assert code("none", "lisboa", None) == "unknown_movie"
    assert code("metropolis", "none", None) == "unknown_theater"
    assert code("metropolis", "lisboa", "ev_none") == "unknown_event"
    assert code("none", "lisboa", "ev_1") == "unknown_movie"
    assert cinema.small_map("ev_none").code == "unknown_event"


def test_the_map_wants_somebody_signed_in_and_the_small_one_nobody(cinema: Verbs) -> None:
    path = {"movie_id": "metropolis", "theater_id": "lisboa"}
    answer = cinema.call("get_available_seat", path, user=None)
    assert (answer.status, answer.headers["Status"], answer.code) == (401, "UNAUTHENTICATED", "unauthenticated")
    assert cinema.small_map().status == 200


def test_one_look_at_the_small_map_serves_all_who_look_within_a_second(cinema: Verbs) -> None:
    cinema.map_shared_ms = 1_000
    first = cinema.small_map()
    cinema.hold("A1")
    cinema.clock.advance(ms=999)
    assert cinema.small_map().body == first.body
    cinema.clock.advance(ms=1)
    assert cinema.small_map().body["status"]["A"] == "heee"


def test_without_a_rush_customers_see_at_once_what_they_have_done(cinema: Verbs) -> None:
    cinema.map_shared_ms = 1_000
    assert cinema.map().body["rows"][0]["status"] == "eeee"
    cinema.hold("A1")
    assert cinema.map().body["rows"][0]["status"] == "heee"
    cinema.release()
    assert cinema.map().body["rows"][0]["status"] == "eeee"


@pytest.mark.shows("cache failed over and lost marks")
def test_the_cache_is_right_again_within_a_minute_whatever_was_lost(cinema: Verbs) -> None:
    cinema.map()
    cinema.without_cache().hold("A1")
    assert cinema.map(user="grace").body["rows"][0]["status"] == "eeee", "the cache cannot know yet"
    cinema.clock.advance(seconds=45)
    assert cinema.map(user="grace").body["rows"][0]["status"] == "heee"


def test_maps_of_events_that_are_over_fill_the_bucket_as_others_do(cinema: Verbs) -> None:
    cinema.settings_changes = {"user_map_burst": 2}
    cinema.clock.now = TODAY + 12 * HOUR
    assert [cinema.map().status for _ in range(3)] == [200, 200, 429]
    assert cinema.without_cache().map().status == 200
