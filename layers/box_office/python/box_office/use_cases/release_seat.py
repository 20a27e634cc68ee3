"""ReleaseSeat: releases a hold. Asked again, it changes nothing and gives the same answer."""

from contextlib import suppress

from box_office.domain.catalogue import Event
from box_office.domain.errors import Unavailable, UnknownOrder
from box_office.domain.holding import HoldRequest, decide_release
from box_office.domain.orders import Order, Status
from box_office.ports import Admission, CacheDown, ChangeConflicted, ChangeRefused, OutcomeUnknown, Visitor
from box_office.use_cases.admission import refusal
from box_office.use_cases.hold_in_progress import HoldPorts, check_time_left
from box_office.use_cases.queued_hold import end_queued_order
from box_office.use_cases.rounds import NOT_COMMITTED, in_rounds


def release_seat(event_id: str, order_id: str | None, visitor: Visitor, ports: HoldPorts) -> None:
    """Raises UnknownEvent, UnknownOrder, PaymentInProgress, AlreadyBooked, RateLimited, Unavailable.

    An `order_id` that is not the current order changes nothing: a late retry never hits the next order.
    """
    now = ports.clock.now_ms()
    event = ports.catalogue.event(event_id, now).value
    admission = ask_admission(visitor, "release", ports, now)  # which no block refuses
    if admission.code is not None:
        raise refusal(admission, ports.blocks)
    try:
        in_rounds(lambda: release_once(event, order_id, visitor, ports, now))
    except NOT_COMMITTED as busy:
        raise Unavailable("Another request of yours is changing this hold; try again.") from busy


def release_once(event: Event, order_id: str | None, visitor: Visitor, ports: HoldPorts, now: int) -> None:
    check_time_left(ports, now)
    order = current_order(event, order_id, visitor, ports)
    if order is None:
        end_queued(event, order_id, visitor, ports, now)
        return
    change = decide_release(order, now)
    if change is None:
        return
    token = ports.ids.token()
    try:
        ports.orders.commit(change, now, token)
    except ChangeRefused as refused:
        if refused.order_failed:
            raise
        return  # the hold had lapsed, and its seats went to other customers: nothing is left to release
    except OutcomeUnknown as unknown:
        raise Unavailable("It is not known yet whether your seats are free; try again.") from unknown
    with suppress(CacheDown):
        ports.cache.free(event, visitor, order, list(change.acts), token, True, now)


def ask_admission(visitor: Visitor, action: str, ports: HoldPorts, now: int) -> Admission:
    try:
        return ports.cache.admit(visitor, action, now)
    except CacheDown:
        return Admission()


def current_order(event: Event, order_id: str | None, visitor: Visitor, ports: HoldPorts) -> Order | None:
    assert visitor.user_id is not None
    if order_id is None:
        return ports.orders.newest(visitor.user_id, event.event_id, None)
    return ports.orders.current(visitor.user_id, event.event_id, order_id)


def end_queued(event: Event, order_id: str | None, visitor: Visitor, ports: HoldPorts, now: int) -> None:
    """Ends a hold that still waits on its lane, before a worker makes it.

    Raises ChangeConflicted if a worker has made it meanwhile, and UnknownOrder if no such hold waits.
    """
    try:
        queued = ports.cache.queued(event, visitor, order_id) if order_id is not None else None
    except CacheDown:
        queued = None
    if queued is None:
        raise UnknownOrder("You hold no seats of this showing under that order." if order_id else "You hold no seats.")
    # The order's current key has the sale in it: the write checks there that no worker has made the order.
    request = HoldRequest(queued.user_id, event, {}, queued.order_id, sale=queued.sale)
    try:
        ended = end_queued_order(request, Status.RELEASED, None, ports.orders, ports.ids.token, now)
    except OutcomeUnknown as unknown:
        raise Unavailable("It is not known yet whether your seats are free; try again.") from unknown
    if not ended:
        raise ChangeConflicted(order_conflicted=True, seats=())
