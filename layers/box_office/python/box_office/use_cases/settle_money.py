"""Money that lies wrong: intents that nobody waits for, captures that their order cannot take, refunds not yet given.

Each is settled once, under a key of its own, whatever else the order waits for.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from box_office.domain.orders import Order
from box_office.domain.paying import captured_in_vain, loose_attempt_over
from box_office.domain.payments import Attempt, AttemptState, Refund, RefundState
from box_office.domain.refunding import owed_in_cash, refund_over
from box_office.domain.seats import Change
from box_office.ports import Counters, NoAnswer, Provider, ProviderBusy

ProviderOf = Callable[[Attempt], Provider]


def settle_money(order: Order, provider_of: ProviderOf, counters: Counters, now: int) -> Change | None:
    """One thing after the other: a question that gets no answer keeps nothing else waiting.

    None if nothing lies wrong. Raises ProviderBusy at once, and NoAnswer if no question was answered.
    """
    questions = [
        *(partial(settle_loose, order, attempt, provider_of(attempt), now) for attempt in order.loose_attempts),
        *(partial(settle_surplus, order, attempt, provider_of(attempt), counters) for attempt in order.surplus),
        *(partial(settle_refund, order, refund, provider_of, counters, now) for refund in order.pending_refunds),
    ]
    unanswered: NoAnswer | None = None
    for question in questions:
        try:
            return question()
        except ProviderBusy:
            raise
        except NoAnswer as error:
            unanswered = error
    if unanswered is not None:
        raise unanswered
    return None


def settle_loose(order: Order, attempt: Attempt, provider: Provider, now: int) -> Change:
    assert attempt.intent_id is not None
    outcome = provider.cancel(attempt.intent_id)
    if outcome.state == "CHARGED":
        return captured_in_vain(order, attempt.number, now)
    return loose_attempt_over(order, attempt.number)


def settle_surplus(order: Order, attempt: Attempt, provider: Provider, counters: Counters) -> Change:
    """The capture goes back. What the provider refuses for good is settled by a person: an alarm tells them."""
    assert attempt.intent_id is not None
    counters.count("DoubleCaptures", order.order_id)
    key = f"{order.order_id}/{attempt.number}/refund"
    if not provider.refund(attempt.intent_id, attempt.amount, key).given:
        counters.count("RefundsRefused", order.order_id)
    after = order.with_attempt(replace(attempt, state=AttemptState.REFUNDED))
    return Change(order, replace(after, revision=order.revision + 1).due(order.due_at or 0), {})


def settle_refund(order: Order, refund: Refund, provider_of: ProviderOf, counters: Counters, now: int) -> Change:
    attempt = order.attempt_numbered(refund.attempt)
    given = refund.amount == 0 or attempt is None or attempt.intent_id is None
    if not given:
        given = provider_of(attempt).refund(attempt.intent_id, refund.amount, refund.refund_id).given
    if not given:
        counters.count("RefundsRefused", order.order_id)
    if owed_in_cash(order, refund):
        counters.count("CashOwed", order.order_id)
    return refund_over(order, refund, RefundState.DONE if given else RefundState.REFUSED, now)
