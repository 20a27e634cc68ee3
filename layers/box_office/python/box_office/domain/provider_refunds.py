"""Refunds as the provider lists them, compared with those that the order knows. Pure.

A refund that was made at the provider's dashboard is recorded here, and one of ours that failed late is found. Once all
of the capture that the tickets were paid with has gone back, the tickets are void and their seats come free.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from box_office.domain.orders import Order, Status, changed
from box_office.domain.payments import ListedRefund, Origin, Refund, RefundState
from box_office.domain.refunding import refund_change, with_changed_refund, with_void_tickets
from box_office.domain.seats import Change, SeatAct
from box_office.domain.tickets import REFUNDED

BY_PROVIDER = "provider"
REFUNDED_THERE = "refunded_at_provider"


def refunds_listed(
    order: Order, newest: Order, number: int, intent_id: str, listed: Sequence[ListedRefund], now: int, voids: bool
) -> Change | None:
    """The order as the provider's list makes it; None if the order says all of it already.

    `number`: the attempt that the intent names. `newest`: the user's newest item of the event, which counts the tickets
    of earlier orders. `voids`: whether tickets whose whole price went back become void.
    """
    after = order
    for one in standing(listed):
        after = with_listed(after, number, intent_id, one, now)
    live = [ticket["ticket_id"] for ticket in after.tickets if ticket["status"] != REFUNDED]
    if voids and all_went_back(after) and (live or after.status is Status.PAID):
        return tickets_void(order, after, newest, live, now)
    return Change(order, changed(after).due(now), {}) if after != order else None


def standing(listed: Iterable[ListedRefund]) -> list[ListedRefund]:
    """One refund a key: Stripe may list a failed try beside the one that stands."""
    found: dict[str, ListedRefund] = {}
    for one in listed:
        name = one.key or one.reference
        if name not in found or found[name].state is RefundState.REFUSED:
            found[name] = one
    return list(found.values())


def with_listed(order: Order, number: int, intent_id: str, listed: ListedRefund, now: int) -> Order:
    attempt = order.attempt_numbered(number)
    of_attempt = attempt is not None and attempt.intent_id == intent_id
    surplus = not (of_attempt and order.takes_money and number == order.attempt)
    known = known_refund(order, number, surplus, listed)
    if known is not None:
        if known.state in (RefundState.ASKED, RefundState.SETTLED):
            return order  # the provider is asked about it anyway; or a person has ended it
        told = replace(known, state=listed.state, reference=listed.reference, failure=listed.reason)
        return with_changed_refund(order, told) if told != known else order
    made = Refund(
        refund_id=listed.reference,
        attempt=number,
        amount=listed.amount,
        tickets=(),
        state=listed.state,
        asked_at=now,
        asked_by=BY_PROVIDER,
        origin=Origin.PROVIDER,
        surplus=surplus,
        intent_id=None if of_attempt else intent_id,
        reference=listed.reference,
        failure=listed.reason,
    )
    return with_changed_refund(replace(order, refunds=(*order.refunds, made)), made)


def known_refund(order: Order, number: int, surplus: bool, listed: ListedRefund) -> Refund | None:
    for refund in order.refunds:
        if refund.refund_id == listed.key or refund.reference == listed.reference:
            return refund
    if listed.key is not None:
        return None
    same = [one for one in order.refunds if (one.attempt, one.amount) == (number, listed.amount)]
    return next((one for one in same if is_the_same(one, surplus)), None)


def is_the_same(refund: Refund, surplus: bool) -> bool:
    """Whether a refund of the same amount, made at the dashboard, is this one: the provider refused ours and a person
    made it there, or ours was answered with "given back before", or it can be given back only once."""
    if refund.origin is Origin.PROVIDER or refund.surplus is not surplus:
        return False
    given_before = refund.state is RefundState.DONE and refund.reference is None
    return surplus or given_before or refund.state is RefundState.REFUSED


def all_went_back(order: Order) -> bool:
    """Of the capture that the tickets were paid with, a part of it at the provider's dashboard."""
    accepted = [
        refund
        for refund in order.refunds
        if not refund.surplus and refund.state in (RefundState.PENDING, RefundState.DONE)
    ]
    by_provider = any(refund.origin is Origin.PROVIDER for refund in accepted)
    return by_provider and order.takes_money and sum(refund.amount for refund in accepted) >= order.price


def tickets_void(before: Order, after: Order, newest: Order, live: Sequence[str], now: int) -> Change:
    """REFUNDING first, and PENDING: the next visit asks whether the money has arrived, and makes it REFUNDED."""
    last = [refund for refund in after.refunds if refund.origin is Origin.PROVIDER and not refund.surplus][-1]
    taken = replace(last, tickets=(*last.tickets, *live), state=RefundState.PENDING)
    refunds = tuple(taken if refund.refund_id == last.refund_id else refund for refund in after.refunds)
    void = with_void_tickets(replace(after, refunds=refunds, reason=REFUNDED_THERE), live)
    if before.status is Status.PAID:
        refunding = changed(replace(void, status=Status.REFUNDING, pinned_at=None))
        return Change(before, refunding.due(now), dict.fromkeys(before.seat_prices, SeatAct.FREE_PINNED))
    change = refund_change(before, changed(void), newest, len(live), now)
    seats = [ticket["seat_id"] for ticket in before.tickets if ticket["ticket_id"] in live]
    return replace(change, acts=dict.fromkeys(seats, SeatAct.FREE_BOOKED))
