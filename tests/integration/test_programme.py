"""GetProgramme: a theater's local day, whatever the clocks do, from the tables or without them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from box_office.domain import local_days
from box_office.domain.errors import Unavailable
from box_office.domain.local_days import bounds_of, local_day
from box_office.settings.shared import CatalogueSettings
from functions.api import get_programme
from operations.catalogue import snapshot_writer
from tests.catalogue_plans import HOUR, NOW, Tables, event, movie, plan, room, theater
from tests.catalogue_reads import TABLES_AWAY, PublicRead

LISBOA = {"theater_id": "lisboa"}


@pytest.fixture
def tables() -> Iterator[Tables]:
    with mock_aws():
        yield Tables()


def programmes(now: int = NOW, **settings: Any) -> PublicRead:
    return PublicRead(get_programme.build, CatalogueSettings, now, **settings)


def on(day: str, **settings: Any) -> Any:
    return programmes(**settings).get(LISBOA, {"date": day})[2]


def ids(body: Any) -> list[str]:
    return [one["event_id"] for film in body["movies"] for one in film["events"]]


def daily(days: int, first: str = "2026-11-24") -> dict[str, Any]:
    """A showing a day at noon, except each seventh day."""
    begin = datetime.fromisoformat(first).replace(tzinfo=UTC)
    starts = [begin + timedelta(days=number) for number in range(days) if number % 7 != 6]
    return plan(events=[event(f"ev-{at:%m%d}", movie_time=f"{at:%Y-%m-%d}T12:00:00Z") for at in starts])


def test_a_day_of_a_theater(tables: Tables) -> None:
    tables.load(
        plan(
            movies=[movie(poster="https://img.example/m.jpg"), movie("alraune", length=108)],
            rooms=[room(), room("lisboa-2", room_name="2")],
            events=[
                event("late", language="de", subtitles="pt", formats=["35mm"]),
                event("early", movie_time="2026-11-25T12:00:00Z"),
                event("other", movie_id="alraune", room_id="lisboa-2"),
                event("tomorrow", movie_time="2026-11-26T12:00:00Z"),
            ],
        )
    )
    status, headers, body = programmes().get(LISBOA, {"date": "2026-11-25"})
    assert (status, headers["Status"], headers["Cache-Control"][:7]) == (200, "OK", "public,")
    assert ids(body) == ["other", "early", "late"], "films by title, showings by time"
    films = body.pop("movies")
    assert body == {
        "theater_id": "lisboa",
        "date": "2026-11-25",
        "time_zone": "Europe/Lisbon",
        "currency": "EUR",
        "dates": ["2026-11-25", "2026-11-26"],
        "as_of": "2026-11-23T10:00:00.000Z",
    }
    showing = films[1].pop("events")[1]
    assert films[1] == {
        "movie_id": "metropolis",
        "title": "Metropolis",
        "length": 153,
        "certificate": "PG",
        "year": 1927,
        "director": "Fritz Lang",
        "poster": "https://img.example/m.jpg",
    }
    assert showing == {
        "event_id": "late",
        "movie_time": "2026-11-25T19:30:00Z",
        "end_time": "2026-11-25T22:23:00Z",
        "sales_end": "2026-11-25T19:30:00Z",
        "room_name": "3",
        "language": "de",
        "subtitles": "pt",
        "formats": ["35mm"],
        "access": [],
        "price_from": 11.5,
        "cancelled_at": None,
    }


def test_without_a_date_it_is_the_theaters_today_wherever_the_caller_is(tables: Tables) -> None:
    tables.load(
        plan(
            theaters=[theater(), theater("sydney", time_zone="Australia/Sydney")],
            rooms=[room(), room("sydney-1", "sydney")],
            events=[event("s", room_id="sydney-1", movie_time="2026-11-24T01:00:00Z")],
        )
    )
    evening = NOW + 5 * HOUR  # 15:00 in Lisboa, two in the morning of the 24th in Sydney
    assert programmes(evening).get(LISBOA)[2]["date"] == "2026-11-23"
    there = programmes(evening).get({"theater_id": "sydney"})[2]
    assert (there["date"], ids(there), there["dates"]) == ("2026-11-24", ["s"], ["2026-11-24"])


def test_a_showing_after_midnight_is_of_the_next_day(tables: Tables) -> None:
    tables.load(
        plan(
            events=[
                event("before", movie_time="2026-11-25T23:59:00Z"),
                event("after", movie_time="2026-11-26T03:00:00Z"),
            ]
        )
    )
    assert (ids(on("2026-11-25")), ids(on("2026-11-26"))) == (["before"], ["after"])


def test_cancelled_showings_are_listed_and_those_that_are_over_are_not(tables: Tables) -> None:
    tables.load(plan(events=[event(), event("over", movie_time="2026-11-25T08:00:00Z")]))
    row = next(row for row in tables.rows("events") if row["event_id"] == "ev_1")
    tables.put("events", row | {"cancelled_at": NOW})
    midday = NOW + 50 * HOUR
    body = programmes(midday).get(LISBOA)[2]
    assert (body["date"], ids(body)) == ("2026-11-25", ["ev_1"])
    assert body["movies"][0]["events"][0]["cancelled_at"] == "2026-11-23T10:00:00.000Z"


@pytest.mark.parametrize("day", ["2026-11-22", "1999-01-01", "0001-01-01", "2200-01-01", "9999-12-31", "2027-06-01"])
def test_a_day_that_is_past_or_far_away_is_empty(tables: Tables, day: str) -> None:
    tables.load(plan())
    assert (on(day)["movies"], on(day)["date"]) == ([], day)


@pytest.mark.parametrize("day", ["", "today", "2026-11-31", "2026-1-1", "20261125", "2026-W48-3", "2026-11-25T00:00"])
def test_what_is_no_day_is_400(tables: Tables, day: str) -> None:
    tables.load(plan())
    status, _, body = programmes().get(LISBOA, {"date": day})
    assert (status, body["param"]) == (400, "date")


def test_an_unknown_theater_is_404(tables: Tables) -> None:
    tables.load(plan())
    assert programmes().get({"theater_id": "porto"})[2]["code"] == "unknown_theater"


@pytest.mark.parametrize("settings", [{}, TABLES_AWAY], ids=["from the tables", "from the snapshot"])
def test_the_dates_are_the_next_fourteen_with_showings(tables: Tables, settings: dict[str, str]) -> None:
    tables.load(daily(30))
    body = on("2026-11-24", **settings)
    assert len(body["dates"]) == 14
    assert (body["dates"][0], body["dates"][6], body["dates"][-1]) == ("2026-11-24", "2026-12-01", "2026-12-09")
    assert "2026-11-30" not in body["dates"]


@pytest.mark.parametrize("settings", [{}, TABLES_AWAY], ids=["from the tables", "from the snapshot"])
def test_a_day_after_those_dates_is_found_as_well(tables: Tables, settings: dict[str, str]) -> None:
    tables.load(daily(30))
    assert ids(on("2026-12-20", **settings)) == ["ev-1220"]
    assert ids(on("2026-12-21", **settings)) == []


@pytest.mark.parametrize("settings", [{}, TABLES_AWAY], ids=["from the tables", "from the snapshot"])
def test_after_midnight_a_showing_that_still_runs_hides_no_later_day(tables: Tables, settings: dict[str, str]) -> None:
    late = event("late", movie_time="2026-11-24T23:30:00Z", room_id="lisboa-2")
    document = daily(30, first="2026-11-25")
    tables.load({**document, "rooms": [room(), room("lisboa-2", room_name="2")], "events": [late, *document["events"]]})
    half_past_midnight = NOW + 38 * HOUR + HOUR // 2
    shown = programmes(half_past_midnight, **settings)
    today, later = shown.get(LISBOA)[2], shown.get(LISBOA, {"date": "2026-12-14"})[2]
    assert (today["date"], len(today["dates"]), today["dates"][0]) == ("2026-11-25", 14, "2026-11-25")
    assert ids(later) == ["ev-1214"]


def test_within_a_minute_a_programme_is_answered_from_memory(tables: Tables) -> None:
    tables.load(daily(30))
    read = programmes()
    read.get(LISBOA)
    before = tables.rows("movies")[0]
    tables.put("movies", before | {"title": "Changed"})
    assert read.get(LISBOA, {"date": "2026-11-24"})[2]["movies"][0]["title"] == "Changed", "not asked for before"
    tables.put("movies", before | {"title": "Again"})
    assert read.get(LISBOA, {"date": "2026-11-25"})[2]["movies"][0]["title"] == "Changed"
    read.clock.now += 60_000
    assert read.get(LISBOA, {"date": "2026-11-25"})[2]["movies"][0]["title"] == "Again"


def test_without_tables_the_same_programme_is_answered_and_marked_stale(tables: Tables) -> None:
    tables.load(plan())
    fresh = programmes().get(LISBOA, {"date": "2026-11-25"})
    stale = programmes(**TABLES_AWAY).get(LISBOA, {"date": "2026-11-25"})
    assert (stale[1]["Status"], stale[2]) == ("STALE", fresh[2])


def test_a_snapshot_of_an_earlier_release_has_no_programme_and_says_so(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = tuple(kind for kind in snapshot_writer.KINDS if kind != "events_of_theater")
    spool = snapshot_writer.SnapshotWriter._spool
    monkeypatch.setattr(snapshot_writer, "KINDS", kinds)
    monkeypatch.setattr(
        snapshot_writer.SnapshotWriter, "_spool", lambda self, kind, *rest: kind in kinds and spool(self, kind, *rest)
    )
    tables.load(plan())
    assert programmes(**TABLES_AWAY).get(LISBOA)[2]["code"] == "unavailable"


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Lisbon", date(2026, 10, 25), 25),
        ("Europe/Lisbon", date(2026, 3, 29), 23),
        ("Asia/Tokyo", date(2026, 3, 29), 24),
        ("America/Havana", date(2026, 3, 8), 23),  # its midnight does not come
    ],
)
def test_a_day_has_the_hours_that_its_clocks_give_it(zone: str, day: date, hours: int) -> None:
    start, end = bounds_of(day, zone)
    assert (end - start) / HOUR == hours
    assert (local_day(start, zone), local_day(end - 1, zone)) == (day, day)
    assert local_day(end, zone) == day + timedelta(days=1)


def test_without_the_rules_of_its_zone_no_theater_gets_another_days_programme() -> None:
    with pytest.raises(Unavailable):
        local_days.zone_of("Mars/Olympus_Mons")
