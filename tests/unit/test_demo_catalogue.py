"""The demo, as a cinema would check it before it opens."""

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from box_office.domain.catalogue import Event
from local import demo_programme
from operations.catalogue import plan_file
from operations.catalogue.plan_document import read_plan
from operations.catalogue.planning.overlaps import overlaps
from operations.catalogue.planning.plan import Facts, Plan, places
from operations.catalogue.planning.showings import resolve
from operations.catalogue.planning.theaters_and_rooms import check_places

HOUR = 3_600_000
NOW = 1_795_428_000_000  # 2026-11-23T10:00:00Z


@pytest.fixture(scope="module")
def demo() -> Plan:
    plan, problems = read_plan(plan_file.read(demo_programme.DEMO)[0])
    assert plan is not None, problems
    return plan


def events_of(plan: Plan, now: int) -> list[Event]:
    showings, problems = resolve(plan, places(plan, Facts()), now)
    assert [*problems, *check_places(plan, Facts()), *overlaps(showings, Facts())] == []
    return [showing.event for showing in showings]


def test_the_file_is_what_the_programme_makes_of_its_films() -> None:
    text = demo_programme.DEMO.read_text()
    assert demo_programme.text_of(demo_programme.demo(json.loads(text)["movies"])) == text


def test_a_hundred_different_films(demo: Plan) -> None:
    assert len({movie.movie_id for movie in demo.movies}) == 100
    assert len({(movie.title, movie.year) for movie in demo.movies}) == 100
    assert len({movie.details for movie in demo.movies}) == 100
    assert all(60 <= movie.length <= 240 and 1900 < movie.year < 2027 for movie in demo.movies)
    assert {movie.certificate for movie in demo.movies} <= {"U", "PG", "12", "12A", "15", "18"}


def test_every_film_has_genres_that_the_page_can_name(demo: Plan) -> None:
    texts = (Path(__file__).parents[2] / "web/src/texts/en.ts").read_text()
    named = set(re.findall(r"(\w+): \"", texts[texts.index(" genres: {") :].partition("}")[0]))
    assert all(movie.genres and set(movie.genres) <= named for movie in demo.movies)


def test_the_page_s_filters_find_something(demo: Plan) -> None:
    events = events_of(demo, NOW)
    assert {one for event in events for one in event.access} == {"audio_description", "captions", "relaxed"}
    assert {one for event in events for one in event.formats} == {"35mm", "70mm"}
    assert len({event.language for event in events}) > 5
    assert all(event.subtitles is None or event.subtitles != event.language for event in events)


def test_six_theaters_in_as_many_zones_and_currencies(demo: Plan) -> None:
    assert len({theater.time_zone for theater in demo.theaters}) == 6
    assert len({theater.currency for theater in demo.theaters}) == 6
    assert all(ZoneInfo(theater.time_zone) for theater in demo.theaters)


def test_rooms_of_60_to_450_seats_of_every_category_with_aisles(demo: Plan) -> None:
    sizes = [room.seat_count for room in demo.rooms]
    assert (min(sizes), max(sizes), len(sizes)) == (60, 450, 24)
    for room in demo.rooms:
        assert set(room.category_of.values()) == {"standard", "premium", "wheelchair", "companion"}
        assert all(row.gaps for row in room.rows)
        front = room.rows[0].category
        assert all("c" in front[max(0, n - 1) : n + 2] for n, letter in enumerate(front) if letter == "w")


@pytest.mark.parametrize("hours", range(0, 24, 3))
def test_every_film_plays_within_two_days_whenever_the_demo_is_loaded(demo: Plan, hours: int) -> None:
    now = NOW + hours * HOUR
    events = events_of(demo, now)
    soon = {event.movie_id for event in events if event.on_sale(now) and event.movie_time < now + 48 * HOUR}
    assert len(soon) == 100


def test_every_room_has_a_showing_on_each_of_seven_days(demo: Plan) -> None:
    events = events_of(demo, NOW)
    zone_of = {theater.theater_id: ZoneInfo(theater.time_zone) for theater in demo.theaters}
    days = Counter((event.room_id, demo_day(event, zone_of[event.theater_id])) for event in events)
    assert len(days) == 24 * 7


def demo_day(event: Event, zone: ZoneInfo) -> str:
    return str(datetime.fromtimestamp(event.movie_time // 1_000, UTC).astimezone(zone).date())


@pytest.mark.parametrize("days", [1, 3, 6])
@pytest.mark.parametrize("month", range(0, 12, 2))
def test_the_demo_of_a_later_day_fits_the_one_that_is_loaded(demo: Plan, days: int, month: int) -> None:
    first = NOW + month * 30 * 24 * HOUR
    before = {event.event_id: event for event in events_of(demo, first)}
    showings, _ = resolve(demo, places(demo, Facts()), first + days * 24 * HOUR)
    again = {showing.event.event_id: showing.event for showing in showings}
    both = before.keys() & again.keys()
    assert len(both) == len(before) * (7 - days) // 7
    assert all(facts(before[one]) == facts(again[one]) for one in both)
    in_rooms: dict[str, list[Event]] = {}
    for event in before.values():
        in_rooms.setdefault(event.room_id, []).append(event)
    assert overlaps(showings, Facts(events_of_room=in_rooms)) == []


def facts(event: Event) -> tuple[str, str, int, int]:
    return event.movie_id, event.room_id, event.movie_time, event.end_time
