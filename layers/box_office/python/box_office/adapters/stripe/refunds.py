"""Refunds at Stripe. Each is made once and carries our key, by which it is found again after Stripe has forgotten the
idempotency key, and is distinguished from refunds that a person made at Stripe's dashboard."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import stripe

from box_office.adapters.stripe.amounts import minor_amount, stripe_amount
from box_office.adapters.stripe.requests import StripeRequests, raise_if_unknown
from box_office.domain.money import chargeable
from box_office.domain.payments import RefundState
from box_office.domain.provider_answers import ListedRefund, RefundOutcome
from box_office.ports.payments import NoAnswer

REFUND_STATES = {
    "succeeded": RefundState.DONE,
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
    "failed": RefundState.REFUSED,
    "canceled": RefundState.REFUSED,
}
REFUNDED_BEFORE = "charge_already_refunded"
NOT_CHARGED = "not_charged"
MORE_THAN_LEFT = "amount_too_large"
# Stripe refuses these refunds for good. Any other refusal is a fault of our request or our account.
REFUSALS = ("charge_disputed", "charge_not_refundable", "refund_disputed_payment")
REFUNDS_READ = 100  # of one intent: as many as Stripe lists in one answer
KEYS_MAX = 5  # of one refund; another key is used when Stripe has stored a failure under the one before
REFUND_ID = "refund_id"  # the member of the refund's metadata that has our key
REPLAYED = "Idempotent-Replayed"


@dataclass(frozen=True)
class Charge:
    """How much of the intent was captured, and how much of that was given back. Amounts as Stripe counts them."""

    currency: str  # upper case
    captured: int
    refunded: int

    @property
    def given_back_whole(self) -> bool:
        return 0 < self.captured <= self.refunded


class StripeRefunds:
    def __init__(self, requests: StripeRequests, deployment: Callable[[], str]) -> None:
        self._requests = requests
        self._deployment = deployment

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        """Makes the refund, or finds the one that was made under this key.

        Stripe forgets idempotency keys after a day, and until then repeats even a stored 500, which does not say
        whether the refund was made. So the intent's refunds, which carry our key for good, are listed before every try,
        and again before another idempotency key replaces one with a stored failure: by then that call is over, and the
        list has what it made. (Stripe may still repair such a call later, and refund again, at most what was captured:
        https://docs.stripe.com/error-low-level#server-errors.) All keys are derived from the first, so that two workers
        make one refund."""
        currency = self._charge(intent_id).currency
        if not chargeable(amount, currency):
            return refused("invalid_amount")  # no card can be charged this amount, so no capture has such a part
        sent = {"payment_intent": intent_id, "amount": stripe_amount(amount, currency)}
        for number in range(1, KEYS_MAX + 1):
            found = self._named(intent_id, key)
            if found is None:
                found = self._new(sent, key, key if number == 1 else f"{key}/{number}")
            if found is not None:
                return found
        raise NoAnswer("the provider failed under every key of this refund")

    def refunds(self, intent_id: str) -> Sequence[ListedRefund]:
        with self._requests.asking() as client:
            try:
                listed = client.v1.refunds.list({"payment_intent": intent_id, "limit": REFUNDS_READ})
            except stripe.InvalidRequestError as error:
                raise_if_unknown(error)
                raise
        if listed.has_more:
            raise NoAnswer("the intent has more refunds than are read")
        return tuple(listed_refund(refund.to_dict()) for refund in listed.data)

    def _charge(self, intent_id: str) -> Charge:
        with self._requests.asking() as client:
            try:
                intent = client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]})
            except stripe.InvalidRequestError as error:
                raise_if_unknown(error)
                raise
        shown = intent.to_dict()
        charge = shown.get("latest_charge") or {}
        return Charge(shown["currency"].upper(), charge.get("amount_captured") or 0, charge.get("amount_refunded") or 0)

    def _named(self, intent_id: str, key: str) -> RefundOutcome | None:
        """The refund with this key; None if there is none. One that did not fail counts before one that did."""
        named = [refund for refund in self.refunds(intent_id) if refund.key == key]
        standing = [refund for refund in named if refund.state is not RefundState.REFUSED]
        found = next(iter(standing or named), None)
        return RefundOutcome(found.state, found.reference, found.reason) if found is not None else None

    def _new(self, sent: dict[str, Any], key: str, idempotency_key: str) -> RefundOutcome | None:
        """Asks for the refund. None if Stripe repeats a 500 that it stored under this key at an earlier try."""
        params: Any = {**sent, "metadata": {REFUND_ID: key, "deployment": self._deployment()}}
        with self._requests.asking() as client:
            try:
                refund = client.v1.refunds.create(params, {"idempotency_key": idempotency_key})
            except stripe.InvalidRequestError as error:
                refusal = error
            except stripe.APIError as error:
                if (error.http_status or 0) >= 500 and (error.headers or {}).get(REPLAYED) == "true":
                    return None
                raise
            else:
                shown = refund.to_dict()
                return RefundOutcome(state_of(shown), shown["id"], shown.get("failure_reason"))
        return self._after_refusal(sent["payment_intent"], refusal)

    def _after_refusal(self, intent_id: str, error: stripe.InvalidRequestError) -> RefundOutcome:
        """The outcome of a refund that Stripe refused. If the money went back before, by any other refund, it is DONE.
        Stripe gives a code for that, except when the refund has an amount: then the charge shows how much is left."""
        if error.code == REFUNDED_BEFORE:
            return given_elsewhere(RefundState.DONE, REFUNDED_BEFORE)
        if error.code == MORE_THAN_LEFT:
            return given_elsewhere(RefundState.REFUSED, MORE_THAN_LEFT)
        if error.code in REFUSALS:
            return refused(str(error.code))
        raise_if_unknown(error)
        if error.code is not None:
            raise self._requests.refused(error) from error
        charge = self._charge(intent_id)
        if charge.given_back_whole:
            return given_elsewhere(RefundState.DONE, REFUNDED_BEFORE)
        if charge.captured == 0:
            return refused(NOT_CHARGED)
        if error.param == "amount":
            return given_elsewhere(RefundState.REFUSED, MORE_THAN_LEFT)
        raise self._requests.refused(error) from error


def given_elsewhere(state: RefundState, reason: str) -> RefundOutcome:
    return RefundOutcome(state, None, reason, given_elsewhere=True)


def refused(reason: str) -> RefundOutcome:
    return RefundOutcome(RefundState.REFUSED, None, reason)


def listed_refund(shown: Mapping[str, Any]) -> ListedRefund:
    key = (shown.get("metadata") or {}).get(REFUND_ID)
    amount = minor_amount(shown["amount"], shown["currency"].upper())
    return ListedRefund(shown["id"], key, amount, state_of(shown), shown.get("failure_reason"))


def state_of(shown: Mapping[str, Any]) -> RefundState:
    """A status that is missing or unknown counts as PENDING, so that the refund is asked for again."""
    return REFUND_STATES.get(shown.get("status") or "", RefundState.PENDING)
