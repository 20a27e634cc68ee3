"""The catalogue: films, theaters, rooms and events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from box_office.domain.catalogue import Event, Movie, Room, Theater

T = TypeVar("T")


@dataclass(frozen=True)
class Known(Generic[T]):
    """A fact with its age. `stale`: the tables could not be reached, and this is the newest that memory or snapshot
    has."""

    value: T
    as_of: int  # epoch milliseconds
    stale: bool = False


@dataclass(frozen=True)
class ListedMovie:
    movie: Movie
    next_movie_time: int


@dataclass(frozen=True)
class MoviePage:
    movies: tuple[ListedMovie, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class TheaterPage:
    theaters: tuple[Theater, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class CatalogueIds:
    """What one call of the catalogue asks for."""

    movies: Sequence[str] = ()
    theaters: Sequence[str] = ()
    events: Sequence[str] = ()
    rooms: Sequence[str] = ()

    def __bool__(self) -> bool:
        return any((self.movies, self.theaters, self.events, self.rooms))


@dataclass(frozen=True)
class CatalogueFacts:
    """By id."""

    movies: Mapping[str, Movie] = field(default_factory=dict)
    theaters: Mapping[str, Theater] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    rooms: Mapping[str, Room] = field(default_factory=dict)


class Catalogue(Protocol):
    """Facts at most 60 seconds old; when the table cannot be reached: memory of any age, then the loader's snapshot.

    Every look-up costs the same calls whatever the size of the catalogue. An id that memory lacks is looked up in
    the table before it counts as unknown. Raises UnknownMovie, UnknownTheater, UnknownEvent for an id that no
    source has, and Unavailable only when no source answers at all.
    """

    def movies_on_display(self, now: int, limit: int, cursor: str | None) -> Known[MoviePage]: ...

    def movie(self, movie_id: str, now: int) -> Known[Movie]: ...

    def theater(self, theater_id: str, now: int) -> Known[Theater]: ...

    def all_theaters(self, now: int, limit: int, cursor: str | None) -> Known[TheaterPage]:
        """By name. Raises InvalidRequest for a cursor that this list did not give."""
        ...

    def theaters(self, theater_ids: Sequence[str], now: int) -> Known[Mapping[str, Theater]]:
        """All of these theaters in one call; ids that no source has are left out."""
        ...

    def movies_named(self, movie_ids: Sequence[str], now: int) -> Known[Mapping[str, Movie]]:
        """As `theaters`."""
        ...

    def named(self, ids: CatalogueIds, now: int) -> CatalogueFacts:
        """All of these in one call, events that are over or cancelled included. Ids that no source has are left out, as
        are those of which no source answers: never raises Unavailable."""
        ...

    def rooms_of(self, theater_id: str, now: int) -> Known[Sequence[Room]]: ...

    def room(self, room_id: str, now: int) -> Known[Room]: ...

    def event(self, event_id: str, now: int) -> Known[Event]: ...

    def coming_events(self, theater_id: str, time_zone: str, now: int) -> Known[Sequence[Event]]:
        """Events not over at `now`, by time, cancelled ones included: of the theater's next 14 local days that have
        any (`of_first_days`)."""
        ...

    def events_between(self, theater_id: str, start: int, end: int, now: int) -> Known[Sequence[Event]]:
        """The theater's events that begin from `start` on and before `end`, and are not over at `now`, by time;
        cancelled ones included."""
        ...

    def events_of_pair(self, movie_id: str, theater_id: str, now: int) -> Known[Sequence[Event]]:
        """Events not over at `now`, by time; cancelled ones included."""
        ...

    def events_of_movie(self, movie_id: str, now: int) -> Known[Sequence[Event]]:
        """Events not over at `now`, in all theaters, by time; cancelled ones left out."""
        ...
