"""A lane's worker makes or drops a hold that waited because the table could not be reached (DESIGN section 5).

It makes the hold as a new order, under the id that HoldSeat fixed. It drops the hold if the user's order of the event
has changed since, because a queued hold never replaces a selection.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from box_office.domain.catalogue import Event, Room
from box_office.domain.errors import BoxOfficeError, Unavailable
from box_office.domain.holding import (
    HoldLimits,
    HoldRequest,
    begin_order,
    decide_release,
    order_of,
    priced_selection,
)
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import BEING_PAID, Order, Status
from box_office.domain.seats import Change
from box_office.domain.sold_as import sold_as
from box_office.ports import (
    Catalogue,
    ChangeConflicted,
    ChangeRefused,
    Clock,
    Events,
    Ids,
    Orders,
    RefreshQueue,
)


@dataclass(frozen=True)
class QueuedHoldPorts:
    orders: Orders
    events: Events
    catalogue: Catalogue
    refresh: RefreshQueue
    clock: Clock
    ids: Ids


@dataclass(frozen=True)
class QueuedHoldLimits:
    hold: HoldLimits
    queued_ms_max: int  # on its lane; after that it is dropped


def make_queued_hold(hold: QueuedHold, ports: QueuedHoldPorts, limits: QueuedHoldLimits) -> bool:
    """True if the order is made, now or before. Raises Unavailable or OutcomeUnknown: the message comes again."""
    now = ports.clock.now_ms()
    newest = ports.orders.newest(hold.ref.user_id, hold.ref.event_id, hold.ref.sale)
    if newest is not None and newest.order_id == hold.ref.order_id:
        return made_before(newest, hold, ports, now)
    event = ports.events.fresh(hold.ref.event_id)
    if event is None:
        return False
    if (reason := reason_to_drop(hold, event, newest, now, limits)) is not None:
        return drop(hold, event, reason, ports, now)
    try:
        room = ports.catalogue.room(event.room_id, now).value
        change = begin_order(newest, request_of(hold, event, room), now, limits.hold)
        ports.orders.commit(replace(change, must_not_be_archived=True), now, ports.ids.token())
    except Unavailable:
        raise
    except ChangeConflicted as conflicted:
        raise Unavailable("Others are changing these seats.") from conflicted
    except ChangeRefused as refused:
        if refused.order is not None and refused.order.order_id == hold.ref.order_id:
            return made_before(refused.order, hold, ports, now)  # made between this worker's read and its write
        return drop(hold, event, "queued_in_vain", ports, now)
    except BoxOfficeError:
        # A seat was taken, sales closed, or a limit was reached while the hold waited.
        return drop(hold, event, "queued_in_vain", ports, now)
    ports.refresh.send(event.event_id, list(hold.seats))
    return True


def reason_to_drop(
    hold: QueuedHold, event: Event, newest: Order | None, now: int, limits: QueuedHoldLimits
) -> str | None:
    if now - hold.queued_at > limits.queued_ms_max:
        return "queued_too_long"
    if hold.asked_as is not None and hold.asked_as != sold_as(event):
        return "event_moved"  # the customer chose seats at another time, in another room, or of another film
    if newest is None:
        return None
    in_the_way = newest.changed_at > hold.queued_at or newest.holds_seats(now) or newest.status in BEING_PAID
    return "queued_in_vain" if in_the_way else None


def made_before(made: Order, hold: QueuedHold, ports: QueuedHoldPorts, now: int) -> bool:
    """The order exists already: this message came twice, or HoldSeat's write of unknown outcome was written after all.

    If the customer released the queued hold before that write, or a worker dropped it, that end stands: the order is
    released.
    """
    if not made.holds_seats(now) or ports.orders.archived(hold.ref) is None:
        return True
    change = decide_release(made, now)
    assert change is not None
    try:
        ports.orders.commit(change, now, ports.ids.token())
    except ChangeConflicted as conflicted:
        raise Unavailable("Others are changing these seats.") from conflicted
    except ChangeRefused:
        return True  # the customer has changed the order since: they use it
    ports.refresh.send(hold.ref.event_id, list(made.seat_prices))
    return False


def request_of(hold: QueuedHold, event: Event, room: Room) -> HoldRequest:
    return HoldRequest(
        user_id=hold.ref.user_id,
        event=event,
        seat_prices=priced_selection(event, room, hold.seats),
        category_of=room.category_of,
        order_id=hold.ref.order_id,
        sale=hold.ref.sale,
        desk=hold.desk,
        key=hold.key,
        fingerprint=hold.fingerprint,
    )


def drop(hold: QueuedHold, event: Event, reason: str, ports: QueuedHoldPorts, now: int) -> bool:
    """Writes the order as EXPIRED under its archive key, so that GetBooking answers with it. The refresh of its seats
    removes their marks from the cache."""
    seats = dict.fromkeys(hold.seats, 0)  # no price was promised
    dropped = HoldRequest(hold.ref.user_id, event, seats, hold.ref.order_id, sale=hold.ref.sale)
    if not end_queued_order(dropped, Status.EXPIRED, reason, ports.orders, ports.ids.token, now):
        return True  # another worker has made it meanwhile
    ports.refresh.send(event.event_id, list(hold.seats))
    return False


def end_queued_order(
    request: HoldRequest, status: Status, reason: str | None, orders: Orders, token: Callable[[], str], now: int
) -> bool:
    """Writes the end of a queued order under its archive key. If a release and a drop race, the first end stands.

    False if a worker has made the order meanwhile. Raises Unavailable, OutcomeUnknown.
    """
    order = replace(order_of(request, now, status, revision=1, hold_until=now), superseded=True, reason=reason)
    try:
        orders.commit(Change(None, order, {}, must_not_be_current=True), now, token())
    except ChangeRefused:
        found = orders.locate(order.ref)
        return found is None or found.superseded
    except ChangeConflicted as conflicted:
        raise Unavailable("This hold is being made just now; try again.") from conflicted
    return True
