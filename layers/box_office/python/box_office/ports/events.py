"""An event and its room as booking sees them."""

from collections.abc import Sequence
from typing import Protocol

from box_office.domain.catalogue import Event, Room


class Events(Protocol):
    """An event's own row, read consistently: what booking decides by is never a memory."""

    def fresh(self, event_id: str) -> Event | None: ...

    def cancel(self, event_id: str, now: int) -> Event:
        """Marks the event cancelled, once, and due for the reconciler. Raises UnknownEvent, Unavailable."""
        ...

    def cancelled_due(self, shard: int, now: int, limit: int) -> Sequence[Event]: ...

    def cancellation_done(self, event_id: str) -> None:
        """Nothing is left of it for the reconciler."""
        ...


class Rooms(Protocol):
    """A room's own row, read consistently, for the same reason."""

    def fresh(self, room_id: str) -> Room | None: ...
