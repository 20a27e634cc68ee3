"""What paying does to an order: each function is one transition of DESIGN section 4, as one transaction. Pure.

HELD --submit--> PAYING --charged--> PAID --booked--> BOOKED, and the ways out: declined, capped, unresolved, refunded.
Every outcome names its attempt; an attempt that is not the order's current one only changes its own record.
The submit itself is in submitting.py.
"""

from dataclasses import dataclass, replace

from box_office.domain.captures import with_capture, with_refund
from box_office.domain.catalogue import Event, Room
from box_office.domain.declines import Decline
from box_office.domain.orders import Order, Status, changed
from box_office.domain.payments import Attempt, AttemptState, Method, NextAction, Origin
from box_office.domain.seats import Change, SeatAct
from box_office.domain.sold_as import seats_are_there, sold_as_it_is
from box_office.domain.tickets import new_tickets

ANNOUNCED_MS = 60_000  # the longest that a PAID order waits until it is due: a lost payment-complete is sent again then
# From so many declines on, of this order or of this user within the hour, an attempt waits so many seconds.
WAITS = ((20, 120), (10, 60), (5, 30), (4, 16), (3, 8), (2, 4))


@dataclass(frozen=True)
class PayLimits:
    cap_ms: int = 900_000  # the longest that a pin lasts, from `asked_at`
    unreached_ms: int = 3_600_000  # the longest that a pin lasts, from `pinned_at`, if no worker reaches it
    worker_ms: int = 720_000  # from `asked_at`: after it no worker creates or confirms
    decline_ms: int = 120_000  # at least so long an order is held after a decline, within `hold_ms_max`
    hold_ms_max: int = 1_800_000  # from the order's first hold
    attempts_max: int = 10
    check_ms: int = 60_000  # until the reconciler checks the order


def start_attempt(order: Order, method: Method) -> Order:
    number = max((order.attempt, *(attempt.number for attempt in order.attempts))) + 1
    attempt = Attempt(number, AttemptState.STARTED, method, order.price)
    return replace(order, attempt=number, attempts=(*order.attempts, attempt))


def wait_seconds(order: Order, declines: int = 0) -> int:
    """How long the order's current attempt waits on its lane, after so many declines of the user in this hour: cards
    that are declined again and again leave the lane's workers to other customers. The seats are pinned meanwhile.
    Nothing waits for a method that makes no call to the provider."""
    attempt = order.current_attempt
    assert attempt is not None
    if not attempt.needs_provider:
        return 0
    before = max(attempt.number - 1, declines)
    return next((seconds for count, seconds in WAITS if before >= count), 0)


def wait_left(order: Order, declines: int, now: int) -> int:
    """Whole seconds that are left of the attempt's wait, from the submit on; 0 when it is over."""
    assert order.pinned_at is not None
    return max(0, wait_seconds(order, declines) - (now - order.pinned_at) // 1000)


def asked(order: Order, now: int, limits: PayLimits) -> Change:
    """Written before the first call to the provider: the cap counts from `now`, also for later methods of this pin."""
    soon = now + limits.check_ms // 2  # were it due earlier, the reconciler might send it again while it is worked on
    return Change(order, changed(order, asked_at=now).due_by(now + limits.check_ms, not_before=soon), {})


def intent_stored(order: Order, number: int, intent_id: str) -> Change:
    """Written before a worker confirms the intent, and only while the order is PAYING under this attempt."""
    attempt = of_current(order, number)
    return Change(order, changed(order.with_attempt(replace(attempt, intent_id=intent_id))), {})


def waits_for_customer(order: Order, number: int, next_action: NextAction, at: int) -> Change:
    attempt = replace(of_current(order, number), next_action=next_action.copy())
    return Change(order, changed(order.with_attempt(attempt)).due(at), {})


def charged(order: Order, number: int, now: int, intent_id: str | None = None) -> Change:
    """PAYING -> PAID under the current attempt. PAID has no cap. `intent_id`: set for cash, which has no intent at the
    provider. The reconciler announces the order again if it is still PAID within its next run but one."""
    attempt = of_current(order, number)
    named = order.with_attempt(replace(attempt, intent_id=intent_id or attempt.intent_id))
    return Change(order, changed(with_capture(named, number, now), status=Status.PAID).due_by(now + ANNOUNCED_MS), {})


def charged_late(order: Order, number: int, now: int) -> Change:
    """UNRESOLVED -> PAID: the transaction pins all the order's seats again, or fails."""
    of_current(order, number)
    after = changed(with_capture(order, number, now), status=Status.PAID, pinned_at=now)
    return Change(order, after.due(now), dict.fromkeys(order.seat_prices, SeatAct.REPIN))


def charged_for_nothing(order: Order, number: int, now: int, reason: str) -> Change:
    """UNRESOLVED -> REFUNDING: charged, but not all its seats are free, or the order can have no tickets any more."""
    of_current(order, number)
    return Change(order, all_given_back(with_capture(order, number, now), reason, now), {})


def all_given_back(order: Order, reason: str, now: int) -> Order:
    """The order as REFUNDING, with a refund of all that it paid: it gets no tickets."""
    after = changed(order, status=Status.REFUNDING, reason=reason, pinned_at=None)
    return with_refund(after, order.refundable, (), "system", Origin.SYSTEM, reason, now).due(now)


def orphaned_intent_cancelled(order: Order, number: int) -> Change:
    """The intent of an orphaned attempt is cancelled: it can never be charged any more."""
    attempt = order.attempt_numbered(number)
    assert attempt is not None
    after = changed(order.with_attempt(replace(attempt, state=AttemptState.CANCELLED, next_action=None)))
    return Change(order, after.due(order.due_at or 0), {})


def declined(order: Order, number: int, decline: Decline, now: int, open_: bool, limits: PayLimits) -> Change:
    """PAYING -> HELD until the later of the old end and `decline_ms` from now, within `hold_ms_max`; else -> EXPIRED.

    Written only after the provider has answered the cancel of the intent. `open_`: the order could still have tickets
    of the event.
    """
    attempt = replace(of_current(order, number), state=AttemptState.DECLINED, decline=decline.copy(), next_action=None)
    after = changed(order.with_attempt(attempt), pinned_at=None, asked_at=None)
    last = order.first_held_at + limits.hold_ms_max
    # The old end was promised to the customer: a stage that lowers `hold_ms_max` does not shorten it.
    until = max(order.hold_until, min(last, now + limits.decline_ms))
    if not open_ or until <= now:
        reason = "declined" if open_ else "event_closed"
        return expire(order, replace(after, status=Status.EXPIRED, reason=reason), SeatAct.FREE_PINNED)
    held = replace(after, status=Status.HELD, hold_until=until).due(0)
    return Change(order, held, dict.fromkeys(order.seat_prices, SeatAct.UNPIN))


def capped(order: Order, reason: str) -> Change:
    """-> EXPIRED at the cap. The order is definitely not charged: its intent is cancelled, or none was ever stored."""
    after = changed(order, status=Status.EXPIRED, reason=reason, pinned_at=None)
    current = order.current_attempt
    if current is not None and current.open:
        after = after.with_attempt(replace(current, state=AttemptState.CANCELLED, next_action=None))
    pinned = order.status is Status.PAYING
    return expire(order, after, SeatAct.FREE_PINNED if pinned else None)


def unresolved(order: Order, now: int, limits: PayLimits) -> Change:
    """PAYING -> UNRESOLVED at the cap, when the provider does not answer: the seats come free, and the reconciler goes
    on asking."""
    after = changed(order, status=Status.UNRESOLVED, pinned_at=None).due(now + limits.check_ms)
    return Change(order, after, dict.fromkeys(order.seat_prices, SeatAct.FREE_PINNED))


def expire(before: Order, after: Order, act: SeatAct | None) -> Change:
    acts = dict.fromkeys(before.seat_prices, act) if act is not None else {}
    return Change(before, after.due(after.due_at or 0), acts)


def next_method(order: Order, now: int, limits: PayLimits) -> Change:
    """Begins an attempt with the method that the customer submitted later, once the first intent is cancelled."""
    current = order.current_attempt
    assert current is not None and current.replaced_by is not None
    over = replace(current, state=AttemptState.CANCELLED, next_action=None, replaced_by=None)
    after = changed(start_attempt(order.with_attempt(over), current.replaced_by))
    return Change(order, after.due(now + limits.check_ms), {})


def booked(order: Order, event: Event | None, now: int, room: Room | None = None) -> Change:
    """PAID -> BOOKED with tickets. PAID -> REFUNDING if the event is over, cancelled, or no longer the showing that was
    sold: another film, time or room, or a room without these seats."""
    reason = closed_to(order, event, now)
    if reason is None and room is not None and not seats_are_there(order, room):
        reason = "event_moved"
    if reason is not None:
        after = all_given_back(order, reason, now)
        return Change(order, after, dict.fromkeys(order.seat_prices, SeatAct.FREE_PINNED))
    tickets = new_tickets(order.order_id, order.seat_prices)
    after = changed(order, status=Status.BOOKED, tickets=tickets, pinned_at=None, asked_at=None)
    # Nothing charges these methods again. Without their tokens the row of two seats stays within a kilobyte.
    attempts = tuple(
        replace(attempt, method=attempt.method.without_token, replaced_by=None) for attempt in order.attempts
    )
    return Change(order, replace(after, attempts=attempts).due(now), dict.fromkeys(order.seat_prices, SeatAct.BOOK))


def cash_takes_over(order: Order, now: int, limits: PayLimits) -> Change:
    """At the cap, when the provider does not answer about the card: the cash that was accepted meanwhile pays the
    order. The card's intent is orphaned: it is cancelled later; if it was charged, its capture is surplus."""
    current = order.current_attempt
    assert current is not None and current.replaced_by is not None
    left = order.with_attempt(replace(current, next_action=None, replaced_by=None))
    after = changed(start_attempt(left, current.replaced_by))
    return Change(order, after.due(now + limits.check_ms), {})


def closed_to(order: Order, event: Event | None, now: int) -> str | None:
    """Why this order can have no tickets of the event, in the words of the order's `reason`; None if it can."""
    if event is None:
        return "event_over"
    if event.cancelled_at is not None:
        return "event_cancelled"
    if event.over(now):
        return "event_over"
    return None if sold_as_it_is(order, event) else "event_moved"


def of_current(order: Order, number: int) -> Attempt:
    """The current attempt. Raises ValueError if `number` is another: that is a bug of the caller, not a race."""
    attempt = order.current_attempt
    if attempt is None or attempt.number != number:
        raise ValueError(f"attempt {number} is not the current one of {order.order_id}")
    return attempt
