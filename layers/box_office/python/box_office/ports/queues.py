"""Messages to other functions."""

from collections.abc import Sequence
from typing import Protocol

from box_office.domain.messages import QueuedHold
from box_office.domain.orders import OrderRef


class Lanes(Protocol):
    """The booking queues. Raises Unavailable when a message was certainly not taken, or may not have been."""

    @property
    def names(self) -> Sequence[str]: ...

    def send_order(self, lane: str, ref: OrderRef, attempt: int, delay_seconds: int = 0) -> None: ...

    def send_intent(self, lane: str, intent_id: str, refunds: bool = False, delay_seconds: int = 0) -> None:
        """A callback named this intent: the provider is asked what became of it, and of its `refunds`."""
        ...

    def send_hold(self, lane: str, hold: QueuedHold) -> None: ...

    def backlog(self, lane: str) -> int:
        """Messages that wait for a worker, about: tells a lost message from one that waits its turn. None in work."""
        ...


class RefreshQueue(Protocol):
    """Tells the VPC's side which rows to copy into the cache. Late or lost, the cache is merely stale."""

    def send(self, event_id: str, seat_ids: Sequence[str]) -> None: ...


class Announcements(Protocol):
    def payment_complete(self, ref: OrderRef) -> None:
        """Raises Unavailable; the reconciler then announces it again."""
        ...
