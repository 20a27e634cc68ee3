"""The payment sandbox's callbacks: of what is disputed, changed late or asked for, as snapshots and as thin events."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.payment_sandbox_process import SECRET, Receiver, Sandbox, charged, order, saved, wait_for

DISPUTE = "charge.dispute."


@pytest.fixture
def thin_receiver(sandbox: Sandbox) -> Iterator[Receiver]:
    receiver = Receiver()
    sandbox.switch("webhook", url=receiver.url, events="thin")
    yield receiver
    receiver.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox that a test may kill."""
    sandbox = Sandbox(tmp_path / "state.db")
    yield sandbox
    sandbox.end(signal.SIGKILL)


def disputes_events(receiver: Receiver) -> list[str]:
    """In the order in which they were made; each was received once or more."""
    events = {event.id: event for event in receiver.events() if event.type.startswith(DISPUTE)}
    return [event.type.removeprefix(DISPUTE) for event in events.values()]


def test_every_callback_is_of_test_mode_and_of_the_pinned_version(
    sandbox: Sandbox, pay: Any, receiver: Receiver
) -> None:
    customer = pay.customers.create().id
    pay.payment_methods.detach(saved(pay, customer))
    pay.refunds.create({"payment_intent": charged(pay, "pm_card_refundFail").id})
    charged(pay, "pm_card_createDispute")
    charged(pay, "pm_card_authenticationRequired")
    pay.payment_intents.cancel(pay.payment_intents.create(order()).id)
    pay.customers.delete(customer)
    with pytest.raises(stripe.CardError):
        charged(pay, "pm_card_chargeDeclined")
    wait_for(lambda: sandbox.health()["callbacks"]["waiting"] == 0)
    events = receiver.events()
    assert {event.type for event in events} == {
        *(f"payment_intent.{how}" for how in ("succeeded", "payment_failed", "canceled", "requires_action")),
        *("refund.created", "refund.updated", "refund.failed", "charge.refunded", "charge.refund.updated"),
        *("charge.dispute.created", "charge.dispute.funds_withdrawn"),
        *("payment_method.detached", "customer.deleted"),
    }
    assert {(event.livemode, event.api_version) for event in events} == {(False, stripe.api_version)}


@pytest.mark.parametrize(
    ("outcome", "status", "kinds"),
    [
        ("succeed", "won", ["created", "funds_withdrawn", "updated", "closed", "funds_reinstated"]),
        ("fail", "lost", ["created", "funds_withdrawn", "updated", "closed"]),
    ],
)
def test_a_chargeback_has_up_to_five_events_and_one_is_created(
    sandbox: Sandbox, pay: Any, receiver: Receiver, outcome: str, status: str, kinds: list[str]
) -> None:
    intent = charged(pay, "pm_card_createDisputeProductNotReceived")
    dispute = receiver.await_types(f"{DISPUTE}created")[0].data.object
    assert dispute.payment_intent == intent.id
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "product_not_received", 2650)
    assert sandbox.switch("settle", dispute=dispute.id, outcome=outcome)["status"] == status
    wait_for(lambda: sandbox.health()["callbacks"]["waiting"] == 0)
    assert sorted(disputes_events(receiver)) == sorted(kinds)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        pay.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"
    assert status in sandbox.refused_switch("settle", {"dispute": dispute.id, "outcome": outcome})


def test_an_inquiry_takes_no_money_and_can_be_refunded(sandbox: Sandbox, pay: Any, receiver: Receiver) -> None:
    intent = charged(pay, "pm_card_createDisputeInquiry")
    [created] = receiver.await_types("charge.dispute.created")
    dispute = created.data.object
    assert (dispute.status, dispute.is_charge_refundable) == ("warning_needs_response", True)
    assert dispute.payment_method_details.card.case_type == "inquiry"
    assert pay.refunds.create({"payment_intent": intent.id}).status == "succeeded"
    assert sandbox.switch("settle", dispute=dispute.id, outcome="succeed")["status"] == "warning_closed"
    receiver.await_types("charge.dispute.closed")
    assert sorted(disputes_events(receiver)) == ["closed", "created"]


def test_a_thin_event_names_its_object_and_shows_nothing(pay: Any, thin_receiver: Receiver) -> None:
    paid = charged(pay)
    body, header = wait_for_thin(thin_receiver, "v1.payment_intent.succeeded")
    event = json.loads(body)
    assert event["object"] == "v2.core.event" and event["id"].startswith("evt_") and event["livemode"] is False
    path = f"/v1/payment_intents/{paid.id}"
    assert event["related_object"] == {"id": paid.id, "type": "payment_intent", "url": path}
    assert not {"data", "api_version"} & set(event)
    notified = stripe.StripeClient("sk_test_1").parse_event_notification(body, header, SECRET)
    assert (notified.type, notified.related_object.id) == ("v1.payment_intent.succeeded", paid.id)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.StripeClient("sk_test_1").parse_event_notification(body, header, "whsec_somebody_elses")


def test_a_thin_event_names_what_can_be_read_but_for_disputes(
    sandbox: Sandbox, pay: Any, thin_receiver: Receiver
) -> None:
    pay.refunds.create({"payment_intent": charged(pay, "pm_card_createDisputeInquiry").id})
    wait_for(lambda: sandbox.health()["callbacks"]["waiting"] == 0)
    named = {json.loads(body)["related_object"]["url"] for body, _ in thin_receiver.received}
    assert {path.split("/")[2] for path in named} == {
        *("payment_intents", "charges", "refunds", "disputes"),
    }
    client = sandbox.client()
    for path in (path for path in named if "disputes" not in path):
        assert client.raw_request("get", path).code == 200


def test_the_form_of_events_outlives_a_kill_and_is_a_snapshot_unless_asked(own: Sandbox) -> None:
    receiver = Receiver()
    own.switch("webhook", url=receiver.url, events="thin")
    own.end(signal.SIGKILL)
    own.start()
    charged(own.client().v1)
    wait_for_thin(receiver, "v1.payment_intent.succeeded")
    assert own.switch("webhook", url=receiver.url)["events"] == "snapshot"
    charged(own.client().v1)
    wait_for(lambda: own.health()["callbacks"]["waiting"] == 0)
    assert json.loads(receiver.received[-1][0])["object"] == "event"
    assert "snapshot" in own.refused_switch("webhook", {"url": receiver.url, "events": "fat"})
    receiver.close()


def wait_for_thin(receiver: Receiver, kind: str) -> tuple[str, str]:
    wait_for(lambda: any(json.loads(body)["type"] == kind for body, _ in receiver.received))
    return next(one for one in receiver.received if json.loads(one[0])["type"] == kind)
