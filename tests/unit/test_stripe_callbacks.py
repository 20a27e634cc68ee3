"""Stripe's callbacks, snapshots and thin events: where each says to look, and which of them ring."""

import hashlib
import hmac
import json
import time
from typing import Any

import pytest

from box_office.adapters.stripe.callbacks import StripeCallbacks, kind_of, read_callback
from box_office.domain.errors import Unauthenticated
from box_office.domain.messages import EndedIntent
from box_office.domain.orders import OrderRef
from box_office.ports.payments import Callback, CallbackKind, IntentUnknown
from box_office.use_cases.payment_webhook import CallbackPorts, payment_webhook
from tests.fakes.money import FakeCounters, FakeDeployment
from tests.fakes.queues import FakeLanes, Mailbox
from tests.stripe_adapter import adapter
from tests.stripe_transport import Answered, intent, refusal

SECRET = "whsec_unit_tests_only"


def signed(event: dict[str, Any], secret: str = SECRET) -> Callback:
    body, now = json.dumps(event), int(time.time())
    digest = hmac.new(secret.encode(), f"{now}.{body}".encode(), hashlib.sha256).hexdigest()
    return read_callback(body, f"t={now},v1={digest}", SECRET)


def snapshot(kind: str, shown: dict[str, Any]) -> Callback:
    return signed({"id": "evt_1", "object": "event", "type": kind, "data": {"object": shown}})


def thin(kind: str, related: dict[str, Any] | None) -> Callback:
    return signed({"id": "evt_1", "object": "v2.core.event", "type": f"v1.{kind}", "related_object": related})


def related(kind: str, named: str) -> dict[str, Any]:
    return {"id": named, "type": kind, "url": f"/v1/{kind}s/{named}"}


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        ("payment_intent.succeeded", related("payment_intent", "pi_1")),
        ("refund.failed", related("refund", "re_1")),
        ("charge.refunded", related("charge", "ch_1")),
    ],
)
def test_a_thin_event_says_the_same_as_a_snapshot_by_the_object_that_it_names(kind: str, named: Any) -> None:
    assert thin(kind, named) == Callback("evt_1", kind_of(kind), kind, named["id"])


def test_a_snapshot_of_an_intent_says_which_attempt_ended_and_whether_it_was_charged() -> None:
    metadata = {"user_id": "u_1", "event_id": "ev_1", "order_id": "or_1", "attempt": "2", "deployment": "box-office"}
    shown = {"id": "pi_1", "object": "payment_intent", "metadata": metadata}
    ref = OrderRef("u_1", "ev_1", "or_1")
    found = {kind: snapshot(f"payment_intent.{kind}", shown).ended for kind in ("succeeded", "canceled", "processing")}
    assert found == {"succeeded": EndedIntent(ref, 2, True), "canceled": EndedIntent(ref, 2, False), "processing": None}


@pytest.mark.parametrize("metadata", [None, {}, {"user_id": "u_1"}, {"attempt": "x"}, "text"])
def test_a_snapshot_of_anybody_elses_intent_says_nothing_of_our_attempts(metadata: Any) -> None:
    shown = {"id": "pi_1", "object": "payment_intent", "metadata": metadata}
    assert snapshot("payment_intent.succeeded", shown).ended is None


def test_a_snapshot_names_its_intent_whatever_it_is_about() -> None:
    of_intent = snapshot("payment_intent.succeeded", {"id": "pi_1", "object": "payment_intent"})
    of_refund = snapshot("refund.updated", {"id": "re_1", "object": "refund", "payment_intent": "pi_1"})
    assert (of_intent.intent_id, of_refund.intent_id) == ("pi_1", "pi_1")


@pytest.mark.parametrize("named", [None, related("customer", "cus_1"), {"type": "payment_intent"}, {"id": 7}])
def test_a_thin_event_about_something_else_says_to_look_nowhere(named: Any) -> None:
    assert thin("customer.created", named).intent_id is None


def test_a_thin_event_is_signed_as_any_other() -> None:
    with pytest.raises(Unauthenticated):
        signed({"id": "evt_1", "type": "v1.payment_intent.succeeded"}, secret="whsec_somebody_elses")


@pytest.mark.parametrize(
    ("reference", "leads"),
    [("re_1", {"id": "re_1", "object": "refund"}), ("ch_1", {"id": "ch_1", "object": "charge"})],
)
def test_a_look_at_a_refund_or_a_charge_is_a_look_at_its_intent(reference: str, leads: dict[str, Any]) -> None:
    provider = adapter(Answered({**leads, "payment_intent": "pi_1"}), intent(status="succeeded", amount_received=2300))
    outcome = provider.port.retrieve_intent(reference)
    assert (outcome.intent_id, outcome.state) == ("pi_1", "CHARGED")


@pytest.mark.parametrize(
    "answer",
    [
        refusal(404, code="resource_missing", param="refund"),
        Answered({"id": "re_1", "object": "refund", "payment_intent": None}),
        Answered({"id": "re_1", "object": "refund"}),
    ],
)
def test_a_refund_that_leads_to_no_intent_is_none_of_ours(answer: Answered) -> None:
    with pytest.raises(IntentUnknown):
        adapter(answer).port.retrieve_intent("re_1")


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("payment_intent.succeeded", CallbackKind.PAYMENT_ENDED),
        ("payment_intent.payment_failed", CallbackKind.PAYMENT_ENDED),
        ("payment_intent.canceled", CallbackKind.PAYMENT_ENDED),
        ("payment_intent.created", CallbackKind.OTHER),
        ("charge.succeeded", CallbackKind.OTHER),
        ("charge.refunded", CallbackKind.REFUND_MOVED),
        ("refund.updated", CallbackKind.REFUND_MOVED),
        ("refund.failed", CallbackKind.REFUND_MOVED),
        ("refund.created", CallbackKind.OTHER),
        ("charge.dispute.created", CallbackKind.DISPUTE_OPENED),
        ("charge.dispute.closed", CallbackKind.DISPUTE_MOVED),
        ("customer.created", CallbackKind.OTHER),
    ],
)
def test_a_callback_has_a_kind_of_ours_and_keeps_stripes_word_for_the_log(word: str, kind: CallbackKind) -> None:
    told = snapshot(word, {"id": "pi_1", "object": "payment_intent"})
    assert (told.kind, told.word) == (kind, word)


def test_the_signature_is_read_from_stripes_header() -> None:
    body, now = json.dumps({"id": "evt_1", "type": "refund.failed"}), int(time.time())
    digest = hmac.new(SECRET.encode(), f"{now}.{body}".encode(), hashlib.sha256).hexdigest()
    callbacks = StripeCallbacks(lambda: SECRET)
    assert callbacks.read({"stripe-signature": f"t={now},v1={digest}"}, body).callback_id == "evt_1"
    with pytest.raises(Unauthenticated):
        callbacks.read({"signature": f"t={now},v1={digest}"}, body)


# Disputes

DISPUTE = {"id": "du_1", "object": "dispute", "payment_intent": "pi_1", "charge": "ch_1"}
KINDS = ["created", "updated", "funds_withdrawn", "funds_reinstated", "closed"]


@pytest.mark.parametrize("form", ["snapshot", "thin"])
def test_five_kinds_tell_of_one_dispute_and_it_rings_once(form: str) -> None:
    counters, mailbox = FakeCounters(), Mailbox(lambda: 0)
    ports = CallbackPorts(FakeLanes(mailbox), counters, FakeDeployment(), "box-office-test")
    for kind in KINDS:
        name = f"charge.dispute.{kind}"
        callback = snapshot(name, DISPUTE) if form == "snapshot" else thin(name, related("dispute", "du_1"))
        payment_webhook(callback, ports)
    assert counters.counted == {"Chargebacks": 1}
    assert mailbox.waiting == []
