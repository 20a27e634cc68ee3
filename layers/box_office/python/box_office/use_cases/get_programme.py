"""What plays at one theater on one of its local days, and on which days anything does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from box_office.domain.catalogue import Event, Movie, Theater
from box_office.domain.local_days import bounds_of, local_day
from box_office.ports import Catalogue, Known

LAST_YEAR = 2_199  # the loader takes no later showing


@dataclass(frozen=True)
class Programme:
    theater: Theater
    day: date
    movies: tuple[tuple[Movie, Sequence[Event]], ...]  # films by title, events by time
    days: Sequence[date]  # the next with showings
    as_of: int
    stale: bool


def get_programme(catalogue: Catalogue, theater_id: str, day: date | None, now: int) -> Programme:
    """`day`: without it the theater's today. As old as the oldest of its parts. Raises UnknownTheater, Unavailable."""
    theater = catalogue.theater(theater_id, now)
    zone = theater.value.time_zone
    today = local_day(now, zone)
    coming = catalogue.coming_events(theater_id, zone, now)
    days = sorted({found for event in coming.value if (found := local_day(event.movie_time, zone)) >= today})
    wanted = day or today
    events = showings_of(wanted, today, days, coming, theater.value, catalogue, now)
    movies = catalogue.movies_named(sorted({event.movie_id for event in events.value}), now)
    parts = (theater, coming, events, movies)
    return Programme(
        theater.value,
        wanted,
        by_film(events.value, movies.value),
        days,
        min(part.as_of for part in parts),
        any(part.stale for part in parts),
    )


def showings_of(
    day: date,
    today: date,
    days: Sequence[date],
    coming: Known[Sequence[Event]],
    theater: Theater,
    catalogue: Catalogue,
    now: int,
) -> Known[Sequence[Event]]:
    """`coming` has all of a day until the last of its days; a later one is looked up."""
    if day < today or (days and day <= days[-1]) or day.year > LAST_YEAR:
        of_day = (event for event in coming.value if local_day(event.movie_time, theater.time_zone) == day)
        return Known(tuple(of_day) if day >= today else (), coming.as_of, coming.stale)
    return catalogue.events_between(theater.theater_id, *bounds_of(day, theater.time_zone), now)


def by_film(events: Sequence[Event], movies: Mapping[str, Movie]) -> tuple[tuple[Movie, Sequence[Event]], ...]:
    by_title = sorted(movies.values(), key=lambda movie: (movie.title.casefold(), movie.movie_id))
    return tuple((movie, tuple(event for event in events if event.movie_id == movie.movie_id)) for movie in by_title)
