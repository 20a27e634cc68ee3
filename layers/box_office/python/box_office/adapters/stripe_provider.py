"""Stripe's PaymentIntents behind our own port: two calls a charge, outcomes read by the intent's id.

Source of what each status means: https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import stripe

from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, Kind
from box_office.ports import Clock, IntentUnknown, NoAnswer, Outcome, ProviderBusy, ProviderRefused, SavedMethod

STATES = {
    "requires_confirmation": "UNCONFIRMED",
    "requires_action": "WAITS",
    "processing": "PROCESSING",
    "requires_capture": "PROCESSING",
    "succeeded": "CHARGED",
    "canceled": "CANCELLED",
}
CHARGED_BEFORE = "charge_already_refunded"
DECLINED_MESSAGE = "Your card was declined. Try another one."


def stripe_client(api_key: str, url: str, timeout_seconds: int) -> stripe.StripeClient:
    """No retries of the package's own: what to do about a lost answer is the order's state machine's business."""
    addresses: Any = {"api": url} if url else {}
    return stripe.StripeClient(
        api_key,
        base_addresses=addresses,
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=timeout_seconds),
    )


class StripeProvider:
    """ports.Provider. `client` is asked for at every call: its key may have been rotated."""

    def __init__(
        self,
        client: Callable[[], stripe.StripeClient],
        deployment: str,
        return_url: str,
        clock: Clock,
        pause_seconds: float,
    ) -> None:
        self._client = client
        self._deployment = deployment
        self._return_url = return_url
        self._clock = clock
        self._pause_seconds = pause_seconds  # before each call: all workers together keep to the provider's rate

    def create(self, order: Order, attempt: Attempt, saved: SavedMethod | None) -> str:
        with self._asking() as client:
            params: dict[str, Any] = {
                "amount": attempt.amount,
                "currency": order.currency.lower(),
                "payment_method_types": ["card"],
                "metadata": self._metadata(order, attempt),
            }
            if attempt.method.save or attempt.method.kind is Kind.SAVED:
                params["customer"] = saved.customer if saved else self._customer(client, order.user_id)
            if attempt.method.save:
                params["setup_future_usage"] = "on_session"
            key = f"{order.order_id}/{attempt.number}"
            try:
                return client.v1.payment_intents.create(params, {"idempotency_key": key}).id
            except stripe.InvalidRequestError as error:
                raise ProviderRefused(decline_of(error.code, None, error.user_message)) from error

    def confirm(self, order: Order, attempt: Attempt, saved: SavedMethod | None) -> Outcome:
        assert attempt.intent_id is not None
        method = attempt.method.payment_method
        if attempt.method.kind is Kind.SAVED:
            if saved is None:
                return declined_outcome(attempt.intent_id, "no_saved_method", None, "No payment method is saved.")
            method = saved.payment_method
        params: dict[str, Any] = {"payment_method": method}
        if self._return_url:
            params["return_url"] = self._return_url
        key = f"{order.order_id}/{attempt.number}/confirm"
        with self._asking() as client:
            try:
                return outcome_of(
                    client.v1.payment_intents.confirm(attempt.intent_id, params, {"idempotency_key": key})
                )
            except stripe.CardError as error:
                decline_code = (error.json_body or {}).get("error", {}).get("decline_code")
                return declined_outcome(attempt.intent_id, error.code, decline_code, error.user_message)
            except stripe.InvalidRequestError as error:
                if error.param == "payment_method":  # an unknown or used-up token: the customer needs another
                    return declined_outcome(attempt.intent_id, error.code, None, error.user_message)
        return self.look(attempt.intent_id)  # it cannot be confirmed in its state: the state itself is the answer

    def look(self, intent_id: str) -> Outcome:
        with self._asking() as client:
            try:
                return outcome_of(client.v1.payment_intents.retrieve(intent_id))
            except stripe.InvalidRequestError as error:
                raise IntentUnknown("the provider does not know its own intent") from error

    def cancel(self, intent_id: str) -> Outcome:
        with self._asking() as client:
            try:
                return outcome_of(client.v1.payment_intents.cancel(intent_id))
            except stripe.InvalidRequestError as error:
                if error.code == "resource_missing":
                    raise IntentUnknown("the provider does not know its own intent") from error
        outcome = self.look(intent_id)  # too late to cancel, or cancelled before
        if outcome.state not in ("CHARGED", "CANCELLED"):
            raise NoAnswer(f"the intent can be neither cancelled nor read: {outcome.state}")
        return outcome

    def refund(self, intent_id: str, amount: int, key: str) -> bool:
        params: Any = {"payment_intent": intent_id, "amount": amount, "metadata": {"refund_id": key}}
        with self._asking() as client:
            try:
                refund = client.v1.refunds.create(params, {"idempotency_key": key})
            except stripe.InvalidRequestError as error:
                if error.code == "resource_missing":
                    raise NoAnswer("the provider does not know its own intent") from error
                # Given back before, by whomever, is given back; everything else is a refusal for good.
                return error.code == CHARGED_BEFORE
            return refund.status in ("succeeded", "pending", "requires_action")

    def _customer(self, client: stripe.StripeClient, user_id: str) -> str:
        metadata = {"deployment": self._deployment, "user_id": user_id}
        key = f"{self._deployment}/customer/{user_id}"
        return client.v1.customers.create({"metadata": metadata}, {"idempotency_key": key}).id

    def _metadata(self, order: Order, attempt: Attempt) -> dict[str, str]:
        named = {"user_id": order.user_id, "event_id": order.event_id, "order_id": order.order_id}
        sale = {"sale": order.sale} if order.sale is not None else {}
        return {"deployment": self._deployment, **named, **sale, "attempt": str(attempt.number)}

    @contextmanager
    def _asking(self) -> Iterator[stripe.StripeClient]:
        if self._pause_seconds:
            self._clock.sleep(self._pause_seconds)
        try:
            yield self._client()
        except stripe.RateLimitError as error:
            raise ProviderBusy("the provider wants us to slow down") from error
        except (stripe.CardError, stripe.InvalidRequestError):
            raise
        except stripe.StripeError as error:
            # Down, slow, a key in use, a key that was revoked: none of it says what became of the money.
            raise NoAnswer(type(error).__name__) from error


def outcome_of(intent: Any) -> Outcome:
    error = intent.last_payment_error
    state = STATES.get(intent.status) or ("DECLINED" if error else "UNCONFIRMED")
    decline = None
    if state == "DECLINED":
        decline = decline_of(error.code, getattr(error, "decline_code", None), getattr(error, "message", None))
    return Outcome(
        state=state,
        intent_id=intent.id,
        amount=intent.amount_received or 0,
        decline=decline,
        next_action=next_action_of(intent) if state == "WAITS" else None,
        metadata=intent.metadata.to_dict() if intent.metadata else {},
        payment_method=intent.payment_method if isinstance(intent.payment_method, str) else None,
        customer=intent.customer if isinstance(intent.customer, str) else None,
    )


def next_action_of(intent: Any) -> dict[str, str]:
    action = intent.next_action
    redirect = getattr(action, "redirect_to_url", None)
    members = {"type": action.type, "url": redirect.url if redirect else None, "client_secret": intent.client_secret}
    return {name: value for name, value in members.items() if value is not None}


def declined_outcome(intent_id: str, code: str | None, decline_code: str | None, message: str | None) -> Outcome:
    return Outcome("DECLINED", intent_id, decline=decline_of(code, decline_code, message))


def decline_of(code: str | None, decline_code: str | None, message: str | None) -> Mapping[str, str | None]:
    return {
        "code": code or "card_declined",
        "decline_code": decline_code,
        "message": message or DECLINED_MESSAGE,
    }
