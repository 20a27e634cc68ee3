"""An event as booking sees it."""

from collections.abc import Sequence
from typing import Protocol

from box_office.domain.catalogue import Event


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
