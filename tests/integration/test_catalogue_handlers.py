"""GetListOfMovie, GetMovieDetail, GetTheaterDetail as the gateway calls them, over a loaded catalogue."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from moto import mock_aws

from box_office.ports import Clock
from functions.api import get_list_of_movie, get_movie_detail, get_theater_detail
from tests import moto_aws
from tests.catalogue_plans import HOUR, NOW, Tables, event, many_films, movie, plan, room, theater
from tests.set_clock import SetClock

BUILDERS = {
    "list": get_list_of_movie.build,
    "movie": get_movie_detail.build,
    "theater": get_theater_detail.build,
}


@pytest.fixture
def tables() -> Iterator[Tables]:
    with mock_aws():
        yield Tables()


class Api:
    def __init__(self, clock: Clock, **settings: Any) -> None:
        self._handlers = {
            name: build(moto_aws.catalogue_settings(**settings), clock) for name, build in BUILDERS.items()
        }

    def get(
        self,
        name: str,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        user: str | None = None,
    ) -> tuple[int, dict[str, str], Any]:
        request = {
            "pathParameters": dict(path or {}) or None,
            "queryStringParameters": dict(query or {}) or None,
            "headers": dict(headers or {}),
            "body": None,
            "requestContext": {
                "requestId": "request-1",
                "authorizer": {"claims": {"sub": user, "token_use": "id"}} if user else None,
                "identity": {"sourceIp": "192.0.2.1"},
            },
        }
        answer = self._handlers[name](request, None)
        body = json.loads(answer["body"]) if answer["body"] else None
        return answer["statusCode"], answer["headers"], body


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def api(tables: Tables, clock: SetClock) -> Api:
    tables.load(plan())
    return Api(clock)


def unreachable(clock: Clock) -> Api:
    return Api(clock, **{f"{role}_table": "gone" for role in ("movies", "theaters", "rooms", "events")})


def test_the_list_of_films(api: Api) -> None:
    status, headers, body = api.get("list")
    assert (status, headers["Status"], headers["Content-Type"]) == (200, "OK", "application/json")
    assert body == {
        "movies": [
            {
                "movie_id": "metropolis",
                "title": "Metropolis",
                "length": 153,
                "certificate": "PG",
                "year": 1927,
                "director": "Fritz Lang",
                "next_movie_time": "2026-11-25T19:30:00Z",
                "genres": [],
                "poster": None,
                "released": None,
            }
        ],
        "next_cursor": None,
        "as_of": "2026-11-23T10:00:00.000Z",
    }


def test_a_film_and_where_and_when_it_plays(tables: Tables, api: Api) -> None:
    tables.load(
        plan(
            theaters=[theater(), theater("alfama", name="Alfama")],
            rooms=[room(), room("alfama-1", "alfama", room_name="1")],
            events=[event(), event("ev_2", room_id="alfama-1"), event("ev_0", movie_time="2026-11-25T12:00:00Z")],
        )
    )
    status, _, body = api.get("movie", {"movie_id": "metropolis"})
    assert status == 200
    theaters = body.pop("theaters")
    assert body == {
        "movie_id": "metropolis",
        "title": "Metropolis",
        "details": "A city above, a city below.",
        "length": 153,
        "certificate": "PG",
        "year": 1927,
        "director": "Fritz Lang",
        "genres": [],
        "poster": None,
        "released": None,
        "as_of": "2026-11-23T10:00:00.000Z",
    }
    assert [one["name"] for one in theaters] == ["Alfama", "Cine Tejo"]
    assert [one["event_id"] for one in theaters[1]["events"]] == ["ev_0", "ev_1"]
    assert theaters[1] | {"events": theaters[1]["events"][1:]} == {
        "theater_id": "lisboa",
        "name": "Cine Tejo",
        "time_zone": "Europe/Lisbon",
        "currency": "EUR",
        "events": [
            {
                "event_id": "ev_1",
                "movie_time": "2026-11-25T19:30:00Z",
                "end_time": "2026-11-25T22:23:00Z",
                "sales_end": "2026-11-25T19:30:00Z",
                "room_name": "3",
                "language": None,
                "subtitles": None,
                "formats": [],
                "access": [],
            }
        ],
    }


def test_a_film_without_showings_plays_nowhere(tables: Tables, api: Api) -> None:
    tables.load({"movies": [movie("m")]})
    assert api.get("movie", {"movie_id": "m"})[2]["theaters"] == []


def test_a_theater_and_its_rooms_for_who_is_signed_in(api: Api) -> None:
    status, headers, body = api.get("theater", {"theater_id": "lisboa"}, user="ada")
    assert (status, headers["Cache-Control"]) == (200, "private, no-store")
    assert body == {
        "theater_id": "lisboa",
        "name": "Cine Tejo",
        "address": "Rua do Cais 4, Lisboa",
        "info": "Bar opens an hour before.",
        "time_zone": "Europe/Lisbon",
        "currency": "EUR",
        "rooms": [{"room_id": "lisboa-3", "room_name": "3", "seat_count": 8}],
    }
    assert api.get("theater", {"theater_id": "lisboa"})[2]["code"] == "unauthenticated"


@pytest.mark.parametrize(
    ("name", "path", "code"),
    [
        ("movie", {"movie_id": "nosferatu"}, "unknown_movie"),
        ("theater", {"theater_id": "porto"}, "unknown_theater"),
    ],
)
def test_an_unknown_id_is_404(api: Api, name: str, path: dict[str, str], code: str) -> None:
    status, headers, body = api.get(name, path, user="ada")
    assert (status, body["code"], headers["Status"]) == (404, code, code.upper())
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("bad", ["🎬", "a\x00b", "a\nb", "a b", "é", "x" * 65, "", "a/b", "metropolis\n", "%00"])
@pytest.mark.parametrize(("name", "param"), [("movie", "movie_id"), ("theater", "theater_id")])
def test_a_malformed_id_is_400(api: Api, name: str, param: str, bad: str) -> None:
    status, _, body = api.get(name, {param: bad}, user="ada")
    assert (status, body["code"], body["param"]) == (400, "invalid_request", param)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "ten", "", "٣", "1e1", "9999999999"])
def test_a_limit_is_a_number_from_1_to_100(api: Api, limit: str) -> None:
    status, _, body = api.get("list", query={"limit": limit})
    assert (status, body["param"]) == (400, "limit")


def test_pages_follow_their_cursor_and_a_changed_one_is_400(tables: Tables, api: Api) -> None:
    tables.load(many_films(5))
    first = api.get("list", query={"limit": "4"})[2]
    second = api.get("list", query={"limit": "4", "cursor": first["next_cursor"]})[2]
    assert [len(first["movies"]), len(second["movies"]), second["next_cursor"]] == [4, 2, None]
    for position in range(len(first["next_cursor"])):
        changed = list(first["next_cursor"])
        changed[position] = "A" if changed[position] != "A" else "B"
        status, _, body = api.get("list", query={"cursor": "".join(changed)})
        assert (status, body["param"]) == (400, "cursor")


@pytest.mark.parametrize(("name", "path"), [("list", {}), ("movie", {"movie_id": "metropolis"})])
def test_what_has_not_changed_is_not_sent_again(api: Api, clock: SetClock, name: str, path: dict[str, str]) -> None:
    _, headers, first = api.get(name, path)
    clock.now += HOUR
    status, again, body = api.get(name, path, headers={"If-None-Match": headers["ETag"]})
    assert (status, body, again["ETag"]) == (304, None, headers["ETag"])
    assert again["Cache-Control"] == headers["Cache-Control"]
    assert api.get(name, path)[2]["as_of"] != first["as_of"]


def test_what_has_changed_is_sent_again(tables: Tables, api: Api, clock: SetClock) -> None:
    _, headers, _ = api.get("movie", {"movie_id": "metropolis"})
    tables.load(plan(movies=[movie(title="Metropolis (restored)")]))
    clock.now += HOUR
    status, _, body = api.get("movie", {"movie_id": "metropolis"}, headers={"If-None-Match": headers["ETag"]})
    assert (status, body["title"]) == (200, "Metropolis (restored)")


@pytest.mark.parametrize(("name", "path"), [("list", {}), ("movie", {"movie_id": "metropolis"})])
def test_public_answers_may_be_shared_and_served_stale_by_the_edge(api: Api, name: str, path: dict[str, str]) -> None:
    cache_control = api.get(name, path)[1]["Cache-Control"]
    assert cache_control.startswith("public, ")
    for directive in ("s-maxage=", "stale-while-revalidate=", "stale-if-error="):
        assert directive in cache_control


@pytest.mark.parametrize(
    ("name", "path"),
    [("list", {}), ("movie", {"movie_id": "metropolis"}), ("theater", {"theater_id": "lisboa"})],
)
def test_without_tables_the_same_facts_are_answered_and_marked_stale(
    api: Api, clock: SetClock, name: str, path: dict[str, str]
) -> None:
    _, fresh_headers, fresh = api.get(name, path, user="ada")
    clock.now += HOUR
    status, headers, body = unreachable(clock).get(name, path, user="ada")
    assert (status, headers["Status"], fresh_headers["Status"]) == (200, "STALE", "OK")
    assert body == fresh  # `as_of` too: the snapshot is of the time that the plan was loaded


def test_without_tables_and_snapshot_the_answer_is_503(clock: SetClock) -> None:
    with mock_aws():
        status, headers, body = unreachable(clock).get("list")
    assert (status, body["code"], headers["Retry-After"]) == (503, "unavailable", "2")
