"""A plan never asks for more than one answer lists."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.catalogue import EVENT_MS_MAX, ROOMS_MAX, SHOWINGS_MAX
from operations.catalogue.planning.limits import too_many_rooms, too_many_showings
from operations.catalogue.planning.plan import Facts, Plan, Problem, Showing, places
from operations.catalogue.planning.showings import resolve
from tests.catalogue_plans import NOW, plan, read, room, theater


def wanted(document: Any) -> Plan:
    found, wrong = read(document)
    assert found is not None, wrong
    return found


def plan_of_rooms(count: int, **changes: Any) -> Plan:
    return wanted(plan(rooms=[room(f"room-{number}") for number in range(count)], events=[], **changes))


def showings(count: int, movie_time: int = NOW + 1, movie_id: str = "metropolis") -> list[Showing]:
    (one,), _ = resolve(wanted(plan()), places(wanted(plan()), Facts()), NOW)
    event = replace(one.event, movie_time=movie_time, movie_id=movie_id)
    return [Showing(("events", n), replace(event, event_id=f"{movie_id}-{n}")) for n in range(count)]


def test_a_theater_may_have_as_many_rooms_as_are_listed() -> None:
    assert list(too_many_rooms(plan_of_rooms(ROOMS_MAX), {})) == []


def test_the_first_room_too_many_is_named_and_how_many_there_would_be() -> None:
    assert list(too_many_rooms(plan_of_rooms(ROOMS_MAX + 3), {})) == [
        Problem(("rooms", 200, "theater_id"), "theater 'lisboa' would have 203 rooms; 200 at most")
    ]


@pytest.mark.parametrize(
    ("others", "refused"), [({"lisboa": 198}, False), ({"lisboa": 199}, True), ({"x": 999}, False)]
)
def test_the_theaters_other_rooms_count_with_the_plans(others: dict[str, int], refused: bool) -> None:
    assert bool(list(too_many_rooms(plan_of_rooms(2), others))) is refused


def test_each_theater_has_its_own_count() -> None:
    rooms = [room(f"{place}-{number}", place) for number in range(150) for place in ("lisboa", "porto")]
    document = plan(theaters=[theater(), theater("porto")], rooms=rooms, events=[])
    assert list(too_many_rooms(wanted(document), {})) == []


def test_a_film_may_have_as_many_showings_as_are_listed() -> None:
    many = [*showings(SHOWINGS_MAX), *showings(SHOWINGS_MAX, movie_id="nosferatu")]
    assert list(too_many_showings(many, {}, NOW)) == []


def test_the_first_showing_too_many_is_named() -> None:
    assert list(too_many_showings(showings(2), {"metropolis": SHOWINGS_MAX - 1}, NOW)) == [
        Problem(("events", 1), "film 'metropolis' would have 10001 showings to come; 10000 at most")
    ]


def test_showings_that_no_list_reads_any_more_do_not_count() -> None:
    gone = showings(2, movie_time=NOW - EVENT_MS_MAX)
    assert list(too_many_showings(gone, {"metropolis": SHOWINGS_MAX}, NOW)) == []
    may_run = showings(2, movie_time=NOW - EVENT_MS_MAX + 1)
    assert len(list(too_many_showings(may_run, {"metropolis": SHOWINGS_MAX}, NOW))) == 1
