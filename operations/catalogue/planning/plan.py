"""A plan of films and showings: what it asks for, and what is known when it is checked.

A plan adds and changes; it never removes. What it does not name stays as it is. Checking is pure: the command that
loads a plan gathers the facts (`Facts`), asks the modules beside this one, and writes only if nothing is wrong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal

from box_office.domain.catalogue import Event, Movie, Room, Theater

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """Something wrong in the plan: where in the document, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Start:
    """When a showing begins: an instant, or a local time some days after the day of loading."""

    at: int | None = None
    day: int = 0
    local_time: time | None = None


@dataclass(frozen=True)
class PlannedEvent:
    path: Path
    event_id: str | None
    movie_id: str
    room_id: str
    theater_id: str | None
    start: Start
    end_time: int | None
    sales_end: int | None
    prices: Mapping[str, Decimal]  # major units
    language: str | None = None
    subtitles: str | None = None
    formats: tuple[str, ...] = ()
    access: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The document, well formed but not yet compared with anything."""

    movies: Sequence[Movie]
    theaters: Sequence[Theater]
    rooms: Sequence[Room]
    events: Sequence[PlannedEvent]
    cleaning_minutes: int
    sales_close_minutes: int = 0  # of the stage: before the start, for an event that names no `sales_end`


@dataclass(frozen=True)
class Facts:
    """What the tables hold of what a plan names, by id; and the showings of its rooms from the first that matters."""

    movies: Mapping[str, Movie] = field(default_factory=dict)
    theaters: Mapping[str, Theater] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    events_of_room: Mapping[str, Sequence[Event]] = field(default_factory=dict)


@dataclass(frozen=True)
class Showing:
    """A planned event with its facts resolved, and where it stands in the document."""

    path: Path
    event: Event


@dataclass(frozen=True)
class Places:
    """Films, theaters and rooms as they will be: the tables' with the plan's over them."""

    movies: Mapping[str, Movie]
    theaters: Mapping[str, Theater]
    rooms: Mapping[str, Room]


def places(plan: Plan, stored: Facts) -> Places:
    return Places(
        {**stored.movies, **{movie.movie_id: movie for movie in plan.movies}},
        {**stored.theaters, **{theater.theater_id: theater for theater in plan.theaters}},
        {**stored.rooms, **{room.room_id: room for room in plan.rooms}},
    )
