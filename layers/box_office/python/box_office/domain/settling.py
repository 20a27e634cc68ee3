"""What a person ends: refunds that the provider refused, and cash that a till owes. Pure."""

from dataclasses import replace

from box_office.domain.orders import Order, changed
from box_office.domain.payments import Refund, RefundState, Settlement
from box_office.domain.refunding import with_changed_refund
from box_office.domain.seats import Change


def owed(order: Order) -> int:
    """Minor units that only a person can give back to the customer."""
    return sum(refund.amount for refund in order.owed_refunds)


def settle_owed(order: Order, why: str, paid: int, now: int) -> Change:
    """Every refund that is owed becomes SETTLED; what was `paid` out is counted in their order.

    Raises ValueError when more was paid than is owed."""
    if not 0 <= paid <= owed(order):
        raise ValueError(f"{paid} paid of {owed(order)} owed")
    after = order
    for refund in order.owed_refunds:
        share = min(paid, refund.amount)
        paid -= share
        after = with_changed_refund(after, ended(refund, Settlement(now, why, share)))
    return Change(order, changed(after).due(now), {})


def ended(refund: Refund, settlement: Settlement) -> Refund:
    return replace(refund, state=RefundState.SETTLED, settled=settlement)
