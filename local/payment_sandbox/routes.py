"""The routes of Stripe's API that the sandbox has, and which of them move money."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.payment_sandbox import customers, payment_intents, refunds
from local.payment_sandbox.ledger import Ledger, Thing
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import missing

IDENTIFIER = r"([A-Za-z0-9_]{1,100})"


def always(_form: dict[str, Any]) -> bool:
    return True


def never(_form: dict[str, Any]) -> bool:
    return False


def when_confirmed(form: dict[str, Any]) -> bool:
    return form.get("confirm") == "true"


@dataclass(frozen=True)
class Route:
    """`operation(ledger, parameters[, identifier of the path])` answers an object or raises StripeError."""

    method: str
    path: re.Pattern[str]
    operation: Callable[..., Thing]
    moves_money: Callable[[dict[str, Any]], bool]


def retrieve_event(ledger: Ledger, parameters: Parameters, event_id: str) -> Thing:
    parameters.finish()
    body = ledger.store.callback_body(event_id)
    if body is None:
        raise missing("event", event_id, "id", status=404)
    return json.loads(body)


def _route(
    method: str, path: str, operation: Callable[..., Thing], moves_money: Callable[[dict[str, Any]], bool] = never
) -> Route:
    return Route(method, re.compile(path.replace("{id}", IDENTIFIER)), operation, moves_money)


ROUTES = (
    _route("POST", "/v1/payment_intents", payment_intents.create, when_confirmed),
    _route("GET", "/v1/payment_intents/{id}", payment_intents.retrieve),
    _route("POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm, always),
    _route("POST", "/v1/payment_intents/{id}/capture", payment_intents.capture, always),
    _route("POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel),
    _route("GET", "/v1/charges/{id}", payment_intents.retrieve_charge),
    _route("POST", "/v1/refunds", refunds.create_refund, always),
    _route("GET", "/v1/refunds", refunds.list_refunds),
    _route("GET", "/v1/refunds/{id}", refunds.retrieve_refund),
    _route("POST", "/v1/customers", customers.create_customer),
    _route("GET", "/v1/customers/{id}", customers.retrieve_customer),
    _route("GET", "/v1/payment_methods/{id}", customers.retrieve_payment_method),
    _route("POST", "/v1/payment_methods/{id}/attach", customers.attach),
    _route("POST", "/v1/payment_methods/{id}/detach", customers.detach),
    _route("GET", "/v1/events/{id}", retrieve_event),
)


def find_route(method: str, path: str) -> tuple[Route | None, str | None]:
    """The route, and the identifier in the path if it has one."""
    for route in ROUTES:
        match = route.path.fullmatch(path) if route.method == method else None
        if match:
            return route, match[1] if route.path.groups else None
    return None, None
