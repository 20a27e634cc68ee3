"""The routes of Stripe's API that the sandbox has, and which of them move money: those that the product calls or that
`make check-stripe` does, capture, the test helper that makes confirmation tokens, and the page's own two calls."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.payment_sandbox import (
    charges,
    confirmation_tokens,
    customers,
    payment_intents,
    payment_methods,
    refunds,
)
from local.payment_sandbox.ledger import Thing

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
    `parameters`: their type in the `stripe` package. `publishable`: a page may call it, with a publishable key."""

    method: str
    path: str
    operation: Callable[..., Thing]
    parameters: str
    moves_money: Callable[[dict[str, Any]], bool] = never
    publishable: bool = False

    def identifiers(self, method: str, path: str) -> tuple[str, ...] | None:
        """None: it is not this route."""
        match = re.fullmatch(self.path.replace("{id}", IDENTIFIER), path) if method == self.method else None
        return match.groups() if match else None


INTENT = "/v1/payment_intents/{id}"
ROUTES = (
    Route("POST", "/v1/payment_intents", payment_intents.create, "PaymentIntentCreateParams", when_confirmed),
    Route("GET", INTENT, payment_intents.retrieve, "PaymentIntentRetrieveParams", publishable=True),
    Route("POST", f"{INTENT}/confirm", payment_intents.confirm, "PaymentIntentConfirmParams", always),
    Route("POST", f"{INTENT}/capture", payment_intents.capture, "PaymentIntentCaptureParams", always),
    Route("POST", f"{INTENT}/cancel", payment_intents.cancel, "PaymentIntentCancelParams"),
    Route("GET", "/v1/charges/{id}", charges.retrieve_charge, "ChargeRetrieveParams"),
    Route("POST", "/v1/refunds", refunds.create_refund, "RefundCreateParams", always),
    Route("GET", "/v1/refunds", refunds.list_refunds, "RefundListParams"),
    Route("GET", "/v1/refunds/{id}", refunds.retrieve_refund, "RefundRetrieveParams"),
    Route("POST", "/v1/customers", customers.create_customer, "CustomerCreateParams"),
    Route("DELETE", "/v1/customers/{id}", customers.delete_customer, "CustomerDeleteParams"),
    Route("POST", "/v1/payment_methods/{id}/detach", payment_methods.detach, "PaymentMethodDetachParams"),
    Route(
        "POST",
        "/v1/test_helpers/confirmation_tokens",
        confirmation_tokens.create_confirmation_token,
        "ConfirmationTokenCreateParams",
    ),
    # No call of the package: Stripe.js's own, from the card form.
    Route(
        "POST",
        "/v1/confirmation_tokens",
        confirmation_tokens.create_confirmation_token,
        "ConfirmationTokenCreateParams",
        publishable=True,
    ),
)


def find_route(method: str, path: str) -> tuple[Route | None, tuple[str, ...]]:
    """The route, and the identifiers in the path."""
    for route in ROUTES:
        identifiers = route.identifiers(method, path)
        if identifiers is not None:
            return route, identifiers
    return None, ()
