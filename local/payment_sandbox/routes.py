"""The routes of Stripe's API that the sandbox has, and which of them move money."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.payment_sandbox import (
    charges,
    confirmation_tokens,
    customers,
    disputes,
    payment_intents,
    payment_methods,
    refunds,
)
from local.payment_sandbox.ledger import Ledger, Thing
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import missing

IDENTIFIER = "([A-Za-z0-9_]{1,100})"


def always(_form: dict[str, Any]) -> bool:
    return True


def never(_form: dict[str, Any]) -> bool:
    return False


def when_confirmed(form: dict[str, Any]) -> bool:
    return form.get("confirm") == "true"


@dataclass(frozen=True)
class Route:
    """`operation(ledger, parameters, *identifiers of the path)` answers an object or raises StripeError.
    `parameters`: their type in the `stripe` package."""

    method: str
    path: str
    operation: Callable[..., Thing]
    parameters: str
    moves_money: Callable[[dict[str, Any]], bool] = never

    def identifiers(self, method: str, path: str) -> tuple[str, ...] | None:
        """None: it is not this route."""
        match = re.fullmatch(self.path.replace("{id}", IDENTIFIER), path) if method == self.method else None
        return match.groups() if match else None


def retrieve_event(ledger: Ledger, parameters: Parameters, event_id: str) -> Thing:
    parameters.finish()
    body = ledger.store.callback_body(event_id)
    if body is None:
        raise missing("event", event_id, "id", status=404)
    return dict(json.loads(body))


INTENT, METHOD, REFUND = "/v1/payment_intents/{id}", "/v1/payment_methods/{id}", "/v1/refunds/{id}"
CUSTOMER, TOKEN = "/v1/customers/{id}", "/v1/confirmation_tokens/{id}"
ROUTES = (
    Route("POST", "/v1/payment_intents", payment_intents.create, "PaymentIntentCreateParams", when_confirmed),
    Route("GET", INTENT, payment_intents.retrieve, "PaymentIntentRetrieveParams"),
    Route("POST", f"{INTENT}/confirm", payment_intents.confirm, "PaymentIntentConfirmParams", always),
    Route("POST", f"{INTENT}/capture", payment_intents.capture, "PaymentIntentCaptureParams", always),
    Route("POST", f"{INTENT}/cancel", payment_intents.cancel, "PaymentIntentCancelParams"),
    Route("GET", "/v1/charges/{id}", charges.retrieve_charge, "ChargeRetrieveParams"),
    Route("POST", "/v1/refunds", refunds.create_refund, "RefundCreateParams", always),
    Route("GET", "/v1/refunds", refunds.list_refunds, "RefundListParams"),
    Route("GET", REFUND, refunds.retrieve_refund, "RefundRetrieveParams"),
    Route("POST", f"{REFUND}/cancel", refunds.cancel_refund, "RefundCancelParams"),
    Route("GET", "/v1/disputes", disputes.list_disputes, "DisputeListParams"),
    Route("GET", "/v1/disputes/{id}", disputes.retrieve_dispute, "DisputeRetrieveParams"),
    Route("POST", "/v1/customers", customers.create_customer, "CustomerCreateParams"),
    Route("GET", CUSTOMER, customers.retrieve_customer, "CustomerRetrieveParams"),
    Route("DELETE", CUSTOMER, customers.delete_customer, "CustomerDeleteParams"),
    Route(
        "GET",
        f"{CUSTOMER}/payment_methods/{{id}}",
        customers.retrieve_method_of_customer,
        "CustomerPaymentMethodRetrieveParams",
    ),
    Route("GET", METHOD, payment_methods.retrieve_payment_method, "PaymentMethodRetrieveParams"),
    Route("POST", f"{METHOD}/attach", payment_methods.attach, "PaymentMethodAttachParams"),
    Route("POST", f"{METHOD}/detach", payment_methods.detach, "PaymentMethodDetachParams"),
    Route(
        "POST",
        "/v1/test_helpers/confirmation_tokens",
        confirmation_tokens.create_confirmation_token,
        "ConfirmationTokenCreateParams",
    ),
    Route("GET", TOKEN, confirmation_tokens.retrieve_confirmation_token, "ConfirmationTokenRetrieveParams"),
    Route("GET", "/v1/events/{id}", retrieve_event, "EventRetrieveParams"),
)


def find_route(method: str, path: str) -> tuple[Route | None, tuple[str, ...]]:
    """The route, and the identifiers in the path."""
    for route in ROUTES:
        identifiers = route.identifiers(method, path)
        if identifiers is not None:
            return route, identifiers
    return None, ()
