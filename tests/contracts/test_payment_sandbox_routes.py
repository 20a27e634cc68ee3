"""Every route of the payment sandbox by the `stripe` package's own client, and its objects by the package's types."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from local.payment_sandbox.routes import ROUTES
from tests.payment_sandbox_process import Sandbox, charged, order

CARDS = {"amount": 2650, "currency": "eur", "allowed_payment_method_types": ["card"]}
RETURN_URL = "http://127.0.0.1:1/back"
VISA: Any = {"payment_method": "pm_card_visa", "return_url": RETURN_URL}


def disputed(pay: Any) -> Any:
    intent = charged(pay, "pm_card_createDispute")
    return pay.disputes.list({"payment_intent": intent.id})


def refund_of(pay: Any) -> Any:
    return pay.refunds.create({"payment_intent": charged(pay).id, "amount": 1150, "metadata": {"refund_id": "r"}})


def attached(pay: Any) -> Any:
    return pay.payment_methods.attach("pm_card_visa", {"customer": pay.customers.create().id})


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
    ("POST", "/v1/refunds/{id}/cancel"): lambda pay: pay.refunds.cancel(refund_of(pay).id),
    ("GET", "/v1/disputes"): disputed,
    ("GET", "/v1/disputes/{id}"): lambda pay: pay.disputes.retrieve(disputed(pay).data[0].id),
    ("POST", "/v1/customers"): lambda pay: pay.customers.create({"metadata": {"user_id": "ada"}}),
    ("GET", "/v1/customers/{id}"): lambda pay: pay.customers.retrieve(pay.customers.create().id),
    ("DELETE", "/v1/customers/{id}"): lambda pay: pay.customers.delete(pay.customers.create().id),
    ("GET", "/v1/customers/{id}/payment_methods/{id}"): lambda pay: (
        lambda method: pay.customers.payment_methods.retrieve(method.customer, method.id)
    )(attached(pay)),
    ("GET", "/v1/payment_methods/{id}"): lambda pay: pay.payment_methods.retrieve(attached(pay).id),
    ("POST", "/v1/payment_methods/{id}/attach"): attached,
    ("POST", "/v1/payment_methods/{id}/detach"): lambda pay: pay.payment_methods.detach(attached(pay).id),
    ("POST", "/v1/test_helpers/confirmation_tokens"): token,
    ("GET", "/v1/confirmation_tokens/{id}"): lambda pay: pay.confirmation_tokens.retrieve(token(pay).id),
}
EVENT = ("GET", "/v1/events/{id}")  # has its own test: only a callback says its id
NAMES = {
    "charge": stripe.Charge,
    "confirmation_token": stripe.ConfirmationToken,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "list": stripe.ListObject,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "refund": stripe.Refund,
}


def test_every_route_has_a_call() -> None:
    assert {(route.method, route.path) for route in ROUTES} == {*CALLS, EVENT}


@pytest.mark.parametrize("route", CALLS, ids=" ".join)
def test_a_route_answers_the_package_with_an_object_of_its_type(
    sandbox: Sandbox, pay: Any, route: tuple[str, str]
) -> None:
    if route[1].endswith("/cancel") and "refunds" in route[1]:
        sandbox.switch("refunds", begin="requires_action")
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


def test_an_event_is_read_by_its_id(sandbox: Sandbox, pay: Any, receiver: Any) -> None:
    paid = charged(pay)
    [event] = receiver.await_types("payment_intent.succeeded")
    assert pay.events.retrieve(event.id).data.object.id == paid.id


def test_a_route_that_is_not_there_says_so(pay: Any) -> None:
    intent = pay.payment_intents.create(order())
    with pytest.raises(stripe.InvalidRequestError, match="Unrecognized request URL") as missing:
        pay.payment_intents.update(intent.id, {"description": "x"})
    assert missing.value.http_status == 404
