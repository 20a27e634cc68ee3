"""ExtendHold: a live hold gets fresh time, in one conditional write over its order and all its seats.

Ada reads the order (revision r)                      another request, or another customer
  |                                                     |
  | TransactWriteItems                                  | releases, pays, replaces, cancels: revision r + 1
  |   order: still this id at revision r                | takes a seat once the hold has lapsed
  |   seats: each still the order's, and unpinned       |
  v                                                     v
all ends move, or none. The cache hears of it afterwards; until it does, others are refused by the table.
"""

from contextlib import suppress

from box_office.domain.catalogue import Event
from box_office.domain.errors import IdempotencyKeyInUse, Unavailable, UnknownOrder
from box_office.domain.extending import ExtendRequest, decide_extend, hold_is_over
from box_office.domain.holding import HoldLimits, Replay, SameHold, as_answered
from box_office.ports import CacheDown, ChangeRefused, OutcomeUnknown, Visitor
from box_office.use_cases.admission import refusal
from box_office.use_cases.hold_in_progress import Held, HoldPorts, check_time_left
from box_office.use_cases.release_seat import ask_admission, current_order
from box_office.use_cases.rounds import NOT_COMMITTED, in_rounds


def extend_hold(
    event_id: str, order_id: str | None, visitor: Visitor, request: ExtendRequest, ports: HoldPorts, limits: HoldLimits
) -> Held:
    """Raises UnknownEvent, UnknownOrder, RateLimited, Blocked, Unavailable, and what decide_extend raises.

    An `order_id` that is not the current order changes nothing: a late retry never hits the next order.
    """
    now = ports.clock.now_ms()
    event = ports.catalogue.event(event_id, now).value
    admission = ask_admission(visitor, "hold", ports, now)
    if admission.code is not None:
        raise refusal(admission, ports.blocks)
    try:
        return in_rounds(lambda: extend_once(event, order_id, visitor, request, ports, limits, now))
    except NOT_COMMITTED as busy:
        if request.key is not None:
            raise IdempotencyKeyInUse("The same request is being processed.") from busy
        raise Unavailable("Another request of yours is changing this hold; try again.") from busy


def extend_once(
    event: Event,
    order_id: str | None,
    visitor: Visitor,
    request: ExtendRequest,
    ports: HoldPorts,
    limits: HoldLimits,
    now: int,
) -> Held:
    check_time_left(ports, now)
    order = current_order(event, order_id, visitor, ports)
    if order is None:
        raise UnknownOrder("You hold no seats of this showing under that order." if order_id else "You hold no seats.")
    decision = decide_extend(order, event, request, now, limits)
    if isinstance(decision, Replay):
        return Held(as_answered(decision.order, decision.record), decision.record.status_code)
    if isinstance(decision, SameHold):
        return Held(decision.order, 200)
    try:
        ports.orders.commit(decision, now, ports.ids.token())
    except ChangeRefused as refused:
        if refused.order_failed:
            raise
        raise hold_is_over() from refused  # it had lapsed, and its seats went to other customers
    except OutcomeUnknown as unknown:
        raise Unavailable("It is not known yet how long you hold your seats; try again.") from unknown
    with suppress(CacheDown):
        ports.cache.extend(event, visitor, decision.after, now)
    return Held(decision.after, 200, written=True)
