"""Compares the refunds that the provider lists with those that the order has recorded. Pure.

A refund that a person made at the provider's dashboard is recorded in the order, and so is the late failure of one of
ours. Once all of the capture that the tickets were paid with has gone back, the tickets are void and their seats free.
"""

from collections.abc import Sequence
from dataclasses import replace

from box_office.domain.orders import Order, Status, changed
from box_office.domain.payments import Origin, Refund, RefundState
from box_office.domain.provider_answers import ListedRefund
from box_office.domain.refunding import refund_change, with_changed_refund, with_void_tickets
from box_office.domain.seats import Change, SeatAct
from box_office.domain.tickets import REFUNDED

BY_PROVIDER = "provider"
REFUNDED_THERE = "refunded_at_provider"


def refunds_listed(
    order: Order, newest: Order, number: int, intent_id: str, listed: Sequence[ListedRefund], now: int, voids: bool
) -> Change | None:
    """The change that records what the provider lists; None if the order has recorded all of it.

    `number`: the attempt that the intent names. `newest`: the user's newest item of the event, which counts the tickets
    of earlier orders. `voids`: whether tickets whose whole price went back become void.
    """
    after = with_all_listed(order, number, intent_id, listed, now)
    live = [ticket["ticket_id"] for ticket in after.tickets if ticket["status"] != REFUNDED]
    if voids and all_went_back(after) and (live or after.status is Status.PAID):
        return tickets_void(order, after, newest, live, now)
    return Change(order, changed(after).due(now), {}) if after != order else None


def refund_of_the_rest(
    order: Order, refund: Refund, intent_id: str, listed: Sequence[ListedRefund], now: int
) -> Change | None:
    """The provider made no refund, because part or all of the capture went back by refunds that we did not ask for.
    Records those, and asks for the rest alone, under an id of its own. None if the listed refunds do not explain why
    the provider made none."""
    others = replace(order, refunds=tuple(one for one in order.refunds if one.refund_id != refund.refund_id))
    others = with_all_listed(others, refund.attempt, intent_id, listed, now)
    rest = max(0, order.due_back(refund.capture) - others.standing(refund.capture))
    if rest >= refund.amount:
        return None
    again = replace(refund, refund_id=f"{refund.refund_id}/rest/{len(others.refunds)}", amount=rest)
    after = with_changed_refund(replace(others, refunds=(*others.refunds, again)), again)
    return Change(order, changed(after).due(now), {})


def with_all_listed(order: Order, number: int, intent_id: str, listed: Sequence[ListedRefund], now: int) -> Order:
    after = order
    for one in standing(listed):
        after = with_listed(after, number, intent_id, one, now)
    return after


def standing(listed: Sequence[ListedRefund]) -> list[ListedRefund]:
    """One refund a key, oldest first; the provider lists the newest first. Under one key it may list failed tries and
    one that did not fail, which then counts."""
    found: dict[str, ListedRefund] = {}
    for one in reversed(listed):
        name = one.key or one.reference
        if name not in found or found[name].state is RefundState.REFUSED:
            found[name] = one
    return list(found.values())


def with_listed(order: Order, number: int, intent_id: str, listed: ListedRefund, now: int) -> Order:
    attempt = order.attempt_numbered(number)
    of_attempt = attempt is not None and attempt.intent_id == intent_id
    surplus = not (of_attempt and order.takes_money and number == order.attempt)
    recorded = recorded_refund(order, listed)
    if recorded is not None:
        if recorded.state in (RefundState.ASKED, RefundState.SETTLED):
            return order  # ASKED: `settle_refund` asks the provider about it. SETTLED: a person has ended it
        updated = replace(recorded, state=listed.state, reference=listed.reference, failure=listed.reason)
        return with_changed_refund(order, updated) if updated != recorded else order
    if listed.key is not None and listed.state is RefundState.REFUSED:
        return order  # a failed try of a refund of ours that was asked for again under another id
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


def recorded_refund(order: Order, listed: ListedRefund) -> Refund | None:
    for refund in order.refunds:
        if refund.refund_id == listed.key or refund.reference == listed.reference:
            return refund
    return None


def all_went_back(order: Order) -> bool:
    """Whether all of the capture that the tickets were paid with went back, some of it at the provider's dashboard."""
    accepted = accepted_of_tickets(order)
    by_provider = any(refund.origin is Origin.PROVIDER for refund in accepted)
    return by_provider and order.takes_money and sum(refund.amount for refund in accepted) >= order.price


def accepted_of_tickets(order: Order) -> list[Refund]:
    accepted = (RefundState.PENDING, RefundState.DONE)
    return [refund for refund in order.refunds if not refund.surplus and refund.state in accepted]


def tickets_void(before: Order, after: Order, newest: Order, live: Sequence[str], now: int) -> Change:
    """Voids the tickets. Order and refund become REFUNDING and PENDING: the next worker or reconciler asks the provider
    whether the money has arrived, and then makes the order REFUNDED."""
    last = [refund for refund in accepted_of_tickets(after) if refund.origin is Origin.PROVIDER][-1]
    taken = replace(last, tickets=(*last.tickets, *live), state=RefundState.PENDING)
    refunds = tuple(taken if refund.refund_id == last.refund_id else refund for refund in after.refunds)
    void = with_void_tickets(replace(after, refunds=refunds, reason=REFUNDED_THERE), live)
    if before.status is Status.PAID:
        refunding = changed(replace(void, status=Status.REFUNDING, pinned_at=None))
        return Change(before, refunding.due(now), dict.fromkeys(before.seat_prices, SeatAct.FREE_PINNED))
    change = refund_change(before, changed(void), newest, len(live), now)
    seats = [ticket["seat_id"] for ticket in before.tickets if ticket["ticket_id"] in live]
    return replace(change, acts=dict.fromkeys(seats, SeatAct.FREE_BOOKED))
