"""Captures: money that was taken for an order, and what is written when the order cannot take it. Pure.

A capture that the order cannot take (a second one, one of a final order, cash beside a card) is surplus. Its refund is
written in the order together with the capture, so that no surplus capture is recorded without its refund.
"""

from dataclasses import dataclass, replace

from box_office.domain.catalogue import Event
from box_office.domain.orders import Order, OrderRef, Status, changed
from box_office.domain.payments import Attempt, AttemptState, Kind, Method, Origin, Refund, RefundState
from box_office.domain.seats import Change

SURPLUS = "surplus"
UNKNOWN_CHARGE = "unknown_charge"
NOT_KNOWN = "unknown"


@dataclass(frozen=True)
class Captured:
    """A capture as the provider reports it."""

    intent_id: str
    amount: int  # minor units
    currency: str


def cash_reference(order: Order, number: int, kind: Kind = Kind.CASH) -> str:
    """The `intent_id` of an attempt that a clerk took, for which the provider makes no intent."""
    return f"{kind}_{order.order_id}_{number}"


def with_refund(
    order: Order, amount: int, tickets: tuple[str, ...], asked_by: str, origin: Origin, reason: str | None, now: int
) -> Order:
    """The order with a refund of its tickets' price, asked for."""
    refund_id = f"{order.order_id}/refund/{len(order.refunds) + 1}"
    refund = Refund(refund_id, order.attempt, amount, tickets, RefundState.ASKED, now, asked_by, reason, origin)
    return replace(order, refunds=(*order.refunds, refund))


def with_surplus_refund(order: Order, attempt: Attempt, now: int) -> Order:
    refund_id = f"{order.order_id}/{attempt.number}/refund"
    return with_way_back(order, refund_id, attempt.number, attempt.amount, SURPLUS, now)


def with_way_back(
    order: Order, refund_id: str, number: int, amount: int, reason: str, now: int, intent_id: str | None = None
) -> Order:
    """The order with a refund of a surplus capture, asked for by the system."""
    asked = (refund_id, number, amount, (), RefundState.ASKED, now)
    refund = Refund(*asked, "system", reason, Origin.SYSTEM, surplus=True, intent_id=intent_id)
    return replace(order, refunds=(*order.refunds, refund))


def with_capture(order: Order, number: int, now: int) -> Order:
    """The order with this attempt captured. Cash that was taken while its card was still open is surplus."""
    attempt = order.attempt_numbered(number)
    assert attempt is not None
    after = order.with_attempt(replace(attempt, state=AttemptState.CAPTURED, next_action=None, replaced_by=None))
    if not attempt.cash_waits:
        return after
    assert attempt.replaced_by is not None
    cash_number = max(one.number for one in order.attempts) + 1
    reference = cash_reference(order, cash_number, attempt.replaced_by.kind)
    cash = Attempt(cash_number, AttemptState.CAPTURED, attempt.replaced_by, order.price, reference)
    return with_surplus_refund(after.with_attempt(cash), cash, now)


def record_orphan_capture(order: Order, number: int, now: int) -> Change:
    """Records a capture that its order cannot take, with its refund, and changes nothing else of the order."""
    after = with_capture(order, number, now)
    attempt = after.attempt_numbered(number)
    assert attempt is not None
    return Change(order, changed(with_surplus_refund(after, attempt, now)).due(now), {})


def ask_surplus_refund(order: Order, attempt: Attempt, now: int) -> Change:
    """Adds the refund of a surplus capture that the order has recorded without one."""
    return Change(order, changed(with_surplus_refund(order, attempt, now)).due(now), {})


def capture_of_no_attempt(order: Order, number: int, capture: Captured, now: int) -> Change | None:
    """Adds the refund of a capture that names this order, but whose intent no attempt has. None if the refund is
    written already."""
    refund_id = f"{capture.intent_id}/refund"
    if any(refund.refund_id == refund_id for refund in order.refunds):
        return None
    after = with_way_back(order, refund_id, number, capture.amount, UNKNOWN_CHARGE, now, capture.intent_id)
    return Change(order, changed(after).due(now), {})


def capture_of_no_order(ref: OrderRef, number: int, capture: Captured, event: Event | None, now: int) -> Change:
    """Begins an order for a capture that names one that does not exist: EXPIRED, and with the capture's refund.
    `event`: the showing that it names. None: there is no such showing any more, so the film and the theater have an id
    that names none, and the time is that of the record."""
    attempt = Attempt(number, AttemptState.CAPTURED, Method(Kind.CARD), capture.amount, capture.intent_id)
    order = Order(
        user_id=ref.user_id,
        order_id=ref.order_id,
        event_id=ref.event_id,
        movie_id=event.movie_id if event is not None else NOT_KNOWN,
        theater_id=event.theater_id if event is not None else NOT_KNOWN,
        movie_time=event.movie_time if event is not None else now,
        status=Status.EXPIRED,
        seat_prices={},
        currency=capture.currency,
        revision=1,
        hold_until=now,
        first_held_at=now,
        sale=ref.sale,
        superseded=True,
        attempt=number,
        attempts=(attempt,),
        reason=UNKNOWN_CHARGE,
    )
    return Change(None, with_surplus_refund(order, attempt, now).due(now), {})
