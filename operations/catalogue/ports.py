"""The catalogue as a loader of plans writes it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from box_office.domain.catalogue import Event, Room, Theater
from box_office.domain.programme import DisplayedMovie
from box_office.domain.seats import SeatRow

Progress = Callable[[str, int, int | None], None]  # stage, done, total if known


class CatalogueStore(Protocol):
    """The catalogue's tables as a loader sees them: consistent reads, batched writes. Raises Unavailable."""

    def movies(self, ids: Iterable[str]) -> Mapping[str, DisplayedMovie]: ...

    def theaters(self, ids: Iterable[str]) -> Mapping[str, Theater]: ...

    def rooms(self, ids: Iterable[str]) -> Mapping[str, Room]: ...

    def events(self, ids: Iterable[str]) -> Mapping[str, Event]: ...

    def events_of_room(self, room_id: str, since: int) -> Sequence[Event]:
        """Events that begin after `since`, cancelled ones included."""
        ...

    def live_seats(self, event_id: str, now: int) -> Sequence[SeatRow]:
        """Seats that a customer holds or owns."""
        ...

    def put_theaters(self, theaters: Sequence[Theater], progress: Progress) -> None: ...

    def put_rooms(self, rooms: Sequence[Room], progress: Progress) -> None: ...

    def put_movies(self, movies: Sequence[DisplayedMovie], progress: Progress) -> None: ...

    def add_events(self, events: Sequence[Event], progress: Progress) -> None:
        """New ones: a row under the id of one of them is replaced."""
        ...

    def change_events(self, events: Sequence[Event], progress: Progress) -> None:
        """Never revives: that an event was cancelled, and what is left of that, stays, also if `events` say
        otherwise."""
        ...

    def every_movie(self) -> Iterator[DisplayedMovie]: ...

    def every_theater(self) -> Iterator[Theater]: ...

    def every_room(self) -> Iterator[Room]: ...

    def every_event(self) -> Iterator[Event]: ...


class Snapshot(Protocol):
    """A new version in the making; readers see it when it is published, never half of it."""

    def add_movie(self, movie: DisplayedMovie) -> None: ...

    def add_theater(self, theater: Theater) -> None: ...

    def add_room(self, room: Room) -> None: ...

    def add_event(self, event: Event) -> None: ...

    def publish(self, progress: Progress) -> None: ...


class Schedules(Protocol):
    """What happens by itself, once, at a given time. Raises Unavailable."""

    def put_ends(self, events: Sequence[Event], progress: Progress) -> None:
        """A message to the queue of ended events at each one's end, in place of the schedule that was set for it
        before."""
        ...
