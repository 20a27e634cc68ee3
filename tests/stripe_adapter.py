"""The Stripe adapter over a scripted network, and what it is asked to do."""

from dataclasses import dataclass
from typing import Any

from box_office.adapters.stripe.provider import StripeProvider
from box_office.adapters.stripe.requests import Pace, StripeRequests, stripe_client
from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from tests.examples import order
from tests.fakes.money import FakeCounters
from tests.set_clock import SetClock
from tests.stripe_transport import Answered, ScriptedStripe

RETURN_URL = "https://cinema.example/paid"


@dataclass
class Scripted:
    port: StripeProvider
    transport: ScriptedStripe
    counters: FakeCounters

    @property
    def rang(self) -> int:
        return self.counters.counted["ProviderRequestsRefused"]


def adapter(*answers: Answered | Exception) -> Scripted:
    transport, counters = ScriptedStripe(*answers), FakeCounters()
    client = stripe_client("sk_test_scripted", "", 20, transport)
    requests = StripeRequests(lambda: client, Pace(SetClock(), 0), counters)
    return Scripted(StripeProvider(requests, lambda: "box-office-test", RETURN_URL), transport, counters)


def paying(**method: Any) -> tuple[Order, Attempt]:
    facts = {"kind": Kind.CARD, "payment_method": "pm_1"} | method
    attempt = Attempt(1, AttemptState.STARTED, Method(**facts), 2300, intent_id="pi_1")
    return order(attempt=1, attempts=(attempt,), sale="s1"), attempt
