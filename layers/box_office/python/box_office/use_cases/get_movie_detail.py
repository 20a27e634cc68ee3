"""GetMovieDetail: one film, and its showings by theater."""

from collections.abc import Sequence
from dataclasses import dataclass

from box_office.domain.catalogue import Event, Movie, Theater
from box_office.ports import Catalogue


@dataclass(frozen=True)
class MovieDetail:
    movie: Movie
    showings: tuple[tuple[Theater, Sequence[Event]], ...]  # theaters by name, events by time
    as_of: int
    stale: bool


def get_movie_detail(catalogue: Catalogue, movie_id: str, now: int) -> MovieDetail:
    """`as_of` is that of the oldest part. Raises UnknownMovie, Unavailable."""
    movie = catalogue.movie(movie_id, now)
    events = catalogue.events_of_movie(movie_id, now)
    theaters = catalogue.theaters(sorted({event.theater_id for event in events.value}), now)
    by_name = sorted(theaters.value.values(), key=lambda theater: (theater.name, theater.theater_id))
    return MovieDetail(
        movie.value,
        tuple((theater, events_in(theater, events.value)) for theater in by_name),
        min(movie.as_of, events.as_of, theaters.as_of),
        movie.stale or events.stale or theaters.stale,
    )


def events_in(theater: Theater, events: Sequence[Event]) -> tuple[Event, ...]:
    return tuple(event for event in events if event.theater_id == theater.theater_id)
