"""RefundBooking: voids tickets and writes their refund, in one write; then a worker asks the provider for it."""

from contextlib import suppress
from dataclasses import dataclass, replace

from box_office.domain.errors import IdempotencyKeyInUse, PaymentInProgress, Unavailable, UnknownEvent, UnknownOrder
from box_office.domain.orders import Order
from box_office.domain.refunding import Refunding, RefundLimits, RefundRequest, decide_refund
from box_office.ports import Clock, Events, Ids, Lanes, Orders, OutcomeUnknown
from box_office.use_cases.lanes import tell_lane
from box_office.use_cases.rounds import NOT_COMMITTED, in_rounds


@dataclass(frozen=True)
class RefundPorts:
    orders: Orders
    events: Events
    lanes: Lanes
    clock: Clock
    ids: Ids


def refund_booking(
    user_id: str,
    event_id: str,
    order_id: str | None,
    request: RefundRequest,
    ports: RefundPorts,
    limits: RefundLimits,
) -> Refunding:
    """`order_id`: any order of the user's own; for a manager, any order at all. Raises the errors of API.md's
    RefundBooking."""
    now = ports.clock.now_ms()
    try:
        return in_rounds(lambda: one_refund(user_id, event_id, order_id, request, ports, limits, now))
    except NOT_COMMITTED as busy:
        if request.key is not None:
            raise IdempotencyKeyInUse("The same request is being processed.") from busy
        raise PaymentInProgress("Another request is changing this order.") from busy


def one_refund(
    user_id: str,
    event_id: str,
    order_id: str | None,
    request: RefundRequest,
    ports: RefundPorts,
    limits: RefundLimits,
    now: int,
) -> Refunding:
    order = wanted_order(user_id, event_id, order_id, request, ports)
    event = ports.events.fresh(event_id)
    if event is None:
        raise UnknownEvent("There is no such showing.")
    if request.theater_id not in (None, order.theater_id):
        request = replace(request, manager=False)  # at another theater a manager is a customer like others
    newest = ports.orders.newest(order.user_id, event_id, order.sale) if order.superseded else order
    decision = decide_refund(order, newest or order, event, request, now, limits)
    if isinstance(decision, Refunding):
        return decision
    try:
        ports.orders.commit(decision, now, ports.ids.token())
    except OutcomeUnknown as unknown:
        raise Unavailable("It is not known yet whether the refund was taken; try again.") from unknown
    after = decision.after
    with suppress(Unavailable):  # the reconciler finds the order within a minute
        tell_lane(after, ports.lanes)
    return Refunding(after, False, after.refunds[-1].amount)


def wanted_order(
    user_id: str, event_id: str, order_id: str | None, request: RefundRequest, ports: RefundPorts
) -> Order:
    if order_id is None:
        order = ports.orders.newest(user_id, event_id, None)
    else:
        order = ports.orders.find(user_id, event_id, order_id)
        if order is None and request.manager:
            order = ports.orders.by_id(order_id)
            if order is not None and request.theater_id not in (None, order.theater_id):
                order = None
    if order is None or order.event_id != event_id:
        raise UnknownOrder("There is no such booking of this showing.")
    return order
