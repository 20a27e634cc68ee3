"""What every implementation of ports.Catalogue promises: the fake that other tests use, and the real one over moto,
from its tables and from its snapshot."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from moto import mock_aws

from box_office import wiring
from box_office.adapters.catalogue_rows import event_row
from box_office.domain.catalogue import Event, Movie, Room, Row, Theater
from box_office.domain.errors import Unavailable, UnknownEvent, UnknownMovie, UnknownTheater
from box_office.http_api.representation import iso_seconds, major_units
from box_office.ports import Catalogue, CatalogueFacts, CatalogueIds
from tests import moto_aws
from tests.catalogue_plans import HOUR, NOW, Tables
from tests.fakes.catalogue import FakeCatalogue

MOVIES = [
    Movie(movie_id, title, "Details.", 90, "U", 1950, "Somebody")
    for movie_id, title in [("m-3", "alpha"), ("m-1", "Beta"), ("m-2", "gamma"), ("m-4", "Never shown")]
]
THEATERS = [Theater("lisboa", "Cine Tejo", "Rua 4", "", "Europe/Lisbon", "EUR")]
ROOMS = [Room(f"lisboa-{n}", "lisboa", str(n), (Row("A", "sspp", (2,)), Row("B", "wc"))) for n in (1, 2)]


def showing(event_id: str, movie_id: str, hours: int, **changes: object) -> Event:
    start = NOW + hours * HOUR
    prices = {"standard": 1150, "premium": 1500, "wheelchair": 1150, "companion": 0}
    room_id = f"lisboa-{1 + hours % 2}"
    event = Event(
        event_id, movie_id, "lisboa", room_id, room_id[-1], start, start + 2 * HOUR, start, "EUR", prices, NOW
    )
    return replace(event, **changes)


EVENTS = [
    showing("running", "m-1", -1),
    showing("soon", "m-1", 3),
    showing("later", "m-1", 8),
    showing("cancelled", "m-1", 5, cancelled_at=NOW),
    showing("other", "m-2", 6),
    showing("third", "m-3", 7),
]


def loaded(tables: Tables) -> None:
    """The same facts through the loader, and what only other commands write put beside it."""
    tables.load(
        {
            "movies": [vars(movie) | {"genres": list(movie.genres)} for movie in MOVIES],
            "theaters": [vars(theater) for theater in THEATERS],
            "rooms": [
                {
                    "room_id": room.room_id,
                    "theater_id": room.theater_id,
                    "room_name": room.room_name,
                    "rows": [{"row": row.row, "category": row.category, "gaps": list(row.gaps)} for row in room.rows],
                }
                for room in ROOMS
            ],
            "events": [
                {
                    "event_id": event.event_id,
                    "movie_id": event.movie_id,
                    "room_id": event.room_id,
                    "movie_time": iso_seconds(event.movie_time),
                    "end_time": iso_seconds(event.end_time),
                    "prices": {name: major_units(minor, event.currency) for name, minor in event.prices.items()},
                }
                for event in EVENTS
            ],
        }
    )
    for event in EVENTS:
        if event.cancelled_at is not None:
            tables.put("events", event_row(event))
    tables.load({})  # the snapshot, and what films say of their showings, after the cancelling


@pytest.fixture(params=["fake", "tables", "snapshot"])
def catalogue(request: pytest.FixtureRequest) -> Iterator[Catalogue]:
    if request.param == "fake":
        yield FakeCatalogue(MOVIES, THEATERS, ROOMS, EVENTS)
        return
    with mock_aws():
        loaded(Tables())
        gone = {f"{role}_table": "gone" for role in ("movies", "theaters", "rooms", "events")}
        yield wiring.catalogue(moto_aws.catalogue_settings(**gone if request.param == "snapshot" else {}))


def test_facts_are_found_by_their_ids(catalogue: Catalogue) -> None:
    assert catalogue.movie("m-1", NOW).value == MOVIES[1]
    assert catalogue.theater("lisboa", NOW).value == THEATERS[0]
    assert catalogue.room("lisboa-2", NOW).value == ROOMS[1]
    assert [catalogue.event(event.event_id, NOW).value for event in EVENTS[1:]] == EVENTS[1:]
    assert list(catalogue.rooms_of("lisboa", NOW).value) == ROOMS


def test_what_does_not_exist_is_unknown_and_a_snapshot_cannot_tell(
    catalogue: Catalogue, request: pytest.FixtureRequest
) -> None:
    cannot_tell = Unavailable if request.node.name.endswith("[snapshot]") else None
    with pytest.raises(cannot_tell or UnknownMovie):
        catalogue.movie("m-9", NOW)
    with pytest.raises(cannot_tell or UnknownTheater):
        catalogue.theater("porto", NOW)
    with pytest.raises(cannot_tell or UnknownEvent):
        catalogue.event("ev-9", NOW)
    with pytest.raises(cannot_tell or UnknownEvent):
        catalogue.room("lisboa-9", NOW)


def test_theaters_that_do_not_exist_are_left_out(catalogue: Catalogue) -> None:
    assert dict(catalogue.theaters(["porto", "lisboa"], NOW).value) == {"lisboa": THEATERS[0]}


def test_a_theaters_events_are_those_not_over_by_time_with_the_cancelled(catalogue: Catalogue) -> None:
    def ids(now: int) -> list[str]:
        return [event.event_id for event in catalogue.coming_events("lisboa", "Europe/Lisbon", now).value]

    assert ids(NOW) == ["running", "soon", "cancelled", "other", "third", "later"]
    assert ids(NOW + 3 * HOUR) == ["soon", "cancelled", "other", "third", "later"]
    assert list(catalogue.coming_events("porto", "Europe/Lisbon", NOW).value) == []


def test_a_theaters_events_between_two_instants_begin_from_the_first_and_before_the_second(
    catalogue: Catalogue,
) -> None:
    found = catalogue.events_between("lisboa", NOW + 3 * HOUR, NOW + 7 * HOUR, NOW).value
    assert [event.event_id for event in found] == ["soon", "cancelled", "other"]


def test_several_facts_of_a_kind_are_one_look_up(catalogue: Catalogue) -> None:
    assert dict(catalogue.movies_named(["m-2", "m-9", "m-1"], NOW).value) == {"m-1": MOVIES[1], "m-2": MOVIES[2]}
    wanted = {event.event_id: event for event in EVENTS if event.event_id in ("soon", "cancelled")}
    found = catalogue.named(CatalogueIds(["m-1", "m-9"], ["lisboa"], ["soon", "ev-9", "cancelled"], ["lisboa-2"]), NOW)
    assert (found.movies, found.theaters) == ({"m-1": MOVIES[1]}, {"lisboa": THEATERS[0]})
    assert (found.events, found.rooms) == (wanted, {"lisboa-2": ROOMS[1]})
    assert catalogue.named(CatalogueIds(), NOW) == CatalogueFacts()


def test_theaters_are_listed_to_the_end(catalogue: Catalogue) -> None:
    page = catalogue.all_theaters(NOW, 1, None).value
    assert (page.theaters, page.next_cursor) == (tuple(THEATERS), None)


def test_a_pairs_events_are_those_not_over_by_time_with_the_cancelled(catalogue: Catalogue) -> None:
    def ids(now: int) -> list[str]:
        return [event.event_id for event in catalogue.events_of_pair("m-1", "lisboa", now).value]

    assert ids(NOW) == ["running", "soon", "cancelled", "later"]
    assert ids(NOW + HOUR) == ["soon", "cancelled", "later"]
    assert list(catalogue.events_of_pair("m-1", "porto", NOW).value) == []


def test_a_films_events_leave_out_the_cancelled(catalogue: Catalogue) -> None:
    assert [event.event_id for event in catalogue.events_of_movie("m-1", NOW).value] == ["running", "soon", "later"]
    assert list(catalogue.events_of_movie("m-4", NOW).value) == []


def test_films_on_display_are_those_still_to_come_by_title(catalogue: Catalogue) -> None:
    listed = catalogue.movies_on_display(NOW, 100, None).value
    assert [(one.movie.movie_id, (one.next_movie_time - NOW) // HOUR) for one in listed.movies] == [
        ("m-3", 7),
        ("m-1", 3),
        ("m-2", 6),
    ]
    assert listed.next_cursor is None
    later = catalogue.movies_on_display(NOW + 7 * HOUR, 100, None).value
    assert [one.movie.movie_id for one in later.movies] == ["m-1"]


def test_pages_follow_each_other_without_gap_or_repetition(catalogue: Catalogue) -> None:
    found, cursor = [], None
    for _ in range(3):
        page = catalogue.movies_on_display(NOW, 1, cursor).value
        found += [one.movie.movie_id for one in page.movies]
        cursor = page.next_cursor
    assert found == ["m-3", "m-1", "m-2"]
