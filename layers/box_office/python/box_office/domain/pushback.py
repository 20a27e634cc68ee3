"""Whether a lane has room for one more payment, and what a customer keeps who has to come back. Pure.

A pin that no worker reaches ends after an hour, and its seats come free. A payment is therefore accepted only while its
lane is sure to reach it: capacity alone turns no accepted payment into an expired one.
"""

from dataclasses import replace

from box_office.domain.orders import Order
from box_office.domain.payments import Kind
from box_office.domain.seats import Change, SeatAct

WORK_MS_MAX = 45 * 60_000  # of a lane; a quarter of an hour less than a pin waits for a worker
CALLS_PER_PAYMENT = 3  # at most, of one that is tried once: create, confirm, and cancel after a decline
RETRY_AFTER_SECONDS = 60


def has_to_wait(order: Order, work_ms: int) -> bool:
    """`order`: as it is pinned. `work_ms`: how long its lane needs for what waits on it. Cash and free orders make no
    call to the provider; whatever waits, the reconciler records them too."""
    attempt = order.current_attempt
    assert attempt is not None
    return work_ms >= WORK_MS_MAX and not attempt.in_cash and attempt.method.kind is not Kind.FREE


def kept_while_waiting(order: Order, hold_ms_max: int) -> Change | None:
    """The hold, as long as a hold can be; None if it is so long already."""
    last = order.extendable_until(hold_ms_max)
    if order.hold_until >= last:
        return None
    extended = replace(order, revision=order.revision + 1, hold_until=last)
    return Change(order, extended, dict.fromkeys(order.seat_prices, SeatAct.EXTEND))
