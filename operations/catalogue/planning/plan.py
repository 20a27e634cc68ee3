"""A plan of films and showings, and the facts by which it is checked.

A plan adds and changes rows; it never removes one, and rows that it does not name stay as they are. Checking is pure:
the loader reads the facts (`Facts`), calls the modules beside this one, and writes only if they find no problem.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal

from box_office.domain.catalogue import Event, Movie, Room, Theater

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """Why a plan is refused, and the place in its document."""

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


@dataclass(frozen=True)
class Plan:
    """The document, well formed but not yet compared with anything."""

    movies: Sequence[Movie]
    theaters: Sequence[Theater]
    rooms: Sequence[Room]
    events: Sequence[PlannedEvent]
    cleaning_minutes: int
    sales_close_minutes: int = 0  # the stage's: so long before the start sales end, if an event names no `sales_end`


@dataclass(frozen=True)
class Facts:
    """The tables' rows of the films, theaters, rooms and events that a plan names, by id, and its rooms' showings."""

    movies: Mapping[str, Movie] = field(default_factory=dict)
    theaters: Mapping[str, Theater] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    events_of_room: Mapping[str, Sequence[Event]] = field(default_factory=dict)


@dataclass(frozen=True)
class Showing:
    """A planned event as the event that it will be, and its place in the document."""

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
