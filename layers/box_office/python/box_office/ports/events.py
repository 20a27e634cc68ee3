"""An event's and a room's own rows, which booking decides by."""

from collections.abc import Sequence
from typing import Protocol

from box_office.domain.catalogue import Event, Room


class Events(Protocol):
    """An event's own row, read consistently and never remembered."""

    def fresh(self, event_id: str) -> Event | None: ...

    def cancel(self, event_id: str, now: int) -> Event:
        """Marks the event cancelled, once, and due for the reconciler. Raises UnknownEvent, Unavailable."""
        ...

    def cancelled_due(self, shard: int, now: int, limit: int) -> Sequence[Event]: ...

    def cancellation_done(self, event_id: str) -> None:
        """Takes the event from those that are due: the reconciler has nothing left to do for it."""
        ...


class Rooms(Protocol):
    """A room's own row, read consistently and never remembered."""

    def fresh(self, room_id: str) -> Room | None: ...
