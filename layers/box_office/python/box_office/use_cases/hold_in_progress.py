"""The state of one HoldSeat request: its ports, the cache's answer, and how its marks are removed again."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from box_office.domain.errors import Unavailable
from box_office.domain.holding import HoldLimits, HoldRequest
from box_office.domain.orders import Order
from box_office.domain.seats import SeatRow
from box_office.ports import (
    Blocks,
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

# A call that the table does not answer takes five seconds, seven at most (adapters/aws_clients.py). No call begins
# later than this, so that the client is answered, and the marks are kept or removed, before Lambda ends the function.
TABLE_CALLS_BEGIN_MS = 6_000


@dataclass(frozen=True)
class Held:
    """The user's order after the request, and the status of the answer. `written`: this request wrote the order;
    otherwise it was as it is, or the answer of an earlier request with the same idempotency key is repeated."""

    order: Order
    status_code: int
    written: bool = False


@dataclass(frozen=True)
class Queued:
    """The request waits on the user's lane, because the table cannot be reached. The customer is promised nothing."""

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
    blocks: Blocks


@dataclass(frozen=True)
class HoldSeatLimits:
    hold: HoldLimits
    live_holds_max: int  # of a customer, over all showings


@dataclass(frozen=True)
class Holding:
    """One request, with the cache's answer once there is one."""

    request: HoldRequest
    marks: MarkRequest
    ports: HoldPorts
    limits: HoldLimits
    now: int
    marked: Marked | None = None  # None: the request has no marks

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
        """Removes the request's marks from the cache, and copies `rows`, which the table just gave, into it. If the
        cache does not answer, the next reading of the event removes the marks, within a minute."""
        if self.marked is not None:
            with suppress(CacheDown):
                self.ports.cache.undo(self.marks, self.marked, rows, self.now)


def check_time_left(ports: HoldPorts, began_at: int) -> None:
    if ports.clock.now_ms() - began_at >= TABLE_CALLS_BEGIN_MS:
        raise Unavailable("This cannot be done just now; try again.")
