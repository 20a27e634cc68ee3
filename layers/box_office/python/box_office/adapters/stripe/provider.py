"""ports.payments.Provider over Stripe's PaymentIntents: a charge is two calls, an outcome is read by the intent's id.

The calls themselves are in requests.py, refusals that are declines in declines.py, refunds in refunds.py.
"""

from collections.abc import Callable, Sequence
from typing import Any

import stripe

from box_office.adapters.stripe.amounts import stripe_amount
from box_office.adapters.stripe.declines import (
    decline_of,
    decline_of_amount,
    decline_of_card,
    decline_of_method,
    decline_of_saved,
    declined_outcome,
)
from box_office.adapters.stripe.intents import card_face_of, outcome_of
from box_office.adapters.stripe.refunds import StripeRefunds
from box_office.adapters.stripe.requests import StripeRequests, is_missing, raise_if_unknown
from box_office.domain.declines import NO_SAVED_METHOD
from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, Kind
from box_office.domain.provider_answers import CardFace, ListedRefund, Outcome, OutcomeState, RefundOutcome
from box_office.ports.payments import CustomerUnknown, IntentUnknown, NoAnswer, ProviderRefused

REFUND_IDS, CHARGE_IDS = ("re_", "pyr_"), ("ch_", "py_")  # the beginnings of Stripe's ids of refunds and charges
CONFIRMATION_TOKEN = "ctoken_"  # how the ids of these begin: a page made them, and each confirms one intent
LEADING_TO_INTENTS = REFUND_IDS + CHARGE_IDS


class StripeProvider:
    """ports.payments.Provider."""

    def __init__(self, requests: StripeRequests, deployment: Callable[[], str], return_url: str) -> None:
        """`deployment`: gives the deployment's id, which its charges carry. `return_url`: where the bank sends the
        customer back to; Stripe takes no confirm without one."""
        self._requests = requests
        self._refunds = StripeRefunds(requests, deployment)
        self._deployment = deployment
        self._return_url = return_url

    def new_customer(self, user_id: str, key: str) -> str:
        params: Any = {"metadata": {"deployment": self._deployment(), "user_id": user_id}}
        with self._requests.asking() as client:
            return client.v1.customers.create(params, {"idempotency_key": key}).id

    def create(self, order: Order, attempt: Attempt, customer: str | None) -> str:
        params = self._new_intent(order, attempt)
        key = f"{order.order_id}/{attempt.number}"
        if customer is not None:
            # Each customer gets a key of its own: Stripe refuses a key that comes with other parameters.
            params, key = {**params, "customer": customer}, f"{key}/{customer}"
        with self._requests.asking() as client:
            try:
                intent = client.v1.payment_intents.create(params, {"idempotency_key": key})
            except stripe.InvalidRequestError as error:
                if is_missing(error, "customer"):
                    raise CustomerUnknown("the provider does not know this customer any more") from error
                decline = decline_of_amount(error)
                if decline is None:
                    raise
                raise ProviderRefused(decline) from error
        if "card" not in (intent.to_dict().get("payment_method_types") or []):
            # Stripe drops payment methods that the account has not activated, and answers 200 all the same.
            raise self._requests.cannot_ask("the provider's account takes no cards")
        return intent.id

    def confirm(self, order: Order, attempt: Attempt) -> Outcome:
        assert attempt.intent_id is not None
        if attempt.method.payment_method is None:
            return declined_outcome(attempt.intent_id, NO_SAVED_METHOD)
        token = attempt.method.payment_method
        kind = "confirmation_token" if token.startswith(CONFIRMATION_TOKEN) else "payment_method"
        params: Any = {kind: token, "return_url": self._return_url}
        key = f"{order.order_id}/{attempt.number}/confirm"
        with self._requests.asking() as client:
            try:
                return outcome_of(
                    client.v1.payment_intents.confirm(attempt.intent_id, params, {"idempotency_key": key})
                )
            except stripe.CardError as error:
                return declined_outcome(attempt.intent_id, decline_of_card(error))
            except stripe.InvalidRequestError as error:
                refusal = error
        return self._after_refusal(attempt.intent_id, attempt.method.kind, refusal)

    def _after_refusal(self, intent_id: str, kind: Kind, error: stripe.InvalidRequestError) -> Outcome:
        """The outcome of an intent whose confirm Stripe refused. If it was confirmed or cancelled before, its state is
        the outcome. Callers cancel the intent before they record a decline, so a wrong guess here charges nobody."""
        raise_if_unknown(error)
        decline = decline_of_saved(error) if kind is Kind.SAVED else decline_of_method(error)
        if decline is not None and error.code is not None:
            return declined_outcome(intent_id, decline)
        outcome = self.retrieve_intent(intent_id)
        if outcome.state != OutcomeState.UNCONFIRMED:
            return outcome
        if decline is None:
            raise self._requests.refused(error) from error
        return declined_outcome(intent_id, decline)

    def retrieve_intent(self, intent_id: str) -> Outcome:
        """`intent_id`: also the id of a refund or a charge, which a thin callback names instead of its intent."""
        if intent_id.startswith(LEADING_TO_INTENTS):
            intent_id = self._intent_behind(intent_id)
        with self._requests.asking() as client:
            try:
                return outcome_of(client.v1.payment_intents.retrieve(intent_id))
            except stripe.InvalidRequestError as error:
                raise_if_unknown(error)
                raise

    def card_face(self, intent_id: str) -> CardFace:
        with self._requests.asking() as client:
            return card_face_of(client.v1.payment_intents.retrieve(intent_id, {"expand": ["payment_method"]}))

    def detach(self, payment_method: str) -> None:
        with self._requests.asking() as client:
            try:
                client.v1.payment_methods.detach(payment_method)
            except stripe.InvalidRequestError as error:
                # Stripe does not know it; or it is no customer's any more, a refusal without code and parameter. Either
                # way it cannot be charged again. Source: https://docs.stripe.com/api/payment_methods/detach
                if not is_missing(error, "payment_method") and (error.code or error.param):
                    raise

    def _intent_behind(self, reference: str) -> str:
        with self._requests.asking() as client:
            try:
                if reference.startswith(REFUND_IDS):
                    named: stripe.Refund | stripe.Charge = client.v1.refunds.retrieve(reference)
                else:
                    named = client.v1.charges.retrieve(reference)
            except stripe.InvalidRequestError as error:
                raise_if_unknown(error)
                raise
        intent_id = named.to_dict().get("payment_intent")
        if not isinstance(intent_id, str):
            raise IntentUnknown(f"{reference} belongs to no intent")
        return intent_id

    def cancel(self, intent_id: str) -> Outcome:
        with self._requests.asking() as client:
            try:
                return outcome_of(client.v1.payment_intents.cancel(intent_id))
            except stripe.InvalidRequestError as error:
                refusal = error
        raise_if_unknown(refusal)
        outcome = self.retrieve_intent(intent_id)  # it was charged or cancelled before
        if outcome.state not in (OutcomeState.CHARGED, OutcomeState.CANCELLED):
            raise NoAnswer(f"the intent can be neither cancelled nor read: {outcome.state}") from refusal
        return outcome

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        return self._refunds.refund(intent_id, amount, key)

    def refunds(self, intent_id: str) -> Sequence[ListedRefund]:
        return self._refunds.refunds(intent_id)

    def _new_intent(self, order: Order, attempt: Attempt) -> Any:
        try:
            amount = stripe_amount(attempt.amount, order.currency)
        except ValueError as error:
            raise ProviderRefused(decline_of("invalid_amount")) from error
        params: dict[str, Any] = {
            "amount": amount,
            "currency": order.currency.lower(),
            "allowed_payment_method_types": ["card"],
            "metadata": self._metadata(order, attempt),
        }
        if attempt.method.save:
            params["setup_future_usage"] = "on_session"
        return params

    def _metadata(self, order: Order, attempt: Attempt) -> dict[str, str]:
        named = {"user_id": order.user_id, "event_id": order.event_id, "order_id": order.order_id}
        sale = {"sale": order.sale} if order.sale is not None else {}
        return {"deployment": self._deployment(), **named, **sale, "attempt": str(attempt.number)}
