"""Whether a lane has room for one more payment, and what a customer keeps who has to come back. Pure.

A pin ends at its cap: an hour after it was made if no worker reaches it, a quarter of an hour after a worker's first
call. A payment is therefore accepted only while its lane has work for three quarters of that time at most. The last
quarter is for what the queue's length does not show yet: SQS's figure lags behind by up to a minute.
"""

from dataclasses import replace
from datetime import UTC, datetime

from box_office.domain.awaiting import cap_of, waits_for_worker
from box_office.domain.errors import Unavailable
from box_office.domain.orders import Order
from box_office.domain.paying import PayLimits
from box_office.domain.payments import TAKEN_BY_CLERKS, Kind
from box_office.domain.seats import Change, SeatAct

# At most, of one that is tried once. A sale is two: create, confirm; three if the card is saved. A decline is three:
# the worker cancels the intent.
CALLS_PER_PAYMENT = 3
RETRY_AFTER_SECONDS = 60  # at most


def has_to_wait(order: Order, work_ms: int, now: int, limits: PayLimits) -> bool:
    """`order`: as the submission would leave it. `work_ms`: how long its lane needs for what waits on it. A method that
    needs no call to the provider never waits: the reconciler records it too."""
    attempt = order.current_attempt
    assert attempt is not None
    submitted = attempt.replaced_by or attempt.method
    if work_ms == 0 or submitted.kind in TAKEN_BY_CLERKS or submitted.kind is Kind.FREE:
        return False
    return work_ms * 4 >= (cap_of(order, limits) - now) * 3


def due_once_reached(pin: Change, work_ms: int, now: int, limits: PayLimits) -> Change:
    """The pin, due for the reconciler only when its lane's workers should have reached it: in a rush the orders that
    wait for nothing but their turn would hide those that need it."""
    after = pin.after
    if after.asked_at is not None or not waits_for_worker(after, now, limits):
        return pin
    return replace(pin, after=after.due(min(now + limits.check_ms + work_ms, cap_of(after, limits))))


def kept_while_waiting(order: Order, hold_ms_max: int) -> Change | None:
    """The hold, as long as a hold can be; None if it is so long already, or if its seats are pinned anyway."""
    last = order.extendable_until(hold_ms_max)
    if order.pinned_at is not None or order.hold_until >= last:
        return None
    extended = replace(order, revision=order.revision + 1, hold_until=last)
    return Change(order, extended, dict.fromkeys(order.seat_prices, SeatAct.EXTEND))


def refused_for_now(order: Order, now: int, limits: PayLimits) -> Unavailable:
    """The answer to a customer whose payment has to wait, with how long the seats are theirs. They are asked to come
    back when half of that time is over at the latest, so that one attempt that fails does not cost them the seats.
    `order`: with its hold as long as `kept_while_waiting` made it."""
    waiting = "More payments are waiting than can be made in time."
    if order.pinned_at is not None:
        kept_until = cap_of(order, limits)
        detail = f"{waiting} The payment that you have begun keeps your seats; try again."
    else:
        kept_until = order.hold_until
        detail = f"{waiting} Your seats are yours until {clock_time(kept_until)}; try again before then."
    half_of_it = (kept_until - now) // 2_000
    return Unavailable(detail, max(1, min(RETRY_AFTER_SECONDS, half_of_it)))


def clock_time(time_ms: int) -> str:
    """`10:31:05 UTC`."""
    return f"{datetime.fromtimestamp(time_ms // 1000, UTC):%H:%M:%S} UTC"
