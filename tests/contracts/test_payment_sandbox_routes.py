"""Every route of the payment sandbox by the `stripe` package's own client, and its objects by the package's types."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from local.payment_sandbox.routes import ROUTES
from tests.payment_sandbox_process import charged, order, saved

CARDS = {"amount": 2650, "currency": "eur", "allowed_payment_method_types": ["card"]}
RETURN_URL = "http://127.0.0.1:1/back"
VISA: Any = {"payment_method": "pm_card_visa", "return_url": RETURN_URL}


def refund_of(pay: Any) -> Any:
    return pay.refunds.create({"payment_intent": charged(pay).id, "amount": 1150, "metadata": {"refund_id": "r"}})


def token(pay: Any) -> Any:
    return pay.test_helpers.confirmation_tokens.create(VISA)


def declined(pay: Any) -> Any:
    intent = pay.payment_intents.create(CARDS)
    with pytest.raises(stripe.CardError):
        pay.payment_intents.confirm(intent.id, {**VISA, "payment_method": "pm_card_chargeDeclined"})
    return pay.payment_intents.retrieve(intent.id)


# (method, path) -> the call, by the package
CALLS: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("POST", "/v1/payment_intents"): lambda pay: pay.payment_intents.create(CARDS),
    ("GET", "/v1/payment_intents/{id}"): declined,
    ("POST", "/v1/payment_intents/{id}/confirm"): lambda pay: pay.payment_intents.confirm(
        pay.payment_intents.create(CARDS).id, VISA
    ),
    ("POST", "/v1/payment_intents/{id}/capture"): lambda pay: pay.payment_intents.capture(
        charged(pay, capture_method="manual").id
    ),
    ("POST", "/v1/payment_intents/{id}/cancel"): lambda pay: pay.payment_intents.cancel(
        pay.payment_intents.create(CARDS).id
    ),
    ("GET", "/v1/charges/{id}"): lambda pay: pay.charges.retrieve(charged(pay).latest_charge),
    ("POST", "/v1/refunds"): refund_of,
    ("GET", "/v1/refunds"): lambda pay: pay.refunds.list({"payment_intent": refund_of(pay).payment_intent}),
    ("GET", "/v1/refunds/{id}"): lambda pay: pay.refunds.retrieve(refund_of(pay).id),
    ("POST", "/v1/customers"): lambda pay: pay.customers.create({"metadata": {"user_id": "ada"}}),
    ("DELETE", "/v1/customers/{id}"): lambda pay: pay.customers.delete(pay.customers.create().id),
    ("POST", "/v1/payment_methods/{id}/detach"): lambda pay: pay.payment_methods.detach(
        saved(pay, pay.customers.create().id)
    ),
    ("POST", "/v1/test_helpers/confirmation_tokens"): token,
}
OF_STRIPE_JS = {("POST", "/v1/confirmation_tokens")}  # not the package's: tests/contracts/test_payment_sandbox_pages.py
NAMES = {
    "charge": stripe.Charge,
    "confirmation_token": stripe.ConfirmationToken,
    "customer": stripe.Customer,
    "list": stripe.ListObject,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "refund": stripe.Refund,
}


def test_every_route_has_a_call() -> None:
    assert {(route.method, route.path) for route in ROUTES} - OF_STRIPE_JS == CALLS.keys()


@pytest.mark.parametrize("route", CALLS, ids=" ".join)
def test_a_route_answers_the_package_with_an_object_of_its_type(pay: Any, route: tuple[str, str]) -> None:
    answer = CALLS[route](pay)
    things = answer.data if answer.object == "list" else [answer]
    for thing in (answer, *things):
        assert isinstance(thing, NAMES[thing.object])
        unknown = set(thing.to_dict()) - set(thing.__annotations__) - {"object"}
        assert not unknown, "the package's type has no such members"
        assert getattr(thing, "livemode", False) is False


@pytest.mark.parametrize("error", ["declined", "challenged"])
def test_what_is_inside_an_intent_has_the_packages_members_too(pay: Any, error: str) -> None:
    if error == "declined":
        inside = declined(pay).last_payment_error
    else:
        inside = charged(pay, "pm_card_authenticationRequired", return_url=RETURN_URL).next_action
    assert set(inside.to_dict()) <= set(type(inside).__annotations__)


def test_a_route_that_is_not_there_says_so(pay: Any) -> None:
    intent = pay.payment_intents.create(order())
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as missing:
        pay.payment_intents.update(intent.id, {"description": "x"})
    assert missing.value.http_status == 404
