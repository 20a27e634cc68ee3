"""Writes a hold, which the table accepts or refuses, and answers the customer accordingly (DESIGN section 5)."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from box_office.domain.errors import (
    BoxOfficeError,
    CompanionWithoutWheelchair,
    IdempotencyKeyInUse,
    SalesClosed,
    SeatsUnavailable,
    TooManySeats,
    Unavailable,
)
from box_office.domain.holding import (
    HoldRequest,
    Replay,
    SameHold,
    as_answered,
    check_not_booked_already,
    decide_hold,
    recorded,
)
from box_office.domain.orders import Order, OrderRef
from box_office.domain.seat_map import soonest_release
from box_office.domain.seats import Change, SeatAct, SeatRow
from box_office.ports import CacheDown, ChangeConflicted, ChangeRefused, Marked, OutcomeUnknown
from box_office.use_cases.hold_in_progress import Held, Holding, Queued
from box_office.use_cases.queue_hold import queued_instead
from box_office.use_cases.rounds import ROUNDS_MAX

# A customer who asks for seats that they have booked already is answered with that, not with one of these errors.
RULES_OF_A_SELECTION = (TooManySeats, SalesClosed, CompanionWithoutWheelchair)


def answered(holding: Holding, known: bool) -> Held | Queued:
    """Writes the hold, and removes the marks if it was certainly not written.

    `known`: the cache says that the user has begun an order of this event before, so that order is read first.
    """
    current = None
    try:
        current = holding.newest if known or holding.request.needs_earlier_tickets else None
        held = write(holding, current)
    except ChangeRefused as refused:
        # The seats were taken, and the cache let the request pass: it was behind the table, or down.
        holding.ports.counters.count("StaleRefusals")
        holding.take_back(refused.seats)
        check_own_tickets(holding, booked_in(holding, refused.seats))
        raise SeatsUnavailable([row.seat_id for row in refused.seats], next_release(holding)) from refused
    except ChangeConflicted as conflicted:
        holding.ports.counters.count("WriteConflicts")
        holding.take_back()
        raise contention(holding.request, conflicted) from conflicted
    except (OutcomeUnknown, Unavailable) as away:
        if isinstance(away, OutcomeUnknown):
            holding.ports.counters.count("UnknownWrites")
        return queued_instead(holding, current, away)
    except RULES_OF_A_SELECTION:
        holding.take_back()
        with suppress(Unavailable):
            # The tickets may be of an order before the newest.
            request = holding.request
            rows = holding.seats.named(request.event.event_id, list(request.seat_prices))
            check_own_tickets(holding, booked_in(holding, rows))
        raise
    except BoxOfficeError:
        holding.take_back()
        raise
    if not held.written:
        holding.take_back()
    return held


def write(holding: Holding, current: Order | None) -> Held:
    """Decides by `current`, the newest order as far as it is known, and writes. If the table has another order there,
    it decides again by that one.

    Raises ChangeRefused if other customers have seats, ChangeConflicted, OutcomeUnknown, and decide_hold's errors.
    """
    ports, now = holding.ports, holding.now
    for attempt in range(ROUNDS_MAX):
        decision = decide_hold(current, holding.request, now, holding.limits)
        if isinstance(decision, Replay):
            return Held(as_answered(decision.order, decision.record), decision.record.status_code)
        if isinstance(decision, SameHold):
            return Held(decision.order, 200)
        try:
            holding.orders.commit(decision, now, ports.ids.token())
        except ChangeRefused as refused:
            if not refused.order_failed:
                raise
            current = refused.order
            continue
        if holding.marked is not None:
            tell_of_freed(decision, holding, holding.marked, met_another=attempt > 0)
        added = SeatAct.TAKE in decision.acts.values()
        return Held(decision.after, 201 if added else 200, written=True)
    raise ChangeConflicted(order_conflicted=True, seats=list(holding.request.seat_prices))


def replay_of(holding: Holding) -> Held | None:
    if holding.request.key is None or (newest := holding.newest) is None:
        return None
    record = recorded(newest, holding.request)
    return Held(as_answered(newest, record), record.status_code) if record else None


def booked_in(holding: Holding, rows: Sequence[SeatRow]) -> set[str]:
    """The ids of the orders that the wanted seats' rows name, if each of them is booked for the holder; else none."""
    booked = {row.seat_id: row.order_id for row in rows if row.booked_by(holding.marks.holder)}
    if booked.keys() != holding.request.seat_prices.keys():
        return set()
    return {order_id for order_id in booked.values() if order_id is not None}


def check_own_tickets(holding: Holding, order_ids: Iterable[str]) -> None:
    """Raises AlreadyBooked if these orders of the holder have live tickets for all the wanted seats. One read; none
    without an order. Raises Unavailable if the orders cannot be read: their tickets may be live or not."""
    request = holding.request
    refs = [OrderRef(request.user_id, request.event.event_id, order_id, request.sale) for order_id in order_ids]
    if refs:
        check_not_booked_already(holding.orders.located(refs), request)


def tell_of_freed(change: Change, holding: Holding, marked: Marked, met_another: bool) -> None:
    """Corrects the cache after the write. The marks already show the given-up seats as empty. So the cache is corrected
    only if the write freed other seats than these, or if another device, which changed the order after the marks were
    made, may have marked the freed seats.

    `met_another`: the write was refused once, because the order had changed.
    """
    cache, marks = holding.ports.cache, holding.marks
    freed = [seat for seat, act in change.acts.items() if act is SeatAct.FREE]
    not_freed = [seat for seat in marked.given_up if seat not in freed]
    before = change.before
    raced = met_another or (before is not None and before.changed_at > holding.now)
    with suppress(CacheDown):
        if before is not None and freed and (raced or set(freed) != set(marked.given_up)):
            cache.free(marks.event, marks.visitor, before, freed, marks.token, False, holding.now)
        if not_freed:
            cache.take_back(marks, not_freed, holding.now)


def contention(request: HoldRequest, conflicted: ChangeConflicted) -> BoxOfficeError:
    if request.key is not None:
        return IdempotencyKeyInUse("The same request is being processed.")
    return SeatsUnavailable(list(conflicted.seats) or list(request.seat_prices), None)


def next_release(holding: Holding) -> int | None:
    marks = holding.marks
    with suppress(CacheDown):
        return soonest_release(holding.ports.cache.read_map(marks.event, None, holding.now).seats, marks.seat_count)
    return None
