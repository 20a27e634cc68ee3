"""The catalogue as handlers read it: tables, memory, snapshot; every call counted."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError
from moto import mock_aws

from box_office import wiring
from box_office.adapters import aws_clients
from box_office.domain.errors import InvalidRequest, Unavailable, UnknownEvent, UnknownMovie, UnknownTheater
from box_office.ports import Catalogue
from box_office.use_cases.get_movie_detail import get_movie_detail
from box_office.use_cases.get_theater_detail import get_theater_detail
from operations.catalogue import load
from tests import moto_aws
from tests.catalogue_plans import HOUR, NOW, Tables, event, many_films, movie, plan, room, theater

MINUTE = 60_000


class Watched:
    """A catalogue whose clients are counted, and can be cut off from their services."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: Counter[str] = Counter()
        self.units: float = 0
        self.down: set[str] = set()
        self.page_rows: int | None = None  # ends a query's pages early, as 1 MB of larger rows would
        self._make = aws_clients.client
        for module in (wiring, aws_clients):  # clients that are made at once, and those that wait until they are needed
            monkeypatch.setattr(module, "client", self._client)

    def _client(self, service: str, *arguments: Any) -> Any:
        made = self._make(service, *arguments)
        made.meta.events.register("before-call", self._before)
        made.meta.events.register("before-parameter-build.dynamodb", self._ask_for_units)
        made.meta.events.register("after-call.dynamodb", self._count_units)
        made.meta.events.register("before-parameter-build.dynamodb.Query", self._end_pages_early)
        return made

    def _before(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1
        if model.service_model.service_name in self.down:
            raise ConnectTimeoutError(endpoint_url="http://table.invalid")

    def _ask_for_units(self, params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    def _end_pages_early(self, params: dict[str, Any], **_: Any) -> None:
        if self.page_rows is not None:
            params["Limit"] = self.page_rows

    def _count_units(self, parsed: dict[str, Any], **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity", [])
        for one in consumed if isinstance(consumed, list) else [consumed]:
            self.units += one["CapacityUnits"]

    def catalogue(self, **changes: Any) -> Catalogue:
        return wiring.catalogue(moto_aws.catalogue_settings(**changes))


@pytest.fixture
def tables() -> Iterator[Tables]:
    with mock_aws():
        yield Tables()


@pytest.fixture
def watched(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


def every_read(catalogue: Catalogue, now: int) -> list[Any]:
    return [
        catalogue.movies_on_display(now, 100, None),
        catalogue.movie("metropolis", now),
        catalogue.theater("lisboa", now),
        catalogue.theaters(["lisboa"], now),
        catalogue.rooms_of("lisboa", now),
        catalogue.room("lisboa-3", now),
        catalogue.event("ev_1", now),
        catalogue.events_of_pair("metropolis", "lisboa", now),
        catalogue.events_of_movie("metropolis", now),
    ]


def test_within_a_minute_nothing_is_read_twice(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    catalogue = watched.catalogue()
    first = every_read(catalogue, NOW)
    watched.calls.clear()
    assert every_read(catalogue, NOW + MINUTE - 1) == first
    assert watched.calls == Counter()


def test_after_a_minute_facts_are_read_again(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    catalogue = watched.catalogue()
    every_read(catalogue, NOW)
    tables.load(plan(movies=[movie(title="Metropolis (restored)")]))
    known = catalogue.movie("metropolis", NOW + MINUTE)
    assert (known.value.title, known.as_of, known.stale) == ("Metropolis (restored)", NOW + MINUTE, False)


def test_each_answer_costs_a_fixed_number_of_calls(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    get_movie_detail(watched.catalogue(), "metropolis", NOW)
    assert watched.calls == {"GetItem": 1, "Query": 1, "BatchGetItem": 1}
    watched.calls.clear()
    get_theater_detail(watched.catalogue(), "lisboa", NOW)
    assert watched.calls == {"GetItem": 1, "Query": 1}
    watched.calls.clear()
    watched.catalogue().movies_on_display(NOW, 100, None)
    assert watched.calls == {"Query": 1}


@pytest.mark.parametrize("look_up", ["list", "detail"])
def test_a_larger_catalogue_costs_the_same_calls_and_units(tables: Tables, watched: Watched, look_up: str) -> None:
    def cost() -> tuple[Counter[str], float]:
        watched.calls.clear()
        watched.units = 0
        catalogue = watched.catalogue()
        if look_up == "list":
            assert len(catalogue.movies_on_display(NOW, 20, None).value.movies) == 20
        else:
            get_movie_detail(catalogue, "film-000012", NOW)
        return Counter(watched.calls), watched.units

    tables.load(many_films(20))
    small = cost()
    tables.load(many_films(60))
    assert cost() == small
    assert small[1] > 0


def test_pages_join_to_the_whole_list_in_order_of_title(tables: Tables, watched: Watched) -> None:
    document = many_films(25)
    for number, one in enumerate(document["movies"]):
        one["title"] = ["Zulu", "Été", "eta", "Alpha"][number % 4]
    tables.load(document)
    for catalogue in (watched.catalogue(), cut_off(watched)):
        titles, cursor, pages = [], None, 0
        while pages == 0 or cursor:
            page = catalogue.movies_on_display(NOW, 10, cursor).value
            titles += [(listed.movie.title, listed.movie.movie_id) for listed in page.movies]
            cursor, pages = page.next_cursor, pages + 1
        assert pages == 3
        assert len(set(titles)) == 25
        assert [title for title, _ in titles] == ["Alpha"] * 6 + ["eta"] * 6 + ["Été"] * 6 + ["Zulu"] * 7


def walk(catalogue: Catalogue, limit: int) -> list[str]:
    """The films' ids, page by page."""
    found, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = catalogue.movies_on_display(NOW, limit, cursor).value
        assert len(page.movies) <= limit
        found += [listed.movie.movie_id for listed in page.movies]
        cursor, pages = page.next_cursor, pages + 1
    return found


def test_requests_of_any_limit_and_cursor_share_the_same_few_readings_of_the_list(
    tables: Tables, watched: Watched
) -> None:
    """All films on display are one partition of an index, which takes so many reads a second and no more."""
    tables.load(many_films(230))
    catalogue = watched.catalogue()
    whole = walk(catalogue, 100)
    assert (len(whole), whole) == (230, sorted(whole))
    assert watched.calls == {"Query": 3}
    for limit in (1, 7, 50, 99):
        assert walk(catalogue, limit) == whole
    assert watched.calls == {"Query": 3}


def test_a_cursor_from_the_middle_of_the_list_is_read_for_all_who_come_near_it(
    tables: Tables, watched: Watched
) -> None:
    tables.load(many_films(230))
    first = watched.catalogue().movies_on_display(NOW, 50, None).value
    watched.calls.clear()
    catalogue = watched.catalogue()
    [*_, last] = [catalogue.movies_on_display(NOW, limit, first.next_cursor).value for limit in range(1, 101)]
    assert watched.calls == {"Query": 1}
    assert (last.movies[0].movie.movie_id, len(last.movies)) == ("film-000050", 100)


def cut_off(watched: Watched) -> Catalogue:
    """A catalogue that remembers nothing and cannot reach the tables."""
    watched.down.add("dynamodb")
    return watched.catalogue()


def test_the_next_time_of_a_film_moves_on_without_reading(tables: Tables, watched: Watched) -> None:
    later = event("ev_2", movie_time="2026-11-25T23:30:00Z")
    tables.load(plan(events=[event(), later]))
    catalogue = watched.catalogue()
    start = catalogue.event("ev_1", NOW).value.movie_time
    (listed,) = catalogue.movies_on_display(start - 1, 100, None).value.movies
    assert listed.next_movie_time == start
    watched.calls.clear()
    (listed,) = catalogue.movies_on_display(start, 100, None).value.movies
    assert listed.next_movie_time == start + 4 * HOUR
    assert catalogue.movies_on_display(start + 4 * HOUR, 100, None).value.movies == ()


def film_of_120_showings() -> dict[str, Any]:
    rooms = [room(f"room-{number}") for number in range(8)]
    events = [
        event(
            f"ev-{number}",
            room_id=f"room-{number % 8}",
            movie_time=f"2026-12-{1 + number // 8:02d}T1{number % 8}:00:00Z",
        )
        for number in range(120)
    ]
    return plan(rooms=rooms, events=events)


def test_a_film_with_more_times_than_fit_asks_its_events_in_the_end(tables: Tables, watched: Watched) -> None:
    tables.load(film_of_120_showings())
    (film,) = tables.rows("movies")
    assert len(film["movie_times"]) == 100 and film["movie_times_cut"]
    catalogue = watched.catalogue()
    now = film["movie_times"][-1]
    (listed,) = catalogue.movies_on_display(now, 100, None).value.movies
    assert listed.next_movie_time > now
    assert watched.calls == {"Query": 2}


def test_later_times_are_read_a_few_at_a_time_past_what_is_cancelled(tables: Tables, watched: Watched) -> None:
    tables.load(film_of_120_showings())
    (film,) = tables.rows("movies")
    showings = sorted(tables.rows("events"), key=lambda row: row["movie_time"])
    now = showings[0]["movie_time"] - 1
    for row in showings[:30]:
        tables.put("events", row | {"cancelled_at": now})
    tables.put("movies", film | {"movie_times": [now]})
    (listed,) = watched.catalogue().movies_on_display(now, 100, None).value.movies
    assert listed.next_movie_time == showings[30]["movie_time"]
    assert watched.calls == {"Query": 1 + 2}, "the list, and twice twenty of the film's showings"


@pytest.mark.parametrize("kept", [100, 1_000], ids=["times cut", "all times"])
def test_a_snapshot_lists_a_film_until_its_last_showing(
    tables: Tables, watched: Watched, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(load, "SNAPSHOT_TIMES_MAX", kept)
    tables.load(film_of_120_showings())
    starts = sorted(row["movie_time"] for row in tables.rows("events"))
    catalogue = cut_off(watched)
    for number in (19, 20, 99, 100, 119):
        (listed,) = catalogue.movies_on_display(starts[number] - 1, 100, None).value.movies
        assert listed.next_movie_time == starts[number]
    assert catalogue.movies_on_display(starts[-1], 100, None).value.movies == ()


def test_a_snapshots_list_needs_no_look_up_a_film(tables: Tables, watched: Watched) -> None:
    tables.load(film_of_120_showings())
    last = max(row["movie_time"] for row in tables.rows("events"))
    assert len(cut_off(watched).movies_on_display(last - 1, 100, None).value.movies) == 1
    assert watched.calls["GetObject"] == 2, "the manifest and a page"


def test_one_film_that_a_snapshot_cannot_tell_of_keeps_no_other_from_its_list(
    tables: Tables, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "SNAPSHOT_TIMES_MAX", 100)
    tables.load(film_of_120_showings())
    used_up = sorted(row["movie_time"] for row in tables.rows("events"))[99]
    other = event("ev_other", movie_id="nosferatu", room_id="room-other", movie_time="2027-06-01T19:30:00Z")
    tables.load(plan(movies=[movie("nosferatu")], theaters=[], rooms=[room("room-other")], events=[other]))
    catalogue = cut_off(watched)
    assert len(catalogue.movies_on_display(NOW, 100, None).value.movies) == 2
    watched.down.add("s3")

    (listed,) = catalogue.movies_on_display(used_up, 100, None).value.movies
    assert listed.movie.movie_id == "nosferatu"


def test_the_row_alone_makes_an_event(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    catalogue = watched.catalogue()
    with pytest.raises(UnknownEvent):
        catalogue.event("ev_new", NOW)
    (row,) = tables.rows("events")
    tables.put("events", row | {"event_id": "ev_new"})
    assert catalogue.event("ev_new", NOW + 1).value.event_id == "ev_new"


def test_what_was_not_there_is_looked_up_every_time(tables: Tables, watched: Watched) -> None:
    tables.load(plan(events=[]))
    catalogue = watched.catalogue()
    assert catalogue.events_of_pair("metropolis", "lisboa", NOW).value == ()
    assert catalogue.movies_on_display(NOW, 100, None).value.movies == ()
    tables.load(plan())
    assert len(catalogue.events_of_pair("metropolis", "lisboa", NOW + 1).value) == 1
    assert len(catalogue.movies_on_display(NOW + 1, 100, None).value.movies) == 1


@pytest.mark.parametrize(
    ("look_up", "error"),
    [
        (lambda catalogue: catalogue.movie("nosferatu", NOW), UnknownMovie),
        (lambda catalogue: catalogue.theater("porto", NOW), UnknownTheater),
        (lambda catalogue: catalogue.event("ev_9", NOW), UnknownEvent),
        (lambda catalogue: catalogue.room("lisboa-9", NOW), UnknownEvent),
    ],
)
def test_an_id_that_no_source_has_is_unknown(tables: Tables, watched: Watched, look_up: Any, error: Any) -> None:
    tables.load(plan())
    with pytest.raises(error):
        look_up(watched.catalogue())
    with pytest.raises(Unavailable):  # the snapshot may be older than the id
        look_up(cut_off(watched))


def test_an_event_is_listed_until_it_is_over_and_a_cancelled_one_only_by_its_pair(
    tables: Tables, watched: Watched
) -> None:
    tables.load(plan())
    (row,) = tables.rows("events")
    catalogue = watched.catalogue()
    assert len(catalogue.events_of_movie("metropolis", row["end_time"] - 1).value) == 1
    assert catalogue.events_of_movie("metropolis", row["end_time"]).value == ()
    tables.put("events", row | {"cancelled_at": NOW})
    fresh = watched.catalogue()
    assert fresh.events_of_movie("metropolis", NOW).value == ()
    assert [one.cancelled_at for one in fresh.events_of_pair("metropolis", "lisboa", NOW).value] == [NOW]


def test_with_the_tables_down_memory_of_any_age_answers_and_says_so(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    catalogue = watched.catalogue()
    before = every_read(catalogue, NOW)
    watched.down = {"dynamodb", "s3"}
    after = every_read(catalogue, NOW + 24 * HOUR)
    assert [known.value for known in after] == [known.value for known in before]
    assert all(known.stale and known.as_of == NOW for known in after)


def test_with_the_tables_down_an_empty_memory_asks_the_snapshot(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    expected = [known.value for known in every_read(watched.catalogue(), NOW)]
    found = every_read(cut_off(watched), NOW + HOUR)
    assert [known.value for known in found] == expected
    assert all(known.stale and known.as_of == NOW for known in found)


def test_a_snapshot_answers_for_every_film_of_a_larger_catalogue(tables: Tables, watched: Watched) -> None:
    document = many_films(210)
    tables.load(document)
    catalogue = cut_off(watched)
    for one in document["events"][::5]:
        assert catalogue.event(one["event_id"], NOW).value.movie_id == one["movie_id"]
        (shown,) = catalogue.events_of_pair(one["movie_id"], "lisboa", NOW).value
        assert shown.event_id == one["event_id"]
        assert catalogue.movie(one["movie_id"], NOW).value.movie_id == one["movie_id"]
    assert len(catalogue.rooms_of("lisboa", NOW).value) == 30


def test_a_snapshot_look_up_reads_the_manifest_and_one_object(tables: Tables, watched: Watched) -> None:
    tables.load(many_films(120))
    for look_up in (
        lambda catalogue: catalogue.event("ev-film-000001", NOW),
        lambda catalogue: catalogue.events_of_pair("film-000001", "lisboa", NOW),
        lambda catalogue: catalogue.movies_on_display(NOW, 100, None),
    ):
        catalogue = cut_off(watched)
        watched.calls.clear()
        look_up(catalogue)
        assert watched.calls["GetObject"] == 2


def test_tables_that_are_down_are_not_waited_for_at_every_request(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    catalogue = cut_off(watched)
    for second in range(5):
        every_read(catalogue, NOW + second * 999)
    assert sum(watched.calls[name] for name in ("GetItem", "Query", "BatchGetItem")) == 1
    watched.down.clear()
    assert not catalogue.movie("metropolis", NOW + 6_000).stale


def test_without_any_source_the_answer_is_unavailable(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    watched.down = {"dynamodb", "s3"}
    with pytest.raises(Unavailable):
        watched.catalogue().movie("metropolis", NOW)


def test_a_snapshot_that_was_replaced_twice_is_found_again(tables: Tables, watched: Watched) -> None:
    tables.load(plan())
    catalogue = cut_off(watched)
    catalogue.movie("metropolis", NOW)
    for number in (1, 2):
        tables.load(plan(), now=NOW + number)
    with pytest.raises(Unavailable):
        catalogue.theater("lisboa", NOW + 1)
    assert catalogue.theater("lisboa", NOW + 10_000).as_of == NOW + 2


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "a" * 5_000, "é", "WyJhIiwiYiJd"])
def test_a_cursor_of_somebody_elses_making_is_refused(tables: Tables, watched: Watched, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        watched.catalogue().movies_on_display(NOW, 10, cursor)


def test_theaters_are_read_together_and_only_those_not_remembered(tables: Tables, watched: Watched) -> None:
    tables.load(plan(theaters=[theater(), theater("porto"), theater("faro")]))
    catalogue = watched.catalogue()
    catalogue.theater("porto", NOW)
    watched.calls.clear()
    known = catalogue.theaters(["faro", "lisboa", "nowhere", "porto"], NOW + 1)
    assert set(known.value) == {"faro", "lisboa", "porto"}
    assert (watched.calls, known.as_of) == ({"BatchGetItem": 1}, NOW)


def test_a_film_in_more_theaters_than_one_call_reads_shows_them_all(tables: Tables, watched: Watched) -> None:
    ids = [f"place-{number:03d}" for number in range(101)]
    tables.load(
        plan(
            theaters=[theater(one) for one in ids],
            rooms=[room(f"room-{one}", one) for one in ids],
            events=[event(f"ev-{one}", room_id=f"room-{one}") for one in ids],
        )
    )
    detail = get_movie_detail(watched.catalogue(), "metropolis", NOW)
    assert [there.theater_id for there, _ in detail.showings] == ids
    assert watched.calls["BatchGetItem"] == 2


def test_lists_that_are_longer_than_a_page_are_read_to_their_end(tables: Tables, watched: Watched) -> None:
    ids = [f"lisboa-{number}" for number in range(7)]
    events = [event(f"ev-{one}", room_id=one) for one in ids]
    tables.load(plan(rooms=[room(one) for one in ids], events=events))
    watched.page_rows = 3
    catalogue = watched.catalogue()
    assert len(catalogue.rooms_of("lisboa", NOW).value) == 7
    assert len(catalogue.events_of_movie("metropolis", NOW).value) == 7
    assert len(catalogue.events_of_pair("metropolis", "lisboa", NOW).value) == 7
