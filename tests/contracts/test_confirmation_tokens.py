"""Paying with a confirmation token: Stripe's package against the payment sandbox."""

import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from box_office.adapters.stripe.provider import StripeProvider
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.provider_answers import Outcome, OutcomeState
from tests.contracts.test_provider import stripe_provider
from tests.examples import order
from tests.payment_sandbox_process import Sandbox

RETURN_URL = "http://127.0.0.1:1/back"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(Path(tmp_path_factory.mktemp("tokens")) / "state.db")
    yield sandbox
    sandbox.end(signal.SIGTERM)


@pytest.fixture
def port(sandbox: Sandbox) -> StripeProvider:
    sandbox.switch("reset")
    return stripe_provider(sandbox.client(read_seconds=3.0))


def token(sandbox: Sandbox, method: str = "pm_card_visa", **more: Any) -> str:
    made = sandbox.client(read_seconds=3.0).v1.test_helpers.confirmation_tokens.create(
        {"payment_method": method, "return_url": RETURN_URL, **more}
    )
    return str(made.id)


def paid(port: StripeProvider, given: str, number: int = 1, save: bool = False) -> Outcome:
    attempt = Attempt(number, AttemptState.STARTED, Method(Kind.CARD, given, save), 1150)
    customer = port.new_customer("ada", f"customer-{number}") if save else None
    intent_id = port.create(order(), attempt, customer)
    return port.confirm(order(), replace(attempt, intent_id=intent_id))


def test_a_token_pays_once(port: StripeProvider, sandbox: Sandbox) -> None:
    given = token(sandbox)
    first = paid(port, given)
    assert (first.state, first.amount) == (OutcomeState.CHARGED, 1150)
    again = paid(port, given, 2)
    assert again.state is OutcomeState.DECLINED
    assert again.decline is not None and again.decline["code"] == "payment_intent_confirmation_token_invalid"


def test_a_token_whose_card_is_declined_is_a_decline(port: StripeProvider, sandbox: Sandbox) -> None:
    outcome = paid(port, token(sandbox, "pm_card_chargeDeclinedInsufficientFunds"))
    assert outcome.decline is not None
    assert (outcome.state, outcome.decline["decline_code"]) == (OutcomeState.DECLINED, "insufficient_funds")


def test_a_token_that_nobody_made_is_a_decline(port: StripeProvider) -> None:
    outcome = paid(port, "ctoken_nobody")
    assert outcome.decline is not None
    assert (outcome.state, outcome.decline["code"]) == (OutcomeState.DECLINED, "resource_missing")


def test_a_token_that_is_to_be_saved_leaves_its_method_with_the_customer(
    port: StripeProvider, sandbox: Sandbox
) -> None:
    outcome = paid(port, token(sandbox, setup_future_usage="on_session"), save=True)
    assert outcome.state is OutcomeState.CHARGED
    assert outcome.payment_method is not None and outcome.payment_method.startswith("pm_")
    assert outcome.customer is not None


def test_a_challenged_token_waits_for_its_customer(port: StripeProvider, sandbox: Sandbox) -> None:
    outcome = paid(port, token(sandbox, "pm_card_authenticationRequired"))
    assert outcome.state is OutcomeState.WAITS
    assert outcome.next_action is not None and outcome.next_action["client_secret"]
