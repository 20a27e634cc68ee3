"""The seats: as the table has them, as the cache has them, as they were last seen."""

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
    """The cache did not answer. It is only a filter: everything goes on without it."""


@dataclass(frozen=True)
class MarkRequest:
    """Marks wanted on some seats of one event, in the name of one request."""

    visitor: Visitor
    event: Event
    seats: Sequence[str]
    seat_count: int  # on sale in the room: tells whether anything is free
    order_id: str
    token: str  # of this request: an undo removes only its own marks
    hold_until: int
    sale: str | None = None
    admitted: bool = False  # it has passed admission already, and fills no bucket again

    @property
    def holder(self) -> str:
        assert self.visitor.user_id is not None
        return holder_of(self.visitor.user_id, self.sale)


@dataclass(frozen=True)
class Marked:
    """The answer of the three scripts. Either admission refused, or some seats are taken, or all are marked."""

    admission: Admission
    marked: bool
    taken: tuple[str, ...] = ()
    own_booked: bool = False  # all that was wanted is taken because this holder has bought it
    given_up: tuple[str, ...] = ()  # what the holder had selected and wants no more: these seats show as empty
    next_release: int | None = None
    # Of this user's hold of the event, as far as the cache knows; 0: they began an order, and none of it lives.
    held_until_before: int | None = None
    lease: str | None = None  # this caller is the one to read the event again
    lane: int | None = None  # of the user's session

    @property
    def began_before(self) -> bool:
        return self.held_until_before is not None


@dataclass(frozen=True)
class CachedMap:
    """An event's entry: `loaded_at` is None when it was never read from the table since it was last lost."""

    admission: Admission
    seats: Mapping[str, SeatState]
    loaded_at: int | None
    reads_per_second: float = 0.0


class SeatCache(Protocol):
    """A filter that keeps losers away from the table. Every method is one round trip and raises CacheDown."""

    def mark(self, request: MarkRequest, now: int) -> Marked:
        """Marks all the wanted seats or none; with them, what the same holder (user, event, sale) marked last and wants
        no more is shown as empty, if the entry still gives it to that holder, unpinned."""
        ...

    def undo(self, request: MarkRequest, marked: Marked, rows: Sequence[SeatRow], now: int) -> None:
        """Removes the marks of this request's token alone, restores what they covered, and repairs the entry with
        the rows, if any, that the table just gave back."""
        ...

    def take_back(self, request: MarkRequest, seats: Sequence[str]) -> None:
        """Undoes the marks of some seats only: the request came to something, but not for them."""
        ...

    def free(
        self, event: Event, visitor: Visitor, order: Order, seats: Sequence[str], token: str, released: bool, now: int
    ) -> None:
        """After a write that freed them: shows as empty those that the entry still gives to this order, also under
        the mark of a request that is still in the making. `order`: as it was before that write.
        `released`: the user let the whole order go, which is counted."""
        ...

    def extend(self, event: Event, visitor: Visitor, order: Order, now: int) -> None:
        """After a write that moved the end of the order's hold: no customer is shown its seats as free before that,
        and admission counts the hold until then. `order`: as it was written."""
        ...

    def admit(self, visitor: Visitor, action: str, now: int) -> Admission:
        """`action` is `hold` or `look`: which of the user's buckets the request fills."""
        ...

    def read_map(self, event: Event, visitor: Visitor | None, readers: int, now: int) -> CachedMap:
        """`readers`: how many customers this read serves. Without a visitor admission is not asked."""
        ...

    def lease(self, event: Event, token: str, now: int) -> str | None:
        """The right to read the event from the table, for one caller at a time; None if another has it."""
        ...

    def remember_queued(self, event: Event, ref: OrderRef) -> None:
        """This hold waits on a lane: a release may come before the worker does."""
        ...

    def queued(self, event: Event, visitor: Visitor, order_id: str) -> OrderRef | None:
        """This user's hold that waits on a lane, with the sale that it was asked for in."""
        ...

    def copy(self, event: Event, rows: Sequence[SeatRow], read_at: int) -> None:
        """Copies some rows, as they were read at `read_at`."""
        ...

    def purchased(self, event: Event, visitor: Visitor, sale: str | None) -> None:
        """Ends what admission counts against this user at this event: the live hold, and what was let go before."""
        ...

    def flush(self, event: Event) -> None:
        """Forgets the event."""
        ...

    def load(self, event: Event, rows: Sequence[SeatRow], read_at: int, lease: str | None) -> None:
        """Copies a whole event as it was read at `read_at`; a seat without a row was never held."""
        ...


@dataclass(frozen=True)
class Seen:
    """The seats of one event as they were at `as_of`."""

    states: Mapping[str, SeatState]
    as_of: int
    stale: bool = False
    reads_per_second: float = 0.0


class LastSeen(Protocol):
    """The last that this process saw of each event, bounded in number."""

    def get(self, event_id: str) -> Seen | None: ...

    def put(self, event_id: str, seen: Seen) -> None: ...
