"""What the loader of plans needs: the catalogue's tables, the snapshot, and schedules."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from box_office.domain.catalogue import Event, Room, Theater
from box_office.domain.programme import DisplayedMovie
from box_office.domain.seats import SeatRow

Progress = Callable[[str, int, int | None], None]  # stage, done, total if known


class CatalogueStore(Protocol):
    """The catalogue's tables: consistent reads, batched writes. Raises Unavailable."""

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
        """Writes events that the tables lack; a row with the id of one of them is replaced."""
        ...

    def change_events(self, events: Sequence[Event], progress: Progress) -> None:
        """Writes events that the tables have. Never revives one: that it is cancelled, and due for the reconciler,
        stays in its row, whatever `events` say."""
        ...

    def every_movie(self) -> Iterator[DisplayedMovie]: ...

    def every_theater(self) -> Iterator[Theater]: ...

    def every_room(self) -> Iterator[Room]: ...

    def every_event(self) -> Iterator[Event]: ...


class Snapshot(Protocol):
    """A new version of the snapshot. Functions read it once it is published, never half of it."""

    def add_movie(self, movie: DisplayedMovie) -> None: ...

    def add_theater(self, theater: Theater) -> None: ...

    def add_room(self, room: Room) -> None: ...

    def add_event(self, event: Event) -> None: ...

    def publish(self, progress: Progress) -> None: ...


class Schedules(Protocol):
    """The schedules of events' ends. Raises Unavailable."""

    def put_ends(self, events: Sequence[Event], progress: Progress) -> None:
        """Sets one schedule an event, which at its end sends a message to the queue of ended events. It replaces the
        event's earlier schedule."""
        ...
