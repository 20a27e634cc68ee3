"""Messages to other functions."""

from collections.abc import Sequence
from typing import Protocol

from box_office.domain.messages import NamedIntent, QueuedHold
from box_office.domain.orders import OrderRef


class Lanes(Protocol):
    """The booking queues. Raises Unavailable unless the message was certainly taken."""

    @property
    def names(self) -> Sequence[str]: ...

    def send_order(
        self, lane: str, ref: OrderRef, attempt: int, delay_seconds: int = 0, waited: bool = False
    ) -> None: ...

    def send_intent(self, lane: str, named: NamedIntent, delay_seconds: int = 0) -> None:
        """A worker is to ask the provider about the intent that a callback named."""
        ...

    def send_detach(self, lane: str, payment_method: str, delay_seconds: int = 0) -> None:
        """A worker is to have the provider forget this method."""
        ...

    def send_hold(self, lane: str, hold: QueuedHold) -> None: ...

    def backlog(self, lane: str) -> int:
        """About how many messages wait for a worker. Messages that a worker has in hand do not count."""
        ...


class LaneWork(Protocol):
    def waiting_ms(self, lane: str) -> int:
        """About how long the lane's workers need for the payments that wait there; 0 if that is not known."""
        ...


class RefreshQueue(Protocol):
    """The queue of seat rows that a function in the network is to copy into the cache. If a message is late or lost,
    the cache is stale."""

    def send(self, event_id: str, seat_ids: Sequence[str]) -> None: ...


class Announcements(Protocol):
    def payment_complete(self, ref: OrderRef) -> None:
        """Raises Unavailable; the reconciler then announces it again."""
        ...
