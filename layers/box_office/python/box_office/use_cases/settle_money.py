"""Settles captures and intents that do not match the order's state, and refunds that are not over.

Each is settled once, under a key of its own, whatever else the order waits for.
"""

from collections.abc import Callable
from functools import partial

from box_office.domain.captures import SURPLUS, ask_surplus_refund, record_orphan_capture
from box_office.domain.orders import Order
from box_office.domain.paying import orphaned_intent_cancelled
from box_office.domain.payments import Attempt, AttemptState, Origin, Refund, RefundState
from box_office.domain.provider_answers import OutcomeState, RefundOutcome
from box_office.domain.provider_refunds import refund_of_the_rest
from box_office.domain.refunding import owed_in_cash, refund_answered
from box_office.domain.seats import Change
from box_office.ports import Counters
from box_office.ports.payments import IntentUnknown, NoAnswer, Provider, ProviderBusy

UNKNOWN_MS_MAX = 86_400_000  # so long a refund waits whose intent the provider does not know: our API key may be wrong


def settle_money(order: Order, card: Provider, counters: Counters, now: int) -> Change | None:
    """The first change that settles one of the order's orphaned intents, surplus captures or open refunds.

    None if there is nothing to settle now. A question that the provider does not answer does not keep the next from
    being asked: NoAnswer is raised at the end, if no question brought a change. ProviderBusy is raised at once.
    """
    questions: list[Callable[[], Change | None]] = [
        *(partial(settle_orphan, order, attempt, card, now) for attempt in order.orphaned_attempts),
        *(partial(ask_surplus_refund, order, attempt, now) for attempt in order.surplus_captures),
        *(partial(settle_refund, order, refund, card, counters, now) for refund in order.open_refunds),
    ]
    unanswered: NoAnswer | None = None
    for question in questions:
        try:
            change = question()
        except ProviderBusy:
            raise
        except NoAnswer as error:
            unanswered = error
            continue
        if change is not None:
            return change
    if unanswered is not None:
        raise unanswered
    return None


def settle_orphan(order: Order, attempt: Attempt, provider: Provider, now: int) -> Change:
    assert attempt.intent_id is not None
    outcome = provider.cancel(attempt.intent_id)
    if outcome.state == OutcomeState.CHARGED:
        return record_orphan_capture(order, attempt.number, now)
    return orphaned_intent_cancelled(order, attempt.number)


def noted_capture(order: Order, number: int, now: int) -> Change | None:
    """Records a capture of an attempt that the order does not wait for. None if the order has recorded the capture, or
    still waits for the attempt's outcome."""
    attempt = order.attempt_numbered(number)
    if attempt is None or attempt.state in (AttemptState.CAPTURED, AttemptState.REFUNDED):
        return None
    return None if order.waits_for(number) else record_orphan_capture(order, number, now)


def settle_refund(order: Order, refund: Refund, card: Provider, counters: Counters, now: int) -> Change | None:
    """Asks the provider for the refund, or how far it is. If the provider refuses it for good, or a till owes cash, an
    alarm rings, and a person settles it."""
    answer = answer_to(order, refund, card, now)
    intent_id = intent_of(order, refund)
    if answer.given_elsewhere and intent_id is not None:
        change = refund_of_the_rest(order, refund, intent_id, card.refunds(intent_id), now)
        if change is not None:
            return change
    change = refund_answered(order, refund, answer, now)
    if change is None:
        return None
    after = next(one for one in change.after.refunds if one.refund_id == refund.refund_id)
    if refund.state is RefundState.ASKED and refund.reason == SURPLUS:
        counters.count("DoubleCaptures", order.order_id)
    if after.state is RefundState.REFUSED:
        counters.count("RefundsRefused", order.order_id)
    if order.in_cash(refund) and after.state is RefundState.PENDING:
        counters.count("CashOwed", order.order_id)
    return change


def intent_of(order: Order, refund: Refund) -> str | None:
    attempt = order.attempt_numbered(refund.attempt)
    return refund.intent_id or (attempt.intent_id if attempt is not None else None)


def answer_to(order: Order, refund: Refund, card: Provider, now: int) -> RefundOutcome:
    """Raises NoAnswer."""
    if refund.amount == 0:
        return RefundOutcome(RefundState.DONE)
    if order.in_cash(refund):  # a manager who asks for it pays it out; if the system asked, a till owes it
        return RefundOutcome(RefundState.PENDING if owed_in_cash(order, refund) else RefundState.DONE)
    intent_id = intent_of(order, refund)
    if intent_id is None:
        return RefundOutcome(RefundState.DONE)  # nothing was ever captured
    try:
        if refund.origin is Origin.PROVIDER:
            return listed_outcome(refund, intent_id, card)
        return card.refund(intent_id, refund.amount, refund.refund_id)
    except IntentUnknown:
        if now - refund.asked_at < UNKNOWN_MS_MAX:
            raise
        return RefundOutcome(RefundState.REFUSED, refund.reference, "intent_unknown")


def listed_outcome(refund: Refund, intent_id: str, card: Provider) -> RefundOutcome:
    """How far a refund is that a person made at the provider's dashboard, and which has no key of ours."""
    for listed in card.refunds(intent_id):
        if listed.reference == refund.reference:
            return RefundOutcome(listed.state, listed.reference, listed.reason)
    raise NoAnswer("the provider does not list its own refund")
