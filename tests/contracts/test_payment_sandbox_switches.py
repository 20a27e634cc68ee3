"""What can be switched in the payment sandbox, its callbacks, its challenges, and what outlives its end."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import stripe

from tests.payment_sandbox_process import ROOT, SECRET, Receiver, Sandbox, charged, key, order, saved, wait_for
from tests.waiting import WAIT_SECONDS_MAX

RETURN_URL = "http://127.0.0.1:1/back?event=ev_1"
CHALLENGED = "pm_card_authenticationRequired"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox that a test may kill."""
    sandbox = Sandbox(tmp_path / "state.db")
    yield sandbox
    sandbox.end(signal.SIGKILL)


def test_a_passed_challenge_charges(sandbox: Sandbox, pay: Any, receiver: Receiver) -> None:
    intent = charged(pay, CHALLENGED, return_url=RETURN_URL)
    assert (intent.status, intent.amount_received) == ("requires_action", 0)
    assert intent.next_action.type == "redirect_to_url"
    assert intent.next_action.redirect_to_url.return_url == RETURN_URL
    sandbox.switch("challenge", payment_intent=intent.id, outcome="pass")
    after = pay.payment_intents.retrieve(intent.id)
    assert (after.status, after.amount_received, after.next_action) == ("succeeded", 2650, None)
    receiver.await_types("payment_intent.requires_action", "payment_intent.succeeded")


def test_a_failed_challenge_does_not_charge_and_another_card_may(sandbox: Sandbox, pay: Any) -> None:
    intent = charged(pay, "pm_card_threeDSecure2Required")
    assert intent.next_action.type == "use_stripe_sdk", "without a way back Stripe does not redirect"
    sandbox.switch("challenge", payment_intent=intent.id, outcome="fail")
    after = pay.payment_intents.retrieve(intent.id)
    assert (after.status, after.amount_received) == ("requires_payment_method", 0)
    assert after.last_payment_error.code == "payment_intent_authentication_failure"
    assert pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_a_cancelled_intents_challenge_is_over(sandbox: Sandbox, pay: Any) -> None:
    intent = charged(pay, CHALLENGED, return_url=RETURN_URL)
    assert pay.payment_intents.cancel(intent.id).next_action is None
    refusal = sandbox.refused_switch("challenge", {"payment_intent": intent.id, "outcome": "pass"})
    assert "canceled" in refusal
    assert pay.payment_intents.retrieve(intent.id).amount_received == 0


def test_a_card_can_pass_the_challenge_and_be_declined_all_the_same(sandbox: Sandbox, pay: Any) -> None:
    intent = charged(pay, "pm_card_threeDSecureRequiredChargeDeclined", return_url=RETURN_URL)
    sandbox.switch("challenge", payment_intent=intent.id, outcome="pass")
    after = pay.payment_intents.retrieve(intent.id)
    assert (after.status, after.last_payment_error.code) == ("requires_payment_method", "card_declined")


@pytest.mark.parametrize(
    ("outcome", "status", "result"), [("pass", "succeeded", "succeeded"), ("fail", "requires_payment_method", "failed")]
)
def test_the_challenge_page_does_the_same_and_leads_back_to_the_shop(
    sandbox: Sandbox, pay: Any, outcome: str, status: str, result: str
) -> None:
    intent = charged(pay, CHALLENGED, return_url=RETURN_URL)
    page = sandbox.http.get(intent.next_action.redirect_to_url.url)
    assert page.status_code == 200
    assert '<html lang="en">' in page.text and page.text.count("<button ") == 2 and "26.50 EUR" in page.text
    form = {"payment_intent": intent.id, "outcome": outcome}
    answer = sandbox.http.post(f"{sandbox.url}/_sandbox/challenge", data=form)
    assert answer.status_code == 303
    back = urlsplit(answer.headers["Location"])
    assert parse_qs(back.query) == {
        "event": ["ev_1"],
        "payment_intent": [intent.id],
        "payment_intent_client_secret": [intent.client_secret],
        "redirect_status": [result],
    }
    assert pay.payment_intents.retrieve(intent.id).status == status
    assert "<button " not in sandbox.http.get(intent.next_action.redirect_to_url.url).text


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json"])
def test_a_challenge_takes_json_whatever_it_is_called_and_refuses_in_json(
    sandbox: Sandbox, pay: Any, content_type: str
) -> None:
    """`curl -d` calls every body a form."""
    intent = charged(pay, CHALLENGED, return_url=RETURN_URL)

    def post(body: str) -> httpx.Response:
        url = f"{sandbox.url}/_sandbox/challenge"
        return sandbox.http.post(url, content=body, headers={"Content-Type": content_type})

    for body, told in (
        (f'{{"payment_intent": "{intent.id}", "outcome": "maybe"}}', "outcome must be one of"),
        (f'{{"payment_intent": "{intent.id}", "outcome"', "not JSON"),
        ('["pass"]', "must be a JSON object"),
    ):
        refused = post(body)
        assert (refused.status_code, told in refused.json()["error"]) == (400, True)
    passed = post(f' {{"payment_intent": "{intent.id}", "outcome": "pass"}}')
    assert (passed.status_code, passed.json()["status"]) == (200, "succeeded")
    assert pay.payment_intents.retrieve(intent.id).amount_received == 2650


def test_a_saved_card_pays_again_for_its_customer_only(pay: Any) -> None:
    customer = pay.customers.create({"metadata": {"user_id": "ada"}})
    method = saved(pay, customer.id)
    for _ in range(2):
        intent = charged(pay, method, customer=customer.id, off_session=True)
        assert (intent.status, intent.payment_method) == ("succeeded", method)
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Customer"):
        charged(pay, method)
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Customer"):
        charged(pay, method, customer=pay.customers.create().id)


def test_a_card_used_once_without_a_customer_is_spent_unless_it_was_to_be_kept(pay: Any) -> None:
    spent = charged(pay).payment_method
    with pytest.raises(stripe.InvalidRequestError, match="previously used"):
        charged(pay, spent)
    customer = pay.customers.create()
    kept = charged(pay, customer=customer.id, setup_future_usage="off_session").payment_method
    assert charged(pay, kept, customer=customer.id).status == "succeeded"


def test_a_saved_card_that_needs_its_owner_is_declined_off_session(sandbox: Sandbox, pay: Any) -> None:
    customer = pay.customers.create()
    first = charged(pay, CHALLENGED, customer=customer.id, setup_future_usage="on_session")
    method = first.payment_method
    sandbox.switch("challenge", payment_intent=first.id, outcome="pass")
    with pytest.raises(stripe.CardError) as declined:
        charged(pay, method, customer=customer.id, off_session=True)
    assert declined.value.code == "authentication_required"
    assert charged(pay, method, customer=customer.id).status == "requires_action"


def test_down_fails_every_call_at_once_without_effect_and_frees_its_key(sandbox: Sandbox, pay: Any) -> None:
    intent = pay.payment_intents.create(order())
    sandbox.switch("mode", mode="down")
    for call in (
        lambda: pay.payment_intents.create(order(), key("or_1/1")),
        lambda: pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}),
        lambda: pay.payment_intents.retrieve(intent.id),
    ):
        with pytest.raises(stripe.APIError) as failed:
            call()
        assert failed.value.http_status == 503
    [unchanged] = sandbox.ledger()["payment_intents"]
    assert unchanged["status"] == "requires_payment_method"
    sandbox.switch("mode", mode="ok")
    created = pay.payment_intents.create(order(), key("or_1/1"))
    assert "Idempotent-Replayed" not in created.last_response.headers


def test_rate_limited_refuses_with_429_and_without_effect(sandbox: Sandbox, pay: Any) -> None:
    sandbox.switch("mode", mode="rate_limited")
    with pytest.raises(stripe.RateLimitError) as limited:
        charged(pay)
    assert (limited.value.http_status, limited.value.error.code) == (429, "rate_limit")
    assert sandbox.ledger()["payment_intents"] == []


def test_slow_takes_effect_at_once_and_answers_late_and_its_key_is_in_use_meanwhile(sandbox: Sandbox) -> None:
    assert sandbox.switch("mode", mode="slow", seconds=0.6) == {"mode": "slow", "seconds": 0.6}
    answers = []
    started = time.monotonic()
    create = order(confirm=True, payment_method="pm_card_visa")
    first = threading.Thread(
        target=lambda: answers.append(sandbox.client().v1.payment_intents.create(create, key("or_1/1")))
    )
    first.start()
    wait_for(lambda: len(sandbox.ledger()["payment_intents"]) == 1)
    with pytest.raises(stripe.APIError) as twin:
        sandbox.client().v1.payment_intents.create(create, key("or_1/1"))
    assert (twin.value.http_status, twin.value.error.code) == (409, "idempotency_key_in_use")
    first.join(WAIT_SECONDS_MAX)
    assert time.monotonic() - started >= 0.6
    assert [answer.status for answer in answers] == ["succeeded"]
    sandbox.switch("mode", mode="ok")
    again = sandbox.client().v1.payment_intents.create(create, key("or_1/1"))
    assert again.id == answers[0].id


def test_hang_accepts_has_no_effect_and_hangs_up_without_an_answer(sandbox: Sandbox, pay: Any) -> None:
    intent = pay.payment_intents.create(order())
    assert sandbox.switch("mode", mode="hang", seconds=0.5) == {"mode": "hang", "seconds": 0.5}
    for call in (
        lambda: pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}, key("c/1")),
        lambda: pay.payment_intents.retrieve(intent.id),
    ):
        started = time.monotonic()
        with pytest.raises(stripe.APIConnectionError):
            call()
        assert time.monotonic() - started >= 0.5
    sandbox.switch("mode", mode="hang", seconds=60)
    with pytest.raises(stripe.APIConnectionError):
        sandbox.client(read_seconds=0.2).v1.payment_intents.retrieve(intent.id)
    [unchanged] = sandbox.ledger()["payment_intents"]
    assert unchanged["status"] == "requires_payment_method"
    sandbox.switch("mode", mode="ok")
    paid = pay.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}, key("c/1"))
    assert (paid.status, "Idempotent-Replayed" in paid.last_response.headers) == ("succeeded", False)


def test_a_call_that_timed_out_after_the_charge_shows_in_the_ledger(sandbox: Sandbox) -> None:
    impatient, patient = sandbox.client(read_seconds=0.3).v1, sandbox.client().v1
    manual, plain = charged(patient, capture_method="manual"), patient.payment_intents.create(order())
    paid = charged(patient)
    sandbox.switch("mode", mode="timeout_after_charge")
    for call in (
        lambda: impatient.payment_intents.confirm(plain.id, {"payment_method": "pm_card_visa"}, key("c/1")),
        lambda: impatient.payment_intents.capture(manual.id),
        lambda: charged(impatient),
        lambda: impatient.refunds.create({"payment_intent": paid.id, "amount": 50}),
    ):
        with pytest.raises(stripe.APIConnectionError):
            call()
    assert patient.payment_intents.retrieve(plain.id).status == "succeeded", "look-ups are answered"
    assert patient.payment_intents.cancel(patient.payment_intents.create(order()).id).status == "canceled"
    shown = sandbox.ledger()
    assert sorted(one["amount_received"] for one in shown["payment_intents"]) == [0, 2650, 2650, 2650, 2650]
    assert [one["amount"] for one in shown["refunds"]] == [50]
    sandbox.switch("mode", mode="ok")
    replayed = patient.payment_intents.confirm(plain.id, {"payment_method": "pm_card_visa"}, key("c/1"))
    assert replayed.last_response.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("effect", [True, False])
def test_fail_once_stores_a_500_under_the_key_until_it_is_pruned(sandbox: Sandbox, pay: Any, effect: bool) -> None:
    part = {"payment_intent": charged(pay).id, "amount": 1150}
    sandbox.switch("fail_once", effect=effect)
    replayed = []
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            pay.refunds.create(part, key("or_1/refund/1"))
        assert failed.value.http_status == 500
        replayed.append(failed.value.headers.get("Idempotent-Replayed"))
    assert replayed == [None, "true"]
    assert len(sandbox.ledger()["refunds"]) == effect
    assert pay.refunds.create(part, key("or_1/refund/2")).amount == 1150, "once is once"
    assert sandbox.switch("prune_keys")["pruned"] == 3, "the two, and the key that the package gives a charge"
    with pytest.raises(stripe.InvalidRequestError) if effect else nullcontext():
        pay.refunds.create(part, key("or_1/refund/1"))
    assert [one["amount"] for one in sandbox.ledger()["refunds"]] == [1150, 1150]


def test_a_reset_takes_back_a_failure_that_waits(sandbox: Sandbox, pay: Any) -> None:
    sandbox.switch("fail_once", effect=False)
    sandbox.switch("reset")
    part = {"payment_intent": charged(pay).id, "amount": 1150}
    assert pay.refunds.create(part, key("or_1/refund/1")).amount == 1150


def test_declining_declines_good_cards_and_passed_challenges(sandbox: Sandbox, pay: Any) -> None:
    waiting = charged(pay, CHALLENGED)
    sandbox.switch("mode", mode="declining")
    for token in ("pm_card_visa", CHALLENGED):
        with pytest.raises(stripe.CardError):
            charged(pay, token)
    sandbox.switch("challenge", payment_intent=waiting.id, outcome="pass")
    assert [one["amount_received"] for one in sandbox.ledger()["payment_intents"]] == [0, 0, 0]


def test_a_bank_debit_processes_until_it_is_settled(sandbox: Sandbox, pay: Any, receiver: Receiver) -> None:
    intent = charged(pay, "pm_usBankAccount_success")
    assert (intent.status, intent.amount_received) == ("processing", 0)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay.payment_intents.cancel(intent.id)
    assert refused.value.error.payment_intent.status == "processing"
    sandbox.switch("settle", payment_intent=intent.id, outcome="succeed")
    receiver.await_types("payment_intent.processing", "payment_intent.succeeded")
    failing = charged(pay, "pm_usBankAccount_success")
    assert sandbox.switch("settle", payment_intent=failing.id, outcome="fail")["status"] == "requires_payment_method"
    assert pay.payment_intents.cancel(charged(pay, "pm_usBankAccount_processing").id).status == "canceled"


@pytest.mark.parametrize(
    ("switch", "body", "says"),
    [
        ("mode", {"mode": "upside_down"}, "timeout_after_charge"),
        ("mode", {"mode": "slow"}, "seconds"),
        ("mode", {"mode": "slow", "seconds": True}, "seconds"),
        ("mode", {"mode": "slow", "seconds": 0}, "seconds"),
        ("mode", {"mode": "hang"}, "seconds"),
        ("mode", {"mode": "hang", "seconds": 121}, "at most 120"),
        ("mode", {"mode": "ok", "seconds": 3}, "nothing else"),
        ("mode", ["ok"], "JSON object"),
        ("challenge", {"payment_intent": "pi_nobody", "outcome": "pass"}, "no such"),
        ("challenge", {"payment_intent": "pi_nobody", "outcome": "maybe"}, "outcome"),
        ("settle", {"outcome": "fail"}, "payment_intent or a refund"),
        ("settle", {"refund": "re_nobody", "outcome": "fail"}, "no such refund"),
        ("settle", {"refund": "re_1", "dispute": "du_1", "outcome": "fail"}, "payment_intent or a refund"),
        ("refunds", {"begin": "failed"}, "requires_action"),
        ("webhook", {"url": "ftp://127.0.0.1/"}, "http://"),
        ("webhook", {}, "http://"),
        ("fail_once", {"effect": "yes"}, "true or false"),
        ("prune_keys", {"older_than": 1}, "nothing else"),
        ("reset", {"everything": True}, "nothing else"),
    ],
)
def test_a_switch_that_makes_no_sense_is_refused_with_the_reason(
    sandbox: Sandbox, switch: str, body: Any, says: str
) -> None:
    assert says in sandbox.refused_switch(switch, body)
    assert sandbox.health()["mode"] == {"mode": "ok"}


def test_switches_answer_in_every_mode_and_a_mode_lasts_until_the_next_one(sandbox: Sandbox) -> None:
    for mode in ("down", "rate_limited", "lock_timeout", "timeout_after_charge", "declining"):
        assert sandbox.switch("mode", mode=mode) == {"mode": mode}
        sandbox.switch("reset")
        assert sandbox.health()["mode"] == {"mode": mode}
        assert sandbox.ledger() == {"payment_intents": [], "refunds": []}


# Callbacks


def test_every_outcome_calls_back_with_the_whole_object_signed(sandbox: Sandbox, pay: Any, receiver: Receiver) -> None:
    paid = charged(pay, metadata={"order_id": "or_5k"})
    pay.refunds.create({"payment_intent": paid.id})
    cancelled = pay.payment_intents.cancel(pay.payment_intents.create(order()).id)
    with pytest.raises(stripe.CardError):
        charged(pay, "pm_card_chargeDeclined")
    [event] = receiver.await_types("payment_intent.succeeded")
    assert event.data.object.metadata["order_id"] == "or_5k"
    assert (event.data.object.id, event.data.object.amount_received) == (paid.id, 2650)
    assert event.request.idempotency_key
    receiver.await_types("refund.created", "charge.refunded", "payment_intent.payment_failed")
    [event] = receiver.await_types("payment_intent.canceled")
    assert event.data.object.id == cancelled.id
    wait_for(lambda: sandbox.health()["callbacks"]["waiting"] == 0)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(*receiver.received[0], "whsec_somebody_elses")


def test_a_chargeback_calls_back_and_cannot_be_refunded(pay: Any, receiver: Receiver) -> None:
    intent = charged(pay, "pm_card_createDispute")
    assert intent.status == "succeeded"
    [event] = receiver.await_types("charge.dispute.created")
    assert (event.data.object.payment_intent, event.data.object.amount) == (intent.id, 2650)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"


def test_a_refused_callback_is_sent_again_after_a_pause(sandbox: Sandbox, pay: Any, receiver: Receiver) -> None:
    receiver.statuses = [500, 302]
    pay.payment_intents.cancel(pay.payment_intents.create(order()).id)
    wait_for(lambda: len(receiver.received) == 3)
    assert len({event.id for event in receiver.events()}) == 1
    wait_for(lambda: sandbox.health()["callbacks"] == {"waiting": 0, "delivered": 1, "given_up": 0})


def test_callbacks_that_fall_due_in_another_mode_go_out_once_it_is_ok(
    sandbox: Sandbox, pay: Any, receiver: Receiver
) -> None:
    sandbox.switch("mode", mode="declining")
    with pytest.raises(stripe.CardError):
        charged(pay)
    time.sleep(0.3)
    assert (receiver.received, sandbox.health()["callbacks"]["waiting"]) == ([], 1)
    sandbox.switch("mode", mode="ok")
    receiver.await_types("payment_intent.payment_failed")


# What outlives its end


def test_what_was_answered_outlives_a_kill(own: Sandbox) -> None:
    pay = own.client().v1
    receiver = Receiver()
    own.switch("mode", mode="slow", seconds=0.01)  # callbacks wait
    own.switch("webhook", url=receiver.url)
    paid, open_intent = charged(pay), pay.payment_intents.create(order(), key("or_6/1"))
    before = own.ledger()
    own.end(signal.SIGKILL)
    own.start()
    assert own.ledger() == before
    assert own.health()["mode"] == {"mode": "slow", "seconds": 0.01}
    again = own.client().v1
    assert again.payment_intents.create(order(), key("or_6/1")).id == open_intent.id
    assert receiver.received == []
    own.switch("mode", mode="ok")
    [event] = receiver.await_types("payment_intent.succeeded")
    assert event.data.object.id == paid.id
    receiver.close()


def test_no_acknowledged_charge_is_lost_when_it_is_killed_under_load(own: Sandbox) -> None:
    acknowledged: list[str] = []

    def buy() -> None:
        client = own.client().v1
        try:
            while True:
                acknowledged.append(charged(client).id)
        except stripe.APIConnectionError:
            return

    buyers = [threading.Thread(target=buy) for _ in range(4)]
    for buyer in buyers:
        buyer.start()
    wait_for(lambda: len(acknowledged) >= 50)
    own.end(signal.SIGKILL)
    for buyer in buyers:
        buyer.join(WAIT_SECONDS_MAX)
    own.start()
    kept = {one["id"]: one["amount_received"] for one in own.ledger()["payment_intents"]}
    assert {intent_id: kept.get(intent_id) for intent_id in acknowledged} == dict.fromkeys(acknowledged, 2650)


def test_a_second_sandbox_over_the_same_file_is_refused(own: Sandbox) -> None:
    command = [sys.executable, "-m", "local.payment_sandbox", "--port", "0", "--webhook-secret", SECRET, "--state"]
    second = subprocess.run(
        [*command, str(own.state)], cwd=ROOT, capture_output=True, text=True, timeout=WAIT_SECONDS_MAX
    )
    assert second.returncode == 1
    assert "Does another payment sandbox use it?" in second.stderr


def test_the_state_file_is_refused_if_it_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database" * 100)
    command = [sys.executable, "-m", "local.payment_sandbox", "--port", "0", "--webhook-secret", SECRET, "--state"]
    wrong = subprocess.run(
        [*command, str(tmp_path / "notes.txt")], cwd=ROOT, capture_output=True, text=True, timeout=WAIT_SECONDS_MAX
    )
    assert wrong.returncode == 1
    assert "notes.txt" in wrong.stderr and "Traceback" not in wrong.stderr
