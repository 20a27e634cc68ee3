"""Sweeps a cancelled event: expires its holds, and refunds its tickets."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from box_office.domain.errors import Unavailable
from box_office.domain.orders import Order, Status
from box_office.domain.payments import Origin
from box_office.domain.refunding import refund_change, tickets_to_give_back, void
from box_office.domain.seats import BOOKED, HOLD
from box_office.ports import ChangeConflicted, ChangeRefused, Lanes, RefreshQueue
from box_office.use_cases.end_event import ClosePorts, expire_held, owners_of
from box_office.use_cases.lanes import tell_lane


@dataclass(frozen=True)
class Swept:
    """The result of one pass over a cancelled event."""

    expired: int  # orders
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
    """Expires every hold of the event and refunds every unused ticket. An order that is being paid is left to the
    outcome of its payment. `used`: used tickets are refunded too, as when the film breaks off.

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
    """Orders of a cancelled event whose payment or refund is not over, or that have tickets still to refund."""
    rows = [row for row in ports.seats.of_event(event_id) if row.status in (HOLD, BOOKED)]
    found = filter(None, map(ports.orders.locate, owners_of(event_id, rows)))
    return [order for order in found if order.unfinished or is_owed(order, used)]


class Progress:
    """`step` is called after each order with the figures so far: the operator's command shows them, and the reconciler
    stops there when its time is up."""

    def step(self, expired: int, refunded: int, left: int) -> None: ...


def is_owed(order: Order, used: bool = False) -> bool:
    return order.status is Status.BOOKED and bool(tickets_to_give_back(order, used))


def give_back(order: Order, ports: ClosePorts, lanes: Lanes, now: int, used: bool) -> int:
    """How many tickets were voided; 0 if another writer changed the order meanwhile, which the next pass then finds."""
    wanted = tickets_to_give_back(order, used)
    if not wanted:
        return 0
    newest = ports.orders.newest(order.user_id, order.event_id, order.sale) if order.superseded else order
    after = replace(void(order, wanted, "system", Origin.SYSTEM, "event_cancelled", now), reason="event_cancelled")
    try:
        ports.orders.commit(refund_change(order, after, newest or order, len(wanted), now), now, ports.ids.token())
    except (ChangeRefused, ChangeConflicted):
        return 0
    with suppress(Unavailable):  # the reconciler finds the order within a minute
        tell_lane(after, lanes)
    return len(wanted)
