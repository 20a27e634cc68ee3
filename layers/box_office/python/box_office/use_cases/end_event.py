"""At an event's end: expires its unpinned holds, and removes the event from the cache. Booked seats stay booked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from box_office.domain.orders import OrderRef, Status
from box_office.domain.seats import HOLD, Change, SeatAct, SeatRow
from box_office.ports import ChangeConflicted, ChangeRefused, Clock, Events, Ids, Orders, SeatCache, Seats


@dataclass(frozen=True)
class ClosePorts:
    orders: Orders
    seats: Seats
    events: Events
    clock: Clock
    ids: Ids


class EventNotOver(Exception):
    """The event is not over: the message of its end came early, and is to come again after `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"over in {seconds} s")
        self.seconds = seconds


def end_event(event_id: str, ports: ClosePorts, cache: SeatCache) -> int:
    """Expires the event's unpinned holds and flushes its entry in the cache. An order that is being paid is left to the
    outcome of its payment. May run late, and more than once. Returns how many orders expired.

    Raises EventNotOver, CacheDown, Unavailable."""
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


def expire_held(ref: OrderRef, reason: str, ports: ClosePorts, now: int) -> bool:
    """HELD -> EXPIRED, with its seats free. Each seat's row must still name the order: no newer owner loses a seat."""
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
    """The orders that the rows name, each once."""
    found = {}
    for row in rows:
        if row.user_id is not None and row.order_id is not None:
            found[row.order_id] = OrderRef(row.user_id, event_id, row.order_id, row.sale)
    return list(found.values())
