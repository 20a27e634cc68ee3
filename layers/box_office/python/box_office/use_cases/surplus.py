"""A capture that its order cannot take goes back, once, under a key of its own."""

from dataclasses import replace

from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, AttemptState
from box_office.domain.seats import Change
from box_office.ports import Counters, Provider


def surplus_returned(order: Order, attempt: Attempt, provider: Provider, counters: Counters) -> Change:
    """Raises NoAnswer. What the provider refuses for good is settled by a person: an alarm tells them."""
    assert attempt.intent_id is not None
    counters.count("DoubleCaptures", order.order_id)
    key = f"{order.order_id}/{attempt.number}/refund"
    if not provider.refund(attempt.intent_id, attempt.amount, key):
        counters.count("RefundsRefused", order.order_id)
    after = order.with_attempt(replace(attempt, state=AttemptState.REFUNDED))
    return Change(order, replace(after, revision=order.revision + 1).due(order.due_at or 0), {})
