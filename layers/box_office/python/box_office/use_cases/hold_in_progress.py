"""One HoldSeat on its way: what it needs, what it knows so far, and how its marks are taken back."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from box_office.domain.errors import Unavailable
from box_office.domain.holding import HoldLimits, HoldRequest
from box_office.domain.orders import Order
from box_office.domain.seats import SeatRow
from box_office.ports import (
    CacheDown,
    Catalogue,
    Clock,
    Counters,
    Ids,
    Lanes,
    Marked,
    MarkRequest,
    Orders,
    SeatCache,
    Seats,
)

# A call that the table does not answer takes five seconds, seven at most (adapters/aws_clients.py). None begins later
# than this, so that the request ends with an answer, and its marks are settled, before its function is ended.
TABLE_CALLS_BEGIN_MS = 6_000


@dataclass(frozen=True)
class Held:
    """The user's order after the request, and how to answer: as written now, as it was, or as once answered."""

    order: Order
    status_code: int
    written: bool = False


@dataclass(frozen=True)
class Queued:
    """The table cannot be reached: the request waits on the user's lane. It promises nothing."""

    request: HoldRequest


@dataclass(frozen=True)
class HoldPorts:
    catalogue: Catalogue
    orders: Orders
    seats: Seats
    cache: SeatCache
    lanes: Lanes
    counters: Counters
    clock: Clock
    ids: Ids


@dataclass(frozen=True)
class HoldSeatLimits:
    hold: HoldLimits
    live_holds_max: int  # of a customer, over all showings


@dataclass(frozen=True)
class Holding:
    """One request on its way: what is wanted, and what the cache has said so far."""

    request: HoldRequest
    marks: MarkRequest
    ports: HoldPorts
    limits: HoldLimits
    now: int
    marked: Marked | None = None  # None: no mark was made, nothing is to be taken back

    @property
    def newest(self) -> Order | None:
        return self.orders.newest(self.request.user_id, self.request.event.event_id, self.request.sale)

    @property
    def orders(self) -> Orders:
        """Raises Unavailable once it is too late for another call."""
        check_time_left(self.ports, self.now)
        return self.ports.orders

    @property
    def seats(self) -> Seats:
        """Raises Unavailable once it is too late for another call."""
        check_time_left(self.ports, self.now)
        return self.ports.seats

    def take_back(self, rows: Sequence[SeatRow] = ()) -> None:
        """The request's marks leave the cache; `rows`, as the table answered them, repair it. If the cache fails now
        the marks age: it is right again within a minute."""
        if self.marked is not None:
            with suppress(CacheDown):
                self.ports.cache.undo(self.marks, self.marked, rows, self.now)


def check_time_left(ports: HoldPorts, began_at: int) -> None:
    if ports.clock.now_ms() - began_at >= TABLE_CALLS_BEGIN_MS:
        raise Unavailable("This cannot be done just now; try again.")
