"""An event's end, and its cancellation: what is held comes free, what is booked stays or is given back."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from box_office.domain.errors import Unavailable
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.payments import Origin
from box_office.domain.refunding import refund_change, tickets_to_give_back, void
from box_office.domain.seats import BOOKED, HOLD, Change, SeatAct, SeatRow
from box_office.ports import (
    ChangeConflicted,
    ChangeRefused,
    Clock,
    Events,
    Ids,
    Lanes,
    Orders,
    RefreshQueue,
    SeatCache,
    Seats,
)
from box_office.use_cases.lanes import tell_lane


@dataclass(frozen=True)
class ClosePorts:
    orders: Orders
    seats: Seats
    events: Events
    clock: Clock
    ids: Ids


class EventNotOver(Exception):
    """The schedule ran early: it is to run again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"over in {seconds} s")
        self.seconds = seconds


def end_event(event_id: str, ports: ClosePorts, cache: SeatCache) -> int:
    """Flushes the event's entry and frees what is merely held; pins are left to their outcome. Late or twice it harms
    nothing. Returns how many orders lapsed. Raises EventNotOver, CacheDown, Unavailable."""
    now = ports.clock.now_ms()
    event = ports.events.fresh(event_id)
    if event is None:
        return 0
    if not event.over(now):
        raise EventNotOver(-(-(event.end_time - now) // 1000))
    lapsed = 0
    for ref in owners_of(event_id, merely_held(ports.seats.of_event(event_id))):
        lapsed += expire_held(ref, "event_over", ports, now)
    cache.flush(event)
    return lapsed


@dataclass(frozen=True)
class Swept:
    """One pass over a cancelled event."""

    expired: int
    refunded: int  # tickets
    left: int  # orders whose payment or refund is not over


def sweep_cancelled(
    event_id: str,
    ports: ClosePorts,
    lanes: Lanes,
    refresh: RefreshQueue,
    progress: "Progress | None" = None,
    used: bool = False,
) -> Swept:
    """What is held comes free, every unused ticket is given back once, what is pinned is left to its outcome. `used`:
    used tickets are given back too, as when the film breaks off.

    Can be stopped and run again: each order is one conditional write. Raises Unavailable.
    """
    now = ports.clock.now_ms()
    rows = [row for row in ports.seats.of_event(event_id) if row.status in (HOLD, BOOKED)]
    expired = refunded = left = 0
    for ref in owners_of(event_id, rows):
        order = ports.orders.locate(ref)
        if order is None:
            continue
        if order.status is Status.HELD:
            freed = expire_held(ref, "event_cancelled", ports, now)
            expired += freed
            if freed:
                refresh.send(event_id, list(order.seat_prices))
        elif order.status is Status.BOOKED:
            refunded += give_back(order, ports, lanes, now, used)
        current = ports.orders.locate(ref)
        left += current is not None and (current.unfinished or is_owed(current, used))
        if progress is not None:
            progress.step(expired, refunded, left)
    return Swept(expired, refunded, left)


def unfinished_of(event_id: str, ports: ClosePorts, used: bool = False) -> Sequence[Order]:
    """Orders of a cancelled event whose payment or refund is not over, or that are owed one."""
    rows = [row for row in ports.seats.of_event(event_id) if row.status in (HOLD, BOOKED)]
    found = filter(None, map(ports.orders.locate, owners_of(event_id, rows)))
    return [order for order in found if order.unfinished or is_owed(order, used)]


class Progress:
    """Told after each order; the operator's command draws it."""

    def step(self, expired: int, refunded: int, left: int) -> None: ...


def is_owed(order: Order, used: bool = False) -> bool:
    return order.status is Status.BOOKED and bool(tickets_to_give_back(order, used))


def give_back(order: Order, ports: ClosePorts, lanes: Lanes, now: int, used: bool) -> int:
    """How many tickets were voided; none if another writer changed the order meanwhile, and the next pass sees it."""
    wanted = tickets_to_give_back(order, used)
    if not wanted:
        return 0
    newest = ports.orders.newest(order.user_id, order.event_id, order.sale) if order.aside else order
    after = replace(void(order, wanted, "system", Origin.SYSTEM, "event_cancelled", now), reason="event_cancelled")
    try:
        ports.orders.commit(refund_change(order, after, newest or order, len(wanted), now), now, ports.ids.token())
    except (ChangeRefused, ChangeConflicted):
        return 0
    with suppress(Unavailable):  # the reconciler finds it within a minute
        tell_lane(after, lanes)
    return len(wanted)


def expire_held(ref: OrderRef, reason: str, ports: ClosePorts, now: int) -> bool:
    """HELD -> EXPIRED, seats free. A newer owner is never hurt: each seat's row must still name the order."""
    order = ports.orders.locate(ref)
    if order is None or order.status is not Status.HELD:
        return False
    after = replace(order, status=Status.EXPIRED, reason=reason, revision=order.revision + 1)
    acts = dict.fromkeys(order.seat_prices, SeatAct.FREE)
    try:
        ports.orders.commit(Change(order, after.due(now), acts), now, ports.ids.token())
    except (ChangeRefused, ChangeConflicted):
        return False
    return True


def merely_held(rows: Iterable[SeatRow]) -> list[SeatRow]:
    return [row for row in rows if row.status == HOLD and not row.pinned]


def owners_of(event_id: str, rows: Iterable[SeatRow]) -> Sequence[OrderRef]:
    """Each order once, as the rows name it: the place where it lay tells its sale."""
    found = {}
    for row in rows:
        if row.user_id is not None and row.order_id is not None:
            found[row.order_id] = OrderRef(row.user_id, event_id, row.order_id, row.sale)
    return list(found.values())
