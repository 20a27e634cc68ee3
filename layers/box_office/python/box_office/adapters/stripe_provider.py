"""Stripe's PaymentIntents behind our own port: two calls a charge, outcomes read by the intent's id.

Source of what each status means: https://docs.stripe.com/payments/paymentintents/lifecycle
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import requests
import stripe

from box_office.adapters.stripe_amounts import minor_amount, stripe_amount
from box_office.domain.money import chargeable
from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, Kind, RefundState
from box_office.ports import (
    Clock,
    IntentUnknown,
    ListedRefund,
    NoAnswer,
    Outcome,
    ProviderBusy,
    ProviderRefused,
    ProviderTimedOut,
    RefundOutcome,
    SavedMethod,
)

STATES = {
    "requires_confirmation": "UNCONFIRMED",
    "requires_action": "WAITS",
    "processing": "PROCESSING",
    "requires_capture": "PROCESSING",
    "succeeded": "CHARGED",
    "canceled": "CANCELLED",
}
CHARGED_BEFORE = "charge_already_refunded"
REFUND_STATES = {  # else it is failed or canceled: the money is still here
    "succeeded": RefundState.DONE,
    "pending": RefundState.PENDING,
    "requires_action": RefundState.PENDING,
}
REFUNDS_READ = 100  # of one intent: as many as Stripe lists in one answer
REFUND_KEYS_MAX = 5  # of one refund; each but the first because Stripe keeps failing under the one before
REFUND_ID = "refund_id"  # the refund's metadata: our key
REPLAYED = "Idempotent-Replayed"
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
        deployment: Callable[[], str],
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
        try:
            amount = stripe_amount(attempt.amount, order.currency)
        except ValueError as error:
            raise ProviderRefused(decline_of("invalid_amount", None, "This amount cannot be charged.")) from error
        with self._asking() as client:
            params: dict[str, Any] = {
                "amount": amount,
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
                if error.param == "payment_method":  # an unknown token: the customer needs another
                    return declined_outcome(attempt.intent_id, error.code, None, error.user_message)
                code = error.code
        outcome = self.look(attempt.intent_id)  # it cannot be confirmed in its state: the state itself is the answer
        if outcome.state != "UNCONFIRMED":
            return outcome
        # Refused for another reason, such as a used-up token: it would be every time. Whoever records a decline cancels
        # the intent first, so that an answer that is wrong here charges nobody.
        return declined_outcome(attempt.intent_id, code, None, None)

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

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        """Stripe forgets keys after a day, and until then repeats even a 500: neither says what became of the money.
        So the intent's refunds, which carry our key for good, are read before every try, and again before another key
        takes the place of one that Stripe has stored a failure under: that call is over, and made what is listed by
        then. (Unless Stripe repairs it later: https://docs.stripe.com/error-low-level#server-errors. What was captured
        bounds that.) Keys follow from the first, so that two workers make one refund."""
        try:
            currency = self._currency(intent_id)
            if not chargeable(amount, currency):
                return RefundOutcome(RefundState.REFUSED, None, "invalid_amount")  # nobody was charged with such a part
            sent = {"payment_intent": intent_id, "amount": stripe_amount(amount, currency)}
            for number in range(1, REFUND_KEYS_MAX + 1):
                given = self._given_back(intent_id, key)
                if given is None:
                    given = self._new_refund(sent, key, key if number == 1 else f"{key}/{number}")
                if given is not None:
                    return given
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                raise NoAnswer("the provider does not know its own intent") from error
            # Given back before, by whomever, is given back; everything else is a refusal for good.
            done = error.code == CHARGED_BEFORE
            return RefundOutcome(RefundState.DONE if done else RefundState.REFUSED, None, error.code)
        raise NoAnswer("the provider failed under every key of this refund")

    def _currency(self, intent_id: str) -> str:
        with self._asking() as client:
            return client.v1.payment_intents.retrieve(intent_id).currency.upper()

    def refunds(self, intent_id: str) -> Sequence[ListedRefund]:
        with self._asking() as client:
            listed = client.v1.refunds.list({"payment_intent": intent_id, "limit": REFUNDS_READ})
        if listed.has_more:
            raise NoAnswer("the intent has more refunds than are read")
        return tuple(map(listed_refund, listed.data))

    def _given_back(self, intent_id: str, key: str) -> RefundOutcome | None:
        """How the refund with this key stands; None: there is none. The one that still stands counts before others."""
        named = [refund for refund in self.refunds(intent_id) if refund.key == key]
        standing = [refund for refund in named if refund.state is not RefundState.REFUSED]
        found = next(iter(standing or named), None)
        return RefundOutcome(found.state, found.reference, found.reason) if found is not None else None

    def _new_refund(self, sent: dict[str, Any], key: str, idempotency_key: str) -> RefundOutcome | None:
        """None: under this key Stripe has stored a failure of its own, from an earlier try."""
        params: Any = {**sent, "metadata": {REFUND_ID: key, "deployment": self._deployment()}}
        with self._asking() as client:
            try:
                refund = client.v1.refunds.create(params, {"idempotency_key": idempotency_key})
            except stripe.APIError as error:
                if (error.http_status or 0) >= 500 and (error.headers or {}).get(REPLAYED) == "true":
                    return None
                raise
            return RefundOutcome(refund_state(refund), refund.id, refund_reason(refund))

    def _customer(self, client: stripe.StripeClient, user_id: str) -> str:
        deployment = self._deployment()
        metadata = {"deployment": deployment, "user_id": user_id}
        key = f"{deployment}/customer/{user_id}"
        return client.v1.customers.create({"metadata": metadata}, {"idempotency_key": key}).id

    def _metadata(self, order: Order, attempt: Attempt) -> dict[str, str]:
        named = {"user_id": order.user_id, "event_id": order.event_id, "order_id": order.order_id}
        sale = {"sale": order.sale} if order.sale is not None else {}
        return {"deployment": self._deployment(), **named, **sale, "attempt": str(attempt.number)}

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
        except stripe.APIConnectionError as error:
            # A connection that is refused or breaks has an answer of a kind: it costs no time.
            timed_out = isinstance(error.__cause__, requests.Timeout)
            raise (ProviderTimedOut if timed_out else NoAnswer)(type(error).__name__) from error
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
        amount=minor_amount(intent.amount_received or 0, intent.currency.upper()),
        currency=intent.currency.upper(),
        decline=decline,
        next_action=next_action_of(intent) if state == "WAITS" else None,
        metadata=intent.metadata.to_dict() if intent.metadata else {},
        payment_method=intent.payment_method if isinstance(intent.payment_method, str) else None,
        customer=intent.customer if isinstance(intent.customer, str) else None,
    )


def listed_refund(refund: Any) -> ListedRefund:
    key = refund.metadata.to_dict().get(REFUND_ID) if refund.metadata else None
    amount = minor_amount(refund.amount, refund.currency.upper())
    return ListedRefund(refund.id, key, amount, refund_state(refund), refund_reason(refund))


def refund_state(refund: Any) -> RefundState:
    return REFUND_STATES.get(refund.status, RefundState.REFUSED)


def refund_reason(refund: Any) -> str | None:
    return getattr(refund, "failure_reason", None)


def next_action_of(intent: Any) -> dict[str, str]:
    action = intent.next_action
    redirect = getattr(action, "redirect_to_url", None)
    members = {"type": action.type, "url": redirect.url if redirect else None, "client_secret": intent.client_secret}
    return {name: value for name, value in members.items() if value is not None}


def declined_outcome(intent_id: str, code: str | None, decline_code: str | None, message: str | None) -> Outcome:
    return Outcome("DECLINED", intent_id, decline=decline_of(code, decline_code, message))


# Where Stripe's words are for developers, ours are for who pays.
MESSAGES = {
    "payment_intent_authentication_failure": "Your bank did not confirm the payment. Try again, or use another card.",
    "resource_missing": "This payment method is not known. Try another one.",
}


def decline_of(code: str | None, decline_code: str | None, message: str | None) -> Mapping[str, str | None]:
    return {
        "code": code or "card_declined",
        "decline_code": decline_code,
        "message": MESSAGES.get(code or "") or message or DECLINED_MESSAGE,
    }
