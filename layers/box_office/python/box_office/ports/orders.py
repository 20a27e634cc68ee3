"""The orders, and the transaction that is the lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from box_office.domain.orders import Order, OrderRef
from box_office.domain.seats import Change, SeatRow
from box_office.domain.tickets import Ticket

ORDERS_READ_MAX = 500  # of a user, for those of one theater: what five reads bring


class ChangeRefused(Exception):
    """A condition of the transaction did not hold; nothing was written. Has the rows that failed their conditions."""

    def __init__(
        self, order_failed: bool, order: Order | None, seats: Sequence[SeatRow], refused_seats: Sequence[str]
    ) -> None:
        super().__init__("refused")
        self.order_failed = order_failed
        self.order = order  # the order under the current key, if its condition failed
        self.seats = tuple(seats)
        self.refused_seats = tuple(refused_seats)  # also those that have no row


class ChangeConflicted(Exception):
    """At every try another transaction was changing the same rows; nothing was written."""

    def __init__(self, order_conflicted: bool, seats: Sequence[str]) -> None:
        super().__init__("conflicted")
        self.order_conflicted = order_conflicted
        self.seats = tuple(seats)


class OutcomeUnknown(Exception):
    """The transaction may or may not have been written: no try of it was answered."""


@dataclass(frozen=True)
class Due:
    """The due orders of one shard. `unreadable`: how many due rows could not be parsed; the log names each."""

    orders: Sequence[Order]
    unreadable: int = 0


@dataclass(frozen=True)
class TicketedOrder:
    """What a gate is told of an order of its showing."""

    order_id: str
    changed_at: int  # epoch milliseconds
    tickets: Sequence[Ticket]


class Orders(Protocol):
    """The lock. Reads are consistent. Raises Unavailable when the table certainly did nothing."""

    def newest(self, user_id: str, event_id: str, sale: str | None) -> Order | None:
        """The user's newest order of the event; at a desk, of the sale."""
        ...

    def newest_of_events(self, user_id: str, event_ids: Sequence[str]) -> Sequence[Order]: ...

    def current(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        """The order if no newer order has superseded it; at a desk, of any sale."""
        ...

    def find(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        """One of the user's own orders, newest or not, of any sale."""
        ...

    def locate(self, ref: OrderRef) -> Order | None:
        """The order that the reference names, current or superseded: two reads at most."""
        ...

    def archived(self, ref: OrderRef) -> Order | None:
        """The order under the reference's archive key: superseded, or the end of a queued hold."""
        ...

    def by_id(self, order_id: str) -> Order | None:
        """The order of this id. It is found by an index, which may lag a moment, and then read consistently."""
        ...

    def located(self, refs: Sequence[OrderRef]) -> Sequence[Order]:
        """As `locate`, of many orders, in one read for every fifty; those that are not there are left out."""
        ...

    def with_tickets(self, event_id: str, since: int | None = None) -> Iterable[TicketedOrder]:
        """All orders of a showing that have or had tickets, the one that changed longest ago first, through an index
        that lags behind a moment, and has no rows that releases of before 2026-11-29 wrote. With `since`, those that
        changed at that time or later: read as they are taken, a few hundred at a time."""
        ...

    def due(self, shard: int, now: int, limit: int) -> Due:
        """At most `limit` orders of the shard whose `due_at` has come, those that are due longest, in any order."""
        ...

    def postpone(self, order: Order, due_at: int) -> None:
        """Sets when the reconciler checks the order again. Does nothing if the order has changed since it was read."""
        ...

    def history(self, user_id: str, limit: int, cursor: str | None) -> tuple[Sequence[Order], str | None]:
        """The user's orders, the last begun first, and the next page's cursor. Raises InvalidRequest for a cursor that
        this list did not give."""
        ...

    def in_theater(
        self, user_id: str, theater_id: str, limit: int, cursor: str | None
    ) -> tuple[Sequence[Order], str | None]:
        """As `history`, of one theater: found among the user's next ORDERS_READ_MAX orders. There is a cursor only if
        another order of this theater follows, and it names none of another theater's."""
        ...

    def live_holds(self, user_id: str, since: int, now: int) -> Sequence[Order]:
        """The user's orders begun after `since` that hold seats at `now`."""
        ...

    def commit(self, change: Change, now: int, token: str) -> None:
        """One conditional transaction over the order and its seats, repeated with the same token when the outcome
        is unknown. Raises ChangeRefused, ChangeConflicted, OutcomeUnknown or Unavailable."""
        ...
