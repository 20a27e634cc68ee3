"""The seats: in the table, in the cache, and as this process last read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from box_office.domain.catalogue import Event
from box_office.domain.orders import Order, OrderRef, holder_of
from box_office.domain.seat_map import SeatState
from box_office.domain.seats import SeatRow
from box_office.ports.admission import Admission, Visitor


class Seats(Protocol):
    """Consistent reads of Available_seat; absent rows are left out. Raises Unavailable."""

    def of_event(self, event_id: str) -> Sequence[SeatRow]: ...

    def named(self, event_id: str, seat_ids: Sequence[str]) -> Sequence[SeatRow]: ...


class CacheDown(Exception):
    """The cache did not answer. It is only a filter: every use case goes on without it."""


@dataclass(frozen=True)
class MarkRequest:
    """Marks wanted on some seats of one event, in the name of one request."""

    visitor: Visitor
    event: Event
    seats: Sequence[str]
    seat_count: int  # of the room, as far as it is on sale: if so many are taken, none is free
    order_id: str
    token: str  # of this request: an undo removes only its own marks
    hold_until: int
    sale: str | None = None
    admitted: bool = False  # the request has passed admission already, and is not counted again

    @property
    def holder(self) -> str:
        assert self.visitor.user_id is not None
        return holder_of(self.visitor.user_id, self.sale)


@dataclass(frozen=True)
class Marked:
    """The cache's answer: admission refused, or some seats are taken, or all are marked."""

    admission: Admission
    marked: bool
    taken: tuple[str, ...] = ()
    # The ids of the orders that the wanted seats' rows name, if each of these rows is booked for this holder; else ().
    booked_in: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()  # seats that the holder had selected and does not want now: they show as empty
    next_release: int | None = None
    # The end of this holder's hold of the event, as far as the cache knows; 0: they have begun an order of it, but no
    # hold is live; None: they have begun none.
    held_until_before: int | None = None
    lease: str | None = None  # if set, this caller is to read the event from the table
    lane: int | None = None  # of the user's session

    @property
    def began_before(self) -> bool:
        return self.held_until_before is not None


@dataclass(frozen=True)
class CachedMap:
    """An event's entry in the cache, as it was at `packed_at`: in a rush all who look within a second share it.
    `loaded_at`: when it was read from the table; None if it was not, or is lost. Seats that are empty may be absent."""

    admission: Admission
    seats: Mapping[str, SeatState]
    loaded_at: int | None
    packed_at: int
    tries_per_second: float = 0.0  # to hold seats of the event, won or lost


class SeatCache(Protocol):
    """A filter that keeps losers away from the table. Every method raises CacheDown, and is one round trip, but that
    the first look at a map within a second is two."""

    def mark(self, request: MarkRequest, now: int) -> Marked:
        """Marks all the wanted seats, or none. If they are marked, seats that the same holder (user, event, sale)
        marked last and does not want now show as empty, if the entry still gives them to that holder, unpinned."""
        ...

    def undo(self, request: MarkRequest, marked: Marked, rows: Sequence[SeatRow], now: int) -> None:
        """Removes the marks of this request's token alone, shows again what they covered, and copies `rows`, which the
        table just gave, into the entry."""
        ...

    def take_back(self, request: MarkRequest, seats: Sequence[str], now: int) -> None:
        """Removes the marks of some seats only: the request is carried out, but not for these seats."""
        ...

    def free(
        self, event: Event, visitor: Visitor, order: Order, seats: Sequence[str], token: str, released: bool, now: int
    ) -> None:
        """After a write that freed these seats: shows as empty those that the entry still gives to this order, also
        under another request's mark. `order`: as it was before that write. `released`: the user released the whole
        order, which is counted."""
        ...

    def extend(self, event: Event, visitor: Visitor, order: Order, now: int) -> None:
        """After a write that moved the end of the order's hold: no customer is shown its seats as free before that,
        and admission counts the hold until then. `order`: as it was written."""
        ...

    def admit(self, visitor: Visitor, action: str, now: int) -> Admission:
        """`action` is `hold`, `look` or `release`. A release fills the bucket of holds, and no block refuses it."""
        ...

    def read_map(self, event: Event, visitor: Visitor | None, now: int, fresh: bool = False) -> CachedMap:
        """Without a visitor admission is not checked. `fresh`: as the entry is now, also in a rush."""
        ...

    def lease(self, event: Event, token: str, now: int) -> str | None:
        """The right to read the event from the table, for one caller at a time. None if another caller has it, or if
        the entry is fresh."""
        ...

    def remember_queued(self, event: Event, ref: OrderRef) -> None:
        """Remembers that this hold waits on a lane, so that it can be released before a worker makes it."""
        ...

    def queued(self, event: Event, visitor: Visitor, order_id: str) -> OrderRef | None:
        """This user's hold of this id that waits on a lane, with its sale; None if there is none."""
        ...

    def copy(self, event: Event, rows: Sequence[SeatRow], read_at: int) -> None:
        """Copies some rows into the entry, as they were read at `read_at`."""
        ...

    def purchased(self, event: Event, visitor: Visitor, sale: str | None) -> None:
        """Forgets what admission counts against this user at this event: the live hold, and holds that they let go."""
        ...

    def flush(self, event: Event) -> None:
        """Removes the event's entry."""
        ...

    def load(self, event: Event, rows: Sequence[SeatRow], read_at: int, lease: str | None) -> None:
        """Copies all rows of an event, as they were read at `read_at`. A seat without a row was never held."""
        ...


@dataclass(frozen=True)
class Seen:
    """The seats of one event as they were at `as_of`."""

    states: Mapping[str, SeatState]
    as_of: int
    stale: bool = False
    tries_per_second: float = 0.0


class LastSeen(Protocol):
    """The last map that this process read of each event, for a bounded number of events."""

    def get(self, event_id: str) -> Seen | None: ...

    def put(self, event_id: str, seen: Seen) -> None: ...
