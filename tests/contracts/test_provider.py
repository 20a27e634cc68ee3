"""Provider: two calls a charge, outcomes read by id, refunds once a key. On the fake, and on Stripe's package against
the payment sandbox, which is a process of its own."""

import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import stripe

from box_office.adapters.stripe.provider import StripeProvider
from box_office.adapters.stripe.requests import Pace, StripeRequests, stripe_client
from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.provider_answers import CardFace
from box_office.ports.payments import (
    CustomerUnknown,
    NoAnswer,
    Provider,
    ProviderBusy,
    ProviderRefused,
    ProviderTimedOut,
    RequestRefused,
)
from tests.examples import order
from tests.fakes import provider as fakes
from tests.fakes.money import FakeCounters
from tests.fakes.provider import FakeProvider
from tests.payment_sandbox_process import Sandbox
from tests.set_clock import SetClock

READ_SECONDS = 3.0  # of calls that are never answered; every other one takes milliseconds
# What a method does -> its token on the fake, in the sandbox
TOKENS = {
    "pays": ("pm_visa", "pm_card_visa"),
    "declined": ("pm_declined", "pm_card_chargeDeclined"),
    "no funds": ("pm_no_funds", "pm_card_chargeDeclinedInsufficientFunds"),
    "unknown": ("pm_unknown", "pm_nobody"),
    "challenged": (fakes.CHALLENGED, "pm_card_authenticationRequired"),
}


@dataclass
class Bank:
    """The port, and what the world does to the provider."""

    port: Provider
    kind: str
    fail: Callable[[str], None]  # ok, down, busy, lost: of every call from now on
    passes: Callable[[str], None]
    fails: Callable[[str], None]
    ledger: Callable[[], dict[str, Any]]

    def token(self, does: str) -> str:
        return TOKENS[does][self.kind == "stripe"]

    def captured(self) -> int:
        """As the provider counts; so is what was given back. In most currencies, EUR among them, that is as we do."""
        return sum(intent["amount_received"] for intent in self.ledger()["payment_intents"])

    def given_back(self) -> list[int]:
        return [refund["amount"] for refund in self.ledger()["refunds"] if refund["status"] == "succeeded"]


@pytest.fixture(scope="module")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(Path(tmp_path_factory.mktemp("provider")) / "state.db")
    yield sandbox
    sandbox.end(signal.SIGTERM)


@pytest.fixture(params=["fake", "stripe"])
def bank(request: pytest.FixtureRequest) -> Bank:
    if request.param == "fake":
        return fake_bank()
    return sandbox_bank(request.getfixturevalue("sandbox_process"))


def fake_bank() -> Bank:
    fake = FakeProvider()

    def fail(how: str) -> None:
        fake.always = how

    return Bank(fake, "fake", fail, fake.customer_passes, fake.customer_fails, lambda: fake.ledger)


def stripe_provider(
    client: stripe.StripeClient, return_url: str = "http://127.0.0.1:1/back", clock: SetClock | None = None, **more: Any
) -> StripeProvider:
    facts = {"interval_seconds": 0.0, "counters": FakeCounters()} | more
    pace = Pace(clock or SetClock(), facts["interval_seconds"])
    requests = StripeRequests(lambda: client, pace, facts["counters"])
    return StripeProvider(requests, lambda: "box-office-test", return_url)


def sandbox_bank(sandbox: Sandbox) -> Bank:
    sandbox.switch("mode", mode="ok")
    sandbox.switch("reset")
    modes = {"ok": "ok", "down": "down", "busy": "rate_limited", "lost": "timeout_after_charge"}
    client = sandbox.client(read_seconds=READ_SECONDS)
    port = stripe_provider(client)

    def challenge(outcome: str) -> Callable[[str], None]:
        return lambda intent_id: sandbox.switch("challenge", payment_intent=intent_id, outcome=outcome)

    def fail(how: str) -> None:
        sandbox.switch("mode", mode=modes[how])

    return Bank(port, "stripe", fail, challenge("pass"), challenge("fail"), sandbox.ledger)


def paying(
    bank: Bank, does: str = "pays", number: int = 1, amount: int = 2300, currency: str = "EUR", **method: Any
) -> tuple[Order, Attempt]:
    facts = {"kind": Kind.CARD, "payment_method": bank.token(does)} | method
    attempt = Attempt(number, AttemptState.STARTED, Method(**facts), amount)
    return order(seats="A1 A2", attempt=number, attempts=(attempt,), currency=currency), attempt


def created(bank: Bank, does: str = "pays", **more: Any) -> tuple[Order, Attempt]:
    of, attempt = paying(bank, does, **more)
    customer = bank.port.new_customer("ada", "or_1/1/customer") if attempt.method.save else None
    return of, replace(attempt, intent_id=bank.port.create(of, attempt, customer))


def charged(bank: Bank, **more: Any) -> str:
    of, attempt = created(bank, **more)
    assert bank.port.confirm(of, attempt).state == "CHARGED"
    return str(attempt.intent_id)


def test_a_charge_is_two_calls_and_carries_our_names(bank: Bank) -> None:
    of, attempt = created(bank)
    assert bank.captured() == 0
    assert bank.port.retrieve_intent(attempt.intent_id).state == "UNCONFIRMED"
    outcome = bank.port.confirm(of, attempt)
    assert (outcome.state, outcome.amount, outcome.intent_id) == ("CHARGED", 2300, attempt.intent_id)
    seen = bank.port.retrieve_intent(attempt.intent_id)
    assert (seen.state, seen.amount) == ("CHARGED", 2300)
    names = {"deployment": "box-office-test", "user_id": "ada", "event_id": "ev_1", "order_id": "or_1", "attempt": "1"}
    assert dict(seen.metadata) == names


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD", "ISK", "UGX", "MGA"])
def test_amounts_are_ours_in_every_currency(bank: Bank, currency: str) -> None:
    of, attempt = created(bank, currency=currency, amount=2300)
    assert bank.port.confirm(of, attempt).amount == 2300
    assert bank.port.retrieve_intent(attempt.intent_id).amount == 2300
    assert bank.port.refund(attempt.intent_id, 1100, "or_1/refund/1").given
    assert not bank.port.refund(attempt.intent_id, 1300, "or_1/refund/2").given, "more than is left"
    assert bank.port.refund(attempt.intent_id, 1200, "or_1/refund/3").given


def test_a_desks_intent_names_its_sale(bank: Bank) -> None:
    of, attempt = paying(bank)
    intent_id = bank.port.create(replace(of, sale="s1"), attempt, None)
    assert bank.port.retrieve_intent(intent_id).metadata["sale"] == "s1"


def test_the_same_attempt_creates_once_and_the_next_another(bank: Bank) -> None:
    of, attempt = paying(bank)
    first = bank.port.create(of, attempt, None)
    assert bank.port.create(of, attempt, None) == first
    assert bank.port.create(of, replace(attempt, number=2), None) != first


def test_a_confirm_twice_charges_once(bank: Bank) -> None:
    of, attempt = created(bank)
    bank.port.confirm(of, attempt)
    assert bank.port.confirm(of, attempt).state == "CHARGED"
    assert bank.captured() == 2300


@pytest.mark.parametrize(
    ("does", "code", "decline_code"),
    [
        ("declined", "card_declined", "generic_decline"),
        ("no funds", "card_declined", "insufficient_funds"),
        ("unknown", "resource_missing", None),
    ],
)
def test_a_decline_says_why(bank: Bank, does: str, code: str, decline_code: str | None) -> None:
    of, attempt = created(bank, does)
    outcome = bank.port.confirm(of, attempt)
    assert (outcome.state, outcome.decline["code"], outcome.decline["decline_code"]) == ("DECLINED", code, decline_code)
    assert outcome.decline["message"]
    if does != "unknown":
        seen = bank.port.retrieve_intent(attempt.intent_id)
        assert (seen.state, seen.decline["code"], seen.decline["decline_code"]) == ("DECLINED", code, decline_code)
    assert bank.captured() == 0


def test_an_intent_that_can_never_be_is_refused_for_good(bank: Bank) -> None:
    of, attempt = paying(bank, amount=10)
    with pytest.raises(ProviderRefused) as refused:
        bank.port.create(of, attempt, None)
    assert refused.value.decline["code"] == "amount_too_small"


def test_a_challenge_says_what_the_customer_has_to_do(bank: Bank) -> None:
    of, attempt = created(bank, "challenged")
    outcome = bank.port.confirm(of, attempt)
    assert outcome.state == "WAITS"
    assert set(outcome.next_action) == {"type", "url", "client_secret"}
    assert outcome.next_action["type"] == "redirect_to_url"
    assert outcome.next_action["url"].startswith("http")
    assert dict(bank.port.retrieve_intent(attempt.intent_id).next_action) == dict(outcome.next_action)


def test_a_challenge_that_is_passed_charges(bank: Bank) -> None:
    of, attempt = created(bank, "challenged")
    bank.port.confirm(of, attempt)
    bank.passes(str(attempt.intent_id))
    assert bank.port.retrieve_intent(attempt.intent_id).state == "CHARGED"


def test_a_challenge_that_is_failed_declines(bank: Bank) -> None:
    of, attempt = created(bank, "challenged")
    bank.port.confirm(of, attempt)
    bank.fails(str(attempt.intent_id))
    outcome = bank.port.retrieve_intent(attempt.intent_id)
    assert (outcome.state, outcome.decline["code"]) == ("DECLINED", "payment_intent_authentication_failure")


@pytest.mark.parametrize("does", [None, "declined", "challenged"])
def test_what_is_cancelled_is_charged_never_more(bank: Bank, does: str | None) -> None:
    of, attempt = created(bank, does or "pays")
    if does is not None:
        bank.port.confirm(of, attempt)
    assert bank.port.cancel(attempt.intent_id).state == "CANCELLED"
    assert bank.port.cancel(attempt.intent_id).state == "CANCELLED", "again is no trouble"
    assert bank.port.retrieve_intent(attempt.intent_id).state == "CANCELLED"
    assert bank.port.confirm(of, replace(attempt, number=9)).state == "CANCELLED"
    assert bank.captured() == 0


def test_a_cancel_that_comes_too_late_says_charged(bank: Bank) -> None:
    assert bank.port.cancel(charged(bank)).state == "CHARGED"


@pytest.mark.parametrize("call", ["retrieve_intent", "cancel", "refund"])
def test_not_found_is_no_answer(bank: Bank, call: str) -> None:
    with pytest.raises(NoAnswer):
        getattr(bank.port, call)("pi_nobody", *([100, "or_1/refund/1"] if call == "refund" else []))


@pytest.mark.parametrize(("how", "error"), [("busy", ProviderBusy), ("down", NoAnswer)])
def test_a_provider_that_is_down_or_busy_did_nothing(bank: Bank, how: str, error: type[Exception]) -> None:
    of, attempt = created(bank)
    bank.fail(how)
    calls = [
        lambda: bank.port.create(of, replace(attempt, number=2), None),
        lambda: bank.port.confirm(of, attempt),
        lambda: bank.port.retrieve_intent(attempt.intent_id),
        lambda: bank.port.cancel(attempt.intent_id),
        lambda: bank.port.refund(attempt.intent_id, 100, "or_1/refund/1"),
    ]
    for call in calls:
        with pytest.raises(error) as raised:
            call()
        assert isinstance(raised.value, ProviderBusy) is (how == "busy")
    bank.fail("ok")
    assert bank.port.retrieve_intent(attempt.intent_id).state == "UNCONFIRMED"
    assert len(bank.ledger()["payment_intents"]) == 1


def test_a_confirm_whose_answer_is_lost_charged_once_and_is_found_by_its_id(bank: Bank) -> None:
    of, attempt = created(bank)
    bank.fail("lost")
    with pytest.raises(NoAnswer):
        bank.port.confirm(of, attempt)
    bank.fail("ok")
    assert bank.port.retrieve_intent(attempt.intent_id).state == "CHARGED"
    assert bank.port.confirm(of, attempt).state == "CHARGED"
    assert bank.captured() == 2300


def test_a_refund_gives_back_once_a_key(bank: Bank) -> None:
    intent_id = charged(bank)
    for _ in range(3):
        assert bank.port.refund(intent_id, 1150, "or_1/refund/1").given
    assert bank.given_back() == [1150]
    assert bank.port.refund(intent_id, 1150, "or_1/refund/2").given
    assert bank.given_back() == [1150, 1150]


def test_a_refund_whose_answer_is_lost_is_found_under_its_key(bank: Bank) -> None:
    intent_id = charged(bank)
    bank.fail("lost")
    with pytest.raises(NoAnswer):
        bank.port.refund(intent_id, 1150, "or_1/refund/1")
    bank.fail("ok")
    assert bank.port.refund(intent_id, 1150, "or_1/refund/1").given
    assert bank.given_back() == [1150]


def test_more_than_was_captured_is_never_given_back(bank: Bank) -> None:
    intent_id = charged(bank)
    assert not bank.port.refund(intent_id, 2301, "or_1/refund/1").given
    assert bank.given_back() == []


def saved_method(bank: Bank) -> tuple[str, str]:
    """A customer and the method that was saved of them."""
    of, attempt = created(bank, save=True)
    outcome = bank.port.confirm(of, attempt)
    assert outcome.customer and outcome.payment_method
    return outcome.customer, outcome.payment_method


def test_a_method_that_is_to_be_saved_can_be_charged_again(bank: Bank) -> None:
    customer, method = saved_method(bank)
    of = order(seats="A1 A2")
    second = Attempt(2, AttemptState.STARTED, Method(Kind.SAVED, method, customer=customer), 1150)
    second = replace(second, intent_id=bank.port.create(of, second, customer))
    again = bank.port.confirm(of, second)
    assert (again.state, again.amount, again.customer) == ("CHARGED", 1150, customer)


def test_a_card_is_described_by_what_its_customer_knows_of_it(bank: Bank) -> None:
    if isinstance(bank.port, FakeProvider):
        bank.port.faces = {bank.token("pays"): CardFace("visa", "4242", "12/99")}
    face = bank.port.card_face(charged(bank))
    assert (face.brand, face.last4) == ("visa", "4242")
    assert face.expires is not None and re.fullmatch(r"12/[0-9]{2}", face.expires)


def test_without_a_saved_method_the_attempt_is_declined(bank: Bank) -> None:
    of, attempt = created(bank, kind=Kind.SAVED, payment_method=None)
    assert bank.port.confirm(of, attempt).decline["code"] == "no_saved_method"


def test_a_key_makes_one_customer_and_another_key_another(bank: Bank) -> None:
    first = bank.port.new_customer("ada", "or_1/1/customer")
    assert bank.port.new_customer("ada", "or_1/1/customer") == first
    assert bank.port.new_customer("ada", "or_2/1/customer") != first


def test_a_customer_that_the_provider_does_not_know_is_no_decline(bank: Bank) -> None:
    """And its attempt goes on with another customer, under a key of its own."""
    of, attempt = paying(bank, save=True)
    if isinstance(bank.port, FakeProvider):
        bank.port.gone.add("cus_gone")
    with pytest.raises(CustomerUnknown):
        bank.port.create(of, attempt, "cus_gone")
    customer = bank.port.new_customer("ada", "or_1/1/customer")
    intent_id = bank.port.create(of, attempt, customer)
    assert bank.port.create(of, attempt, customer) == intent_id
    assert bank.port.retrieve_intent(intent_id).customer == customer


def test_a_method_that_is_detached_can_never_be_charged_again_and_the_second_time_it_is_the_same(bank: Bank) -> None:
    customer, method = saved_method(bank)
    for _ in range(2):
        bank.port.detach(method)
    bank.port.detach("pm_never_there")
    second = Attempt(2, AttemptState.STARTED, Method(Kind.SAVED, method, customer=customer), 1150)
    second = replace(second, intent_id=bank.port.create(order(), second, customer))
    assert bank.port.confirm(order(), second).state == "DECLINED"


@pytest.mark.parametrize("how", ["down", "busy"])
def test_a_detach_without_an_answer_is_none(bank: Bank, how: str) -> None:
    _, method = saved_method(bank)
    bank.fail(how)
    with pytest.raises(NoAnswer):
        bank.port.detach(method)


@pytest.mark.shows("saved method, or its customer, is deleted at the provider")
def test_a_saved_method_that_is_gone_is_declined_as_such(sandbox_process: Sandbox) -> None:
    bank = sandbox_bank(sandbox_process)
    customer, method = saved_method(bank)
    sandbox_process.client().v1.payment_methods.detach(method)
    for token in (method, "pm_never_there"):
        second = Attempt(2, AttemptState.STARTED, Method(Kind.SAVED, token, customer=customer), 1150)
        second = replace(second, intent_id=bank.port.create(order(), second, customer))
        outcome = bank.port.confirm(order(), second)
        assert (outcome.state, outcome.decline["code"]) == ("DECLINED", "saved_method_gone")
        assert "forgotten" in outcome.decline["message"]
    assert bank.captured() == 2300


@pytest.mark.parametrize(
    ("currency", "ours", "charged_at_stripe", "part", "given_at_stripe"),
    [
        ("EUR", 2300, 2300, 1150, 1150),
        ("JPY", 2300, 2300, 1150, 1150),
        ("ISK", 5, 500, 2, 200),
        ("UGX", 15000, 1_500_000, 1, 100),
        ("MGA", 2300, 23, 1100, 11),
        ("KWD", 5120, 5120, 10, 10),
    ],
)
def test_stripe_is_told_the_amounts_that_it_means(
    sandbox_process: Sandbox, currency: str, ours: int, charged_at_stripe: int, part: int, given_at_stripe: int
) -> None:
    bank = sandbox_bank(sandbox_process)
    intent_id = charged(bank, currency=currency, amount=ours)
    assert bank.captured() == charged_at_stripe
    assert bank.port.retrieve_intent(intent_id).amount == ours
    assert bank.port.refund(intent_id, part, "or_1/refund/1").given
    assert bank.given_back() == [given_at_stripe]


@pytest.mark.parametrize(("currency", "amount"), [("KWD", 5124), ("MGA", 2350)])
def test_what_no_card_can_be_charged_with_is_refused_and_given_back_never(
    sandbox_process: Sandbox, currency: str, amount: int
) -> None:
    bank = sandbox_bank(sandbox_process)
    of, attempt = paying(bank, currency=currency, amount=amount)
    with pytest.raises(ProviderRefused) as refused:
        bank.port.create(of, attempt, None)
    assert refused.value.decline["code"] == "invalid_amount"
    assert not bank.port.refund(charged(bank, currency=currency, amount=10_000), amount, "or_1/refund/1").given
    assert bank.given_back() == []


@pytest.mark.parametrize("effect", [True, False])
@pytest.mark.parametrize("pruned", ["never", "before the next try", "after it"])
def test_a_stored_failure_gives_back_once(sandbox_process: Sandbox, effect: bool, pruned: str) -> None:
    bank = sandbox_bank(sandbox_process)
    intent_id = charged(bank)
    sandbox_process.switch("fail_once", effect=effect)
    with pytest.raises(NoAnswer):
        bank.port.refund(intent_id, 1150, "or_1/refund/1")
    for moment in ("before the next try", "after it", "for good measure"):
        if pruned == moment:
            sandbox_process.switch("prune_keys")
        assert bank.port.refund(intent_id, 1150, "or_1/refund/1").given
    assert bank.given_back() == [1150]
    assert bank.port.refund(intent_id, 1150, "or_1/refund/2").given, "another refund of as much is another"


def test_a_refund_that_fails_at_stripe_again_and_again_takes_a_key_each_time_and_gives_back_once(
    sandbox_process: Sandbox,
) -> None:
    bank = sandbox_bank(sandbox_process)
    intent_id = charged(bank)
    for effect in (False, False, True):
        sandbox_process.switch("fail_once", effect=effect)
        with pytest.raises(NoAnswer):
            bank.port.refund(intent_id, 1150, "or_1/refund/1")
    assert bank.port.refund(intent_id, 1150, "or_1/refund/1").given
    assert bank.given_back() == [1150]


def test_after_five_stored_failures_a_refund_waits_until_stripe_forgets_them(sandbox_process: Sandbox) -> None:
    bank = sandbox_bank(sandbox_process)
    intent_id = charged(bank)
    for _ in range(5):
        sandbox_process.switch("fail_once", effect=False)
        with pytest.raises(NoAnswer):
            bank.port.refund(intent_id, 1150, "or_1/refund/1")
    with pytest.raises(NoAnswer, match="every key"):
        bank.port.refund(intent_id, 1150, "or_1/refund/1")
    sandbox_process.switch("prune_keys")
    assert bank.port.refund(intent_id, 1150, "or_1/refund/1").given
    assert bank.given_back() == [1150]


def test_a_refund_whose_answer_was_lost_is_found_after_stripe_has_forgotten_its_key(sandbox_process: Sandbox) -> None:
    bank = sandbox_bank(sandbox_process)
    intent_id = charged(bank)
    bank.fail("lost")
    with pytest.raises(NoAnswer):
        bank.port.refund(intent_id, 1150, "or_1/refund/1")
    bank.fail("ok")
    sandbox_process.switch("prune_keys")
    assert bank.port.refund(intent_id, 1150, "or_1/refund/1").given
    assert bank.given_back() == [1150]


def test_a_pending_refund_that_failed_later_is_refused_and_not_tried_again(sandbox_process: Sandbox) -> None:
    bank = sandbox_bank(sandbox_process)
    intent_id = charged(bank, payment_method="pm_card_pendingRefund")
    assert bank.port.refund(intent_id, 1150, "or_1/refund/1").given
    [pending] = bank.ledger()["refunds"]
    sandbox_process.switch("settle", refund=pending["id"], outcome="fail")
    for _ in range(2):
        assert not bank.port.refund(intent_id, 1150, "or_1/refund/1").given
        sandbox_process.switch("prune_keys")
    assert len(bank.ledger()["refunds"]) == 1


def test_a_used_up_token_is_declined(sandbox_process: Sandbox) -> None:
    """Stripe names no parameter then."""
    bank = sandbox_bank(sandbox_process)
    spent = bank.port.retrieve_intent(charged(bank)).payment_method
    of, attempt = created(bank, number=2, payment_method=spent)
    outcome = bank.port.confirm(of, attempt)
    assert (outcome.state, outcome.decline["code"]) == ("DECLINED", "card_declined")
    assert outcome.decline["message"]
    assert bank.port.retrieve_intent(attempt.intent_id).state == "UNCONFIRMED", "so its caller has to cancel it"
    assert bank.captured() == 2300


def test_a_confirm_that_can_never_be_right_is_no_answer_and_rings(sandbox_process: Sandbox) -> None:
    """Our own mistake is nobody's decline."""
    counters = FakeCounters()
    port = stripe_provider(sandbox_process.client(), "no address", counters=counters)
    bank = replace(sandbox_bank(sandbox_process), port=port)
    of, attempt = created(bank)
    with pytest.raises(RequestRefused, match="url_invalid"):
        port.confirm(of, attempt)
    assert counters.counted == {"ProviderRequestsRefused": 1}
    assert bank.captured() == 0


def test_a_worker_that_was_idle_waits_before_its_second_call_alone(sandbox_process: Sandbox) -> None:
    clock = SetClock()
    port = stripe_provider(sandbox_process.client(), clock=clock, interval_seconds=0.64)
    bank = replace(sandbox_bank(sandbox_process), port=port)
    charged(bank)
    assert clock.slept == [0.64], "a charge is two calls"


def test_a_provider_that_is_slow_gives_no_answer_in_time(sandbox_process: Sandbox) -> None:
    bank = sandbox_bank(sandbox_process)
    of, attempt = created(bank, number=7)  # its key stays in use until the call is over
    sandbox_process.switch("mode", mode="slow", seconds=READ_SECONDS + 0.5)
    with pytest.raises(ProviderTimedOut):
        bank.port.confirm(of, attempt)
    sandbox_process.switch("mode", mode="ok")
    assert bank.port.retrieve_intent(attempt.intent_id).state == "CHARGED", "it took effect all the same"


def test_a_provider_that_refuses_connections_costs_no_time_out() -> None:
    nobody = stripe_client("sk_test", "http://127.0.0.1:1", timeout_seconds=60)
    port = stripe_provider(nobody)
    with pytest.raises(NoAnswer) as raised:
        port.retrieve_intent("pi_1")
    assert type(raised.value) is NoAnswer


def test_a_revoked_key_is_no_answer_and_rings(sandbox_process: Sandbox) -> None:
    bank = sandbox_bank(sandbox_process)
    counters = FakeCounters()
    port = stripe_provider(sandbox_process.client(key="not a key"), counters=counters)
    with pytest.raises(RequestRefused):
        port.retrieve_intent("pi_1")
    assert counters.counted == {"ProviderRequestsRefused": 1}
    assert bank.captured() == 0


def test_a_refund_that_fails_at_the_bank_was_given_at_first_and_is_refused_when_asked_again(
    sandbox_process: Sandbox,
) -> None:
    bank = sandbox_bank(sandbox_process)
    of, attempt = created(bank, payment_method="pm_card_refundFail")
    bank.port.confirm(of, attempt)
    assert bank.port.refund(attempt.intent_id, 2300, "or_1/refund/1").given, "banks say late that it failed"
    assert not bank.port.refund(attempt.intent_id, 2300, "or_1/refund/1").given
    assert bank.given_back() == []
    of, attempt = created(bank, payment_method="pm_card_pendingRefund", number=2)
    bank.port.confirm(of, attempt)
    assert bank.port.refund(attempt.intent_id, 2300, "or_1/refund/2").given, "pending is on its way"
