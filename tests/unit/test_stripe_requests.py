"""Every request that the adapter can make, held against the package's own types: no name and no word that Stripe's
version does not take. No network is needed for that."""

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stripe

from box_office.adapters.stripe import provider
from box_office.adapters.stripe.requests import API_VERSION, stripe_client
from box_office.domain.payments import Kind
from box_office.ports.payments import NoAnswer
from tests.stripe_adapter import RETURN_URL, adapter, paying
from tests.stripe_parameters import complaints, params_of
from tests.stripe_transport import Answered, Sent, intent, refusal

ADAPTERS = Path(provider.__file__).parent
CALLS = {  # method and path -> the package's method, and the type of its parameters
    "POST /v1/customers": ("customers.create", "CustomerCreateParams"),
    "POST /v1/payment_intents": ("payment_intents.create", "PaymentIntentCreateParams"),
    "GET /v1/payment_intents/*": ("payment_intents.retrieve", "PaymentIntentRetrieveParams"),
    "POST /v1/payment_intents/*/confirm": ("payment_intents.confirm", "PaymentIntentConfirmParams"),
    "POST /v1/payment_intents/*/cancel": ("payment_intents.cancel", "PaymentIntentCancelParams"),
    "GET /v1/refunds": ("refunds.list", "RefundListParams"),
    "GET /v1/refunds/*": ("refunds.retrieve", "RefundRetrieveParams"),
    "GET /v1/charges/*": ("charges.retrieve", "ChargeRetrieveParams"),
    "POST /v1/refunds": ("refunds.create", "RefundCreateParams"),
    "POST /v1/payment_methods/*/detach": ("payment_methods.detach", "PaymentMethodDetachParams"),
}
CUSTOMER = Answered({"id": "cus_1", "object": "customer"})
NO_REFUNDS = Answered({"object": "list", "data": [], "has_more": False})
REFUND = Answered({"id": "re_1", "object": "refund", "status": "succeeded", "payment_intent": "pi_1"})
CHARGE = Answered({"id": "ch_1", "object": "charge", "payment_intent": "pi_1"})
SAVED = {"kind": Kind.SAVED, "payment_method": "pm_saved", "customer": "cus_1"}


def creates(answers: list[Answered], whose: str | None = None, **method: Any) -> list[Sent]:
    provider = adapter(*answers)
    provider.port.create(*paying(**method), whose)
    return provider.transport.sent


def confirms(**method: Any) -> list[Sent]:
    provider = adapter(intent(status="succeeded", amount_received=2300))
    assert provider.port.confirm(*paying(**method)).state == "CHARGED"
    return provider.transport.sent


def new_customer() -> list[Sent]:
    provider = adapter(CUSTOMER)
    assert provider.port.new_customer("ada", "or_1/1/customer") == "cus_1"
    return provider.transport.sent


def asks(call: str, *answers: Answered, arguments: tuple[Any, ...] = (), of: str = "pi_1") -> list[Sent]:
    provider = adapter(*answers)
    getattr(provider.port, call)(of, *arguments)
    return provider.transport.sent


PATHS: dict[str, Callable[[], list[Sent]]] = {
    "create": lambda: creates([intent()]),
    "create, the method to be saved": lambda: creates([intent()], "cus_1", save=True),
    "create, saved before": lambda: creates([intent()], "cus_1", **SAVED),
    "new customer": new_customer,
    "confirm": confirms,
    "confirm a saved one": lambda: confirms(**SAVED),
    "retrieve_intent": lambda: asks("retrieve_intent"),
    "retrieve_intent, from a refund": lambda: asks("retrieve_intent", REFUND, of="re_1"),
    "retrieve_intent, from a charge": lambda: asks("retrieve_intent", CHARGE, of="ch_1"),
    "cancel": lambda: asks("cancel", intent(status="canceled")),
    "cancel, too late": lambda: asks("cancel", refusal(), intent(status="succeeded")),
    "detach": lambda: asks("detach", Answered({"id": "pm_1", "object": "payment_method"}), of="pm_1"),
    "refund": lambda: asks("refund", intent(), NO_REFUNDS, REFUND, arguments=(1150, "or_1/refund/1")),
}


@pytest.mark.parametrize("path", PATHS)
def test_what_is_sent_is_what_stripes_version_takes(path: str) -> None:
    sent = PATHS[path]()
    assert sent
    for request in sent:
        _, params = CALLS[re.sub(r"(?<=/)[a-z]+_[0-9]+", "*", request.call)]
        assert complaints(request.parameters, params_of(params)) == []


def test_no_call_of_the_adapters_is_left_out() -> None:
    sent = {re.sub(r"(?<=/)[a-z]+_[0-9]+", "*", one.call) for path in PATHS.values() for one in path()}
    assert {CALLS[call][0] for call in sent} == calls_in_source()


def calls_in_source() -> set[str]:
    """`client.v1.refunds.create(...)` -> `refunds.create`."""
    found = set()
    for source in ADAPTERS.glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call):
                match = re.fullmatch(r"[a-z_.()]+\.v1\.([a-z_]+\.[a-z_]+)", ast.unparse(node.func))
                found |= {match[1]} if match else set()
    return found


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        ({"payment_method_types": {"0": "card"}}, "has no payment_method_types"),
        ({"automatic_payment_methods": {"on": "true"}}, "has no automatic_payment_methods[on]"),
        ({"allowed_payment_method_types": {"0": "cash"}}, "allowed_payment_method_types[] is none of"),
        ({"setup_future_usage": "always"}, "setup_future_usage is none of"),
        ({"payment_method_options": {"card": {"request_three_d_secure": "maybe"}}}, "request_three_d_secure] is none"),
        ({"idempotency_key": "or_1/1"}, "has no idempotency_key"),
        ({"metadata": {"order_id": "or_1"}, "shipping": "home"}, "shipping is no value"),
        ({"currency": "eur", "shipping": {"address": {"planet": "mars"}}}, "has no shipping[address][planet]"),
    ],
)
def test_a_name_or_word_that_is_not_stripes_is_found(sent: dict[str, Any], what: str) -> None:
    [complaint] = complaints(sent, params_of("PaymentIntentCreateParams"))
    assert what in complaint


def test_the_version_is_the_one_that_the_package_was_made_for_and_every_request_names_it() -> None:
    assert stripe.api_version is None or stripe.api_version == API_VERSION
    assert stripe_client("sk_test_1", "", 20)._requestor._options.stripe_version == API_VERSION
    assert stripe._api_version._ApiVersion.CURRENT == API_VERSION, "another package: read its changes, then move on"
    for path in PATHS.values():
        assert {request.headers["Stripe-Version"] for request in path()} == {API_VERSION}


def test_a_create_asks_for_cards_alone() -> None:
    [sent] = creates([intent()])
    assert sent.parameters["allowed_payment_method_types"] == {"0": "card"}


@pytest.mark.parametrize("types", [[], ["link"], None, ...])
def test_an_intent_that_no_card_can_pay_is_no_answer_and_is_never_confirmed(types: Any) -> None:
    """Stripe leaves out what the account has not activated, and answers 200."""
    provider = adapter(intent(payment_method_types=types))
    of, attempt = paying()
    with pytest.raises(NoAnswer):
        provider.port.create(of, replace(attempt, intent_id=None), None)
    assert provider.transport.calls == ["POST /v1/payment_intents"]


@pytest.mark.parametrize("method", [{}, SAVED])
def test_a_confirm_says_where_the_customer_comes_back_to(method: dict[str, Any]) -> None:
    [sent] = confirms(**method)
    assert sent.parameters["return_url"] == RETURN_URL
    assert sent.parameters["payment_method"] == ("pm_saved" if method else "pm_1")


def test_an_intent_of_a_saved_method_is_its_customers() -> None:
    [sent] = creates([intent()], "cus_1", **SAVED)
    assert sent.parameters["customer"] == "cus_1"
    assert "setup_future_usage" not in sent.parameters
    [sent] = creates([intent()], "cus_1", save=True)
    assert (sent.parameters["customer"], sent.parameters["setup_future_usage"]) == ("cus_1", "on_session")


def test_an_attempt_that_goes_on_with_another_customer_takes_another_key() -> None:
    """Under the same key Stripe would refuse the other parameters for ever."""
    keys = [creates([intent()], who, save=True)[0].headers["Idempotency-Key"] for who in ("cus_1", "cus_2", "cus_1")]
    assert keys[0] == keys[2] != keys[1]
