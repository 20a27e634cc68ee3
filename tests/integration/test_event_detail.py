"""GetEventDetail and GetListOfTheater over a loaded catalogue."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from box_office.domain.catalogue import Room, Row
from box_office.settings.shared import CatalogueSettings
from box_office.settings.showings import EventDetailSettings
from functions.api import get_event_detail, get_list_of_theater
from tests.catalogue_plans import HOUR, NOW, Tables, event, movie, plan, room, theater
from tests.catalogue_reads import TABLES_AWAY, PublicRead

WHOLE = plan(
    movies=[movie(poster="https://img.example/m.jpg")],
    rooms=[room(rows=[{"row": "A", "category": "sspp", "gaps": [2], "offset": 1.5}, {"row": "B", "category": "wcss"}])],
    events=[event(language="de", subtitles="pt", formats=["35mm"], access=["captions"])],
)
EV_1 = {"event_id": "ev_1"}


@pytest.fixture
def tables() -> Iterator[Tables]:
    with mock_aws():
        yield Tables()


def details(**settings: Any) -> PublicRead:
    return PublicRead(get_event_detail.build, EventDetailSettings, **settings)


def theaters(**settings: Any) -> PublicRead:
    return PublicRead(get_list_of_theater.build, CatalogueSettings, **settings)


def test_a_showing_with_all_that_its_room_needs_to_be_drawn(tables: Tables) -> None:
    tables.load(WHOLE)
    status, headers, body = details(refund_closes_minutes=30).get(EV_1)
    assert (status, headers["Status"]) == (200, "OK")
    legend = body.pop("legend")
    assert {"s": "standard", "e": "empty"}.items() <= legend.items()
    assert len(body.pop("layout_version")) == 8
    assert body == {
        "event_id": "ev_1",
        "movie_id": "metropolis",
        "title": "Metropolis",
        "certificate": "PG",
        "length": 153,
        "poster": "https://img.example/m.jpg",
        "theater_id": "lisboa",
        "theater_name": "Cine Tejo",
        "address": "Rua do Cais 4, Lisboa",
        "time_zone": "Europe/Lisbon",
        "currency": "EUR",
        "room_id": "lisboa-3",
        "room_name": "3",
        "movie_time": "2026-11-25T19:30:00Z",
        "end_time": "2026-11-25T22:23:00Z",
        "sales_end": "2026-11-25T19:30:00Z",
        "refundable_until": "2026-11-25T19:00:00Z",
        "cancelled_at": None,
        "language": "de",
        "subtitles": "pt",
        "formats": ["35mm"],
        "access": ["captions"],
        "prices": {"standard": 11.5, "premium": 15, "wheelchair": 11.5, "companion": 0},
        "seats_per_order_max": 10,
        "rows": [
            {"row": "A", "gaps": [2], "offset": 1.5, "seats": ["A1", "A2", "A3", "A4"], "category": "sspp"},
            {"row": "B", "gaps": [], "offset": None, "seats": ["B1", "B2", "B3", "B4"], "category": "wcss"},
        ],
        "as_of": "2026-11-23T10:00:00.000Z",
    }


def test_a_whole_offset_is_a_whole_number(tables: Tables) -> None:
    tables.load(plan(rooms=[room(rows=[{"row": "A", "category": "sspp", "offset": 2}])]))
    (row,) = details().get(EV_1)[2]["rows"]
    assert repr(row["offset"]) == "2"


@pytest.mark.parametrize("hours", [1, 24 * 30])
def test_a_cancelled_showing_and_one_that_is_over_are_answered_by_id(tables: Tables, hours: int) -> None:
    tables.load(plan())
    tables.put("events", tables.rows("events")[0] | {"cancelled_at": NOW + 7})
    status, _, body = details(now=NOW + hours * HOUR).get(EV_1)
    assert (status, body["cancelled_at"]) == (200, "2026-11-23T10:00:00.007Z")


def test_a_showing_that_does_not_exist_is_unknown(tables: Tables) -> None:
    tables.load(plan())
    assert details().get({"event_id": "ev_9"})[2]["code"] == "unknown_event"
    assert details().get({"event_id": "ev 9"})[2]["code"] == "invalid_request"


def test_what_has_not_changed_is_not_sent_again(tables: Tables) -> None:
    tables.load(plan())
    read = details()
    etag = read.get(EV_1)[1]["ETag"]
    read.clock.now += HOUR
    status, headers, body = read.get(EV_1, headers={"If-None-Match": etag})
    assert (status, body) == (304, None)
    assert headers["Cache-Control"].startswith("public, ")


def test_without_tables_the_same_facts_are_answered_and_marked_stale(tables: Tables) -> None:
    tables.load(WHOLE)
    fresh, listed = details().get(EV_1), theaters().get()
    stale, still_listed = details(**TABLES_AWAY).get(EV_1), theaters(**TABLES_AWAY).get()
    assert (stale[1]["Status"], stale[2]) == ("STALE", fresh[2])
    assert (still_listed[1]["Status"], still_listed[2]) == ("STALE", listed[2])


def test_without_tables_and_snapshot_the_answer_is_503() -> None:
    with mock_aws():
        assert details(**TABLES_AWAY).get(EV_1)[2]["code"] == "unavailable"
        assert theaters(**TABLES_AWAY).get()[2]["code"] == "unavailable"


def test_within_a_minute_a_showing_is_answered_from_memory(tables: Tables) -> None:
    tables.load(plan())
    read = details()
    assert read.get(EV_1) == read.get(EV_1)
    tables.load(plan(movies=[movie(title="Other")]))
    assert read.get(EV_1)[2]["title"] == "Metropolis"
    read.clock.now += 60_000
    assert read.get(EV_1)[2]["title"] == "Other"


ROWS = (Row("A", "sspp", (2,)), Row("B", "wc", (), 15))


@pytest.mark.parametrize(
    "rows",
    [
        ROWS[:1],
        ROWS[::-1],
        (Row("A", "sspp", (1,)), ROWS[1]),
        (Row("A", "sssp", (2,)), ROWS[1]),
        (Row("A", "sspp", (2,), 5), ROWS[1]),
        (Row("C", "sspp", (2,)), ROWS[1]),
    ],
    ids=["a row less", "another order", "another aisle", "another category", "another place", "another name"],
)
def test_a_room_that_looks_otherwise_has_another_layout_version(rows: tuple[Row, ...]) -> None:
    before = Room("r", "t", "3", ROWS)
    assert before.layout_version == Room("r", "t", "renamed", ROWS).layout_version
    assert before.layout_version != Room("r", "t", "3", rows).layout_version


def test_theaters_are_listed_by_name(tables: Tables) -> None:
    tables.load(plan(theaters=[theater(), theater("alfama", name="Alfama")]))
    status, headers, body = theaters().get()
    assert (status, headers["Cache-Control"].startswith("public, ")) == (200, True)
    assert [one["theater_id"] for one in body["theaters"]] == ["alfama", "lisboa"]
    assert body["theaters"][1] == {
        "theater_id": "lisboa",
        "name": "Cine Tejo",
        "address": "Rua do Cais 4, Lisboa",
        "info": "Bar opens an hour before.",
        "time_zone": "Europe/Lisbon",
        "currency": "EUR",
    }
    assert (body["next_cursor"], body["as_of"]) == (None, "2026-11-23T10:00:00.000Z")


@pytest.mark.parametrize("settings", [{}, TABLES_AWAY], ids=["from the tables", "from the snapshot"])
def test_pages_of_theaters_follow_each_other(tables: Tables, settings: dict[str, str]) -> None:
    many = [theater(f"t-{number}", name="Same name" if number % 2 else f"N {number}") for number in range(7)]
    tables.load(plan(theaters=[theater(), *many]))
    read, found, query = theaters(**settings), [], {"limit": "3"}
    for size in (3, 3, 2):
        page = read.get(query=query)[2]
        assert len(page["theaters"]) == size
        found += [(one["name"].casefold(), one["theater_id"]) for one in page["theaters"]]
        query["cursor"] = page["next_cursor"]
    assert (found, query["cursor"]) == (sorted(found), None)
    assert len(set(found)) == 8


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"cursor": "x"}, {"cursor": ""}])
def test_a_list_of_theaters_that_cannot_be_is_400(tables: Tables, query: dict[str, str]) -> None:
    tables.load(plan())
    status, _, body = theaters().get(query=query)
    assert (status, [body["param"]]) == (400, list(query))
