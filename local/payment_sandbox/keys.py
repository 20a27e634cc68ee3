"""The key of a call, and what it may do. Any key of test mode will do; none is repeated in an answer, let alone a live
one. https://docs.stripe.com/keys"""

import re
from typing import Literal

from local.payment_sandbox.routes import Route
from local.payment_sandbox.stripe_errors import INVALID_REQUEST, StripeError, unauthorized

KeyKind = Literal["secret", "publishable"]
KEY = re.compile(r"Bearer (sk|pk)_test_[A-Za-z0-9_]{1,200}")
KINDS: dict[str, KeyKind] = {"sk": "secret", "pk": "publishable"}
ALLOWED_HEADERS = "Authorization, Content-Type, Stripe-Version"
ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}


def read_key(authorization: str | None) -> KeyKind:
    if not authorization:
        raise unauthorized("You did not provide an API key. Provide it in the Authorization header, as a Bearer token.")
    match = KEY.fullmatch(authorization)
    if match is None:
        raise unauthorized("Invalid API Key provided: the sandbox takes test keys (sk_test_..., pk_test_...) only.")
    return KINDS[match[1]]


def check_authority(kind: KeyKind, route: Route) -> None:
    """A publishable key is in every page: it may do what a page may."""
    if kind == "publishable" and not route.publishable:
        message = "This API call cannot be made with a publishable API key. Please use a secret API key."
        raise StripeError(401, INVALID_REQUEST, message, code="secret_key_required")


def cross_origin(route: Route | None) -> dict[str, str]:
    """Headers that let a page of another origin read the answer: of the routes that a page may call, and no other."""
    return ANY_ORIGIN if route is not None and route.publishable else {}


def preflight(route: Route | None) -> dict[str, str]:
    """Headers that let a page of another origin send its key along."""
    if not cross_origin(route):
        return {}
    methods = {"Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers": ALLOWED_HEADERS}
    return {**ANY_ORIGIN, **methods, "Access-Control-Max-Age": "600"}
