"""The payment sandbox behind the browser tests' cinema: the real adapter asks it, the page loads its script and its
card form, and its signed callbacks come back."""

from pathlib import Path
from typing import Any

from box_office.adapters.stripe.provider import StripeProvider
from box_office.adapters.stripe.requests import Pace, StripeRequests
from tests.deliveries import SECRETS
from tests.fakes.money import FakeCounters
from tests.payment_sandbox_process import Sandbox
from tests.set_clock import SetClock

CALLBACKS = "/PaymentWebhook/api/v0/"
DEPLOYMENT = "box-office-test"
APPROVE = {"en": "Approve the payment", "es": "Aprobar el pago"}  # on the bank's page, by the page's language


class SandboxProvider(StripeProvider):
    """ports.payments.Provider, and what tests/verbs.py asks of a provider."""

    deployment = DEPLOYMENT

    def __init__(self, sandbox: Sandbox, return_url: str) -> None:
        client = sandbox.client()
        requests = StripeRequests(lambda: client, Pace(SetClock(), 0.0), FakeCounters())
        super().__init__(requests, lambda: DEPLOYMENT, return_url)
        self._sandbox = sandbox

    @property
    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        return self._sandbox.ledger()


def sandbox_of_cinema(state: Path) -> Sandbox:
    return Sandbox(state, SECRETS["box-office-test/payment"]["webhook_secret"])
