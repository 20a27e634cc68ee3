"""What a request for more time does to a live hold. Pure.

first hold         end            new end            extendable_until
    |----- hold_ms --|                |                       |
               now --|--- hold_ms ----|                       |
    |------------------------- hold_ms_max -------------------|
"""

from dataclasses import dataclass, replace

from box_office.domain.catalogue import Event
from box_office.domain.errors import (
    AlreadyBooked,
    EventCancelled,
    HoldExpired,
    HoldLimitReached,
    IdempotencyKeyReused,
    PaymentInProgress,
)
from box_office.domain.holding import HoldLimits, Replay, SameHold, with_answer
from box_office.domain.orders import BEING_PAID, Order, Status
from box_office.domain.seats import Change, SeatAct

EXTEND_ROUTE = "ExtendHold"
GAIN_MS_MIN = 60_000  # less time than that is not worth a write


@dataclass(frozen=True)
class ExtendRequest:
    key: str | None = None  # Idempotency-Key
    fingerprint: str = ""


def decide_extend(
    order: Order, event: Event, request: ExtendRequest, now: int, limits: HoldLimits
) -> SameHold | Replay | Change:
    """Raises EventCancelled, PaymentInProgress, AlreadyBooked, HoldExpired, HoldLimitReached, IdempotencyKeyReused."""
    record = order.key_record(EXTEND_ROUTE, request.key) if request.key is not None else None
    if record is not None:
        if record.fingerprint != request.fingerprint:
            raise IdempotencyKeyReused("This Idempotency-Key came with another request before.")
        return Replay(order, record)
    if event.cancelled_at is not None:
        raise EventCancelled("This showing is cancelled.")
    if order.status in BEING_PAID:
        raise PaymentInProgress("These seats are being paid for; they are safe meanwhile.")
    if order.status is Status.BOOKED:
        raise AlreadyBooked("These seats are booked.")
    if event.over(now):
        raise HoldExpired("This showing is over.")
    if not order.holds_seats(now):
        raise hold_is_over()
    last = order.extendable_until(limits.hold_ms_max)
    if order.hold_until >= last:
        raise HoldLimitReached("These seats have been held for as long as can be; buy them or let them go.")
    hold_until = min(now + limits.hold_ms, last)
    if hold_until - order.hold_until < GAIN_MS_MIN:
        return SameHold(order)
    extended = replace(order, revision=order.revision + 1, hold_until=hold_until)
    after = with_answer(extended, EXTEND_ROUTE, request.key, request.fingerprint, 200)
    return Change(order, after, dict.fromkeys(order.seat_prices, SeatAct.EXTEND))


def hold_is_over() -> HoldExpired:
    return HoldExpired("This hold is over; hold the seats again.")
