"""Members that a plan may leave out: from the plan through the tables and the snapshot to the answers."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from moto import mock_aws

from box_office.domain.catalogue import Event
from box_office.settings.shared import CatalogueSettings
from functions.api import get_list_of_movie, get_movie_detail
from operations.catalogue.load import PlanRefused
from tests.catalogue_plans import HOUR, NOW, Tables, event, movie, plan, room
from tests.catalogue_reads import TABLES_AWAY, PublicRead

OF_A_FILM = {"genres": ["science fiction", "drama"], "poster": "https://img.example/m.jpg", "released": "1927-01-10"}
OF_A_SHOWING = {"language": "de", "subtitles": "pt-BR", "formats": ["35mm"], "access": ["captions", "relaxed"]}
NO_FILM_MEMBERS: dict[str, Any] = {"genres": [], "poster": None, "released": None}
NO_SHOWING_MEMBERS: dict[str, Any] = {"language": None, "subtitles": None, "formats": [], "access": []}
ROWS = [{"row": "A", "category": "sspp", "offset": 1.5}, {"row": "B", "category": "wcss", "offset": 0}]
WHOLE = plan(movies=[movie(**OF_A_FILM)], rooms=[room(rows=ROWS)], events=[event(**OF_A_SHOWING)])


@pytest.fixture
def tables() -> Iterator[Tables]:
    with mock_aws():
        yield Tables()


def listed(**settings: str) -> Any:
    return PublicRead(get_list_of_movie.build, CatalogueSettings, **settings).get()[2]["movies"]


def detail(**settings: str) -> Any:
    return PublicRead(get_movie_detail.build, CatalogueSettings, **settings).get({"movie_id": "metropolis"})[2]


def among(wanted: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: answer[name] for name in wanted}


@pytest.mark.parametrize("settings", [{}, TABLES_AWAY], ids=["from the tables", "from the snapshot"])
def test_what_a_plan_says_of_a_film_and_its_showings_is_answered(tables: Tables, settings: dict[str, str]) -> None:
    tables.load(WHOLE)
    (in_list,) = listed(**settings)
    film = detail(**settings)
    (showing,) = film["theaters"][0]["events"]
    assert among(OF_A_FILM, in_list) == among(OF_A_FILM, film) == OF_A_FILM
    assert among(OF_A_SHOWING, showing) == OF_A_SHOWING


def test_what_a_plan_leaves_out_is_null_or_an_empty_list(tables: Tables) -> None:
    tables.load(plan())
    film = detail()
    assert among(OF_A_FILM, film) == NO_FILM_MEMBERS
    assert among(OF_A_SHOWING, film["theaters"][0]["events"][0]) == NO_SHOWING_MEMBERS


@pytest.mark.parametrize("member", OF_A_SHOWING)
def test_an_optional_member_that_a_plan_drops_leaves_the_showing(tables: Tables, member: str) -> None:
    tables.load(WHOLE)
    kept = {name: value for name, value in OF_A_SHOWING.items() if name != member}
    tables.load(plan(events=[event(**kept)]))
    (row,) = tables.rows("events")
    assert member not in row
    assert among(kept, row) == kept
    assert tables.load(plan(events=[event(**kept)]), now=NOW + HOUR).events == 0, "the same plan again writes nothing"


def test_dropping_optional_members_leaves_a_cancellation(tables: Tables) -> None:
    tables.load(WHOLE)
    cancellation = {"cancelled_at": NOW, "due_at": NOW, "due_shard": 7}
    tables.put("events", tables.rows("events")[0] | cancellation)
    tables.load(plan(events=[event()]))
    (row,) = tables.rows("events")
    assert row | cancellation == row
    assert OF_A_SHOWING.keys().isdisjoint(row)


def test_a_room_that_is_renamed_leaves_what_its_showings_say(tables: Tables) -> None:
    tables.load(WHOLE)
    tables.load(plan(movies=[], rooms=[room(rows=ROWS, room_name="Three")], events=[]))
    (row,) = tables.rows("events")
    assert (row["room_name"], among(OF_A_SHOWING, row)) == ("Three", OF_A_SHOWING)


def test_rows_stand_where_the_plan_puts_them(tables: Tables) -> None:
    tables.load(WHOLE)
    (stored,) = tables.store.every_room()
    assert [row.offset_tenths for row in stored.rows] == [15, 0]
    tables.load(plan())
    assert [row.offset_tenths for row in next(tables.store.every_room()).rows] == [None, None]


def test_a_row_of_yesterday_has_none_of_it(tables: Tables) -> None:
    tables.load(plan())
    stored: Event = next(tables.store.every_event())
    assert (stored.language, stored.subtitles, stored.formats, stored.access) == (None, None, (), ())
    assert OF_A_SHOWING.keys().isdisjoint(tables.rows("events")[0])
    assert OF_A_FILM.keys().isdisjoint(tables.rows("movies")[0])


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (plan(movies=[movie(poster="http://img.example/m.jpg")]), "https://"),
        (plan(movies=[movie(poster="https://")]), "https://"),
        (plan(movies=[movie(released="10.1.1927")]), "is no day"),
        (plan(movies=[movie(genres=["drama", "drama"])]), "given twice"),
        (plan(events=[event(language="German")]), "is no language tag"),
        (plan(events=[event(subtitles="p t")]), "is no language tag"),
        (plan(events=[event(access=["subtitles"])]), "audio_description"),
        (plan(rooms=[room(rows=[{"row": "A", "category": "ss", "offset": 1.25}])]), "one decimal at most"),
        (plan(rooms=[room(rows=[{"row": "A", "category": "ss", "offset": -1}])]), "from 0 to 50"),
        (plan(rooms=[room(rows=[{"row": "A", "category": "ss", "offset": True}])]), "from 0 to 50"),
    ],
)
def test_a_value_that_no_page_could_show_is_refused(tables: Tables, document: dict[str, Any], reason: str) -> None:
    with pytest.raises(PlanRefused) as refusal:
        tables.load(document)
    assert reason in refusal.value.problems[0].reason
    assert tables.writes == 0
