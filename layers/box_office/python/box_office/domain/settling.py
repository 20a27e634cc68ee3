"""How a person ends refunds that the provider refused, and cash that a till owes. Pure."""

from dataclasses import replace

from box_office.domain.orders import Order, changed
from box_office.domain.payments import Refund, RefundState, Settlement
from box_office.domain.refunding import with_changed_refund
from box_office.domain.seats import Change


def owed(order: Order) -> int:
    """Minor units that only a person can give back to the customer."""
    return sum(order.owed_of(capture) for capture in {refund.capture for refund in order.owed_refunds})


def settle_owed(order: Order, why: str, paid: int, now: int) -> Change:
    """Every owed refund becomes SETTLED, with the owed money as its amount; what was `paid` out is shared among them,
    the first refund first. Raises ValueError if more was paid than is owed."""
    if not 0 <= paid <= owed(order):
        raise ValueError(f"{paid} paid of {owed(order)} owed")
    after = order
    for refund in order.owed_refunds:
        amount = min(after.owed_of(refund.capture), refund.amount)
        share = min(paid, amount)
        paid -= share
        after = with_changed_refund(after, settled(refund, amount, Settlement(now, why, share)))
    return Change(order, changed(after).due(now), {})


def settled(refund: Refund, amount: int, settlement: Settlement) -> Refund:
    return replace(refund, state=RefundState.SETTLED, amount=amount, settled=settlement)
