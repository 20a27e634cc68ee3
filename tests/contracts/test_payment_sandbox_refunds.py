"""The payment sandbox's refunds: what is given back, by whom, and how banks change their minds."""

from typing import Any

import pytest
import stripe

from tests.payment_sandbox_process import Receiver, Sandbox, charged, key, order, refusal


def refunded(pay: Any, intent_id: str) -> int:
    """As it is read: of the intent's charge."""
    return pay.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]}).latest_charge.amount_refunded


def test_refunds_never_exceed_what_was_captured(sandbox: Sandbox, pay: Any) -> None:
    intent = charged(pay)
    part = pay.refunds.create({"payment_intent": intent.id, "amount": 1150, "metadata": {"order_id": "or_5k"}})
    assert (part.status, part.amount, part.metadata["order_id"]) == ("succeeded", 1150, "or_5k")
    assert refunded(pay, intent.id) == 1150
    assert refusal(pay.refunds.create, {"payment_intent": intent.id, "amount": 1501}) == (400, None, "amount")
    rest = pay.refunds.create({"payment_intent": intent.id, "reason": "requested_by_customer"})
    assert rest.amount == 1500
    charge = pay.charges.retrieve(rest.charge)
    assert (charge.amount_refunded, charge.refunded, charge.payment_intent) == (2650, True, intent.id)
    assert pay.refunds.retrieve(rest.id).amount == 1500
    assert sum(one["amount"] for one in sandbox.ledger()["refunds"]) == 2650


def test_after_the_whole_was_refunded_a_part_and_the_whole_are_refused_differently(pay: Any) -> None:
    intent = charged(pay)
    pay.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount") as part:
        pay.refunds.create({"payment_intent": intent.id, "amount": 1150})
    assert (part.value.http_status, part.value.code, part.value.param) == (400, None, "amount")
    assert refusal(pay.refunds.create, {"payment_intent": intent.id}) == (400, "charge_already_refunded", None)


def test_nothing_is_refunded_before_it_was_charged(pay: Any) -> None:
    for intent in (pay.payment_intents.create(order()), charged(pay, capture_method="manual")):
        with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
            pay.refunds.create({"payment_intent": intent.id})


def test_an_intents_refunds_are_listed_by_pages(pay: Any) -> None:
    intent = charged(pay)
    made = [pay.refunds.create({"payment_intent": intent.id, "amount": 100}).id for _ in range(5)][::-1]
    page = pay.refunds.list({"payment_intent": intent.id, "limit": 2})
    assert ([one.id for one in page.data], page.has_more) == (made[:2], True)
    last = pay.refunds.list({"payment_intent": intent.id, "limit": 2, "starting_after": made[2]})
    assert ([one.id for one in last.data], last.has_more) == (made[3:], False)
    every = pay.refunds.list({"payment_intent": intent.id, "limit": 2}).auto_paging_iter()
    assert [one.id for one in every] == made
    assert not pay.refunds.list({"payment_intent": charged(pay).id}).data
    assert refusal(pay.refunds.list, {"payment_intent": "pi_nobody"}) == (400, "resource_missing", "payment_intent")


@pytest.mark.parametrize(("outcome", "status", "given_back"), [("succeed", "succeeded", 1150), ("fail", "failed", 0)])
@pytest.mark.parametrize("begin", ["pending", "requires_action"])
def test_refunds_stay_as_they_were_switched_to_begin_until_they_are_settled(
    sandbox: Sandbox, pay: Any, receiver: Receiver, begin: str, outcome: str, status: str, given_back: int
) -> None:
    sandbox.switch("refunds", begin=begin)
    intent = charged(pay)
    refund = pay.refunds.create({"payment_intent": intent.id, "amount": 1150})
    assert (refund.status, refunded(pay, intent.id)) == (begin, 1150)
    assert sandbox.switch("settle", refund=refund.id, outcome=outcome)["status"] == status
    assert (pay.refunds.retrieve(refund.id).status, refunded(pay, intent.id)) == (status, given_back)
    assert "next_action" not in pay.refunds.retrieve(refund.id)
    failure = ["refund.failed"] if outcome == "fail" else []
    receiver.await_types("charge.refunded", "refund.updated", "charge.refund.updated", *failure)
    sandbox.switch("reset")
    assert pay.refunds.create({"payment_intent": charged(pay).id}).status == "succeeded", "a reset takes it back"


def test_a_card_whose_refunds_wait(sandbox: Sandbox, pay: Any) -> None:
    pending = pay.refunds.create({"payment_intent": charged(pay, "pm_card_pendingRefund").id})
    assert pending.status == "pending"
    sandbox.switch("settle", refund=pending.id, outcome="succeed")
    assert pay.refunds.retrieve(pending.id).status == "succeeded"
    assert "succeeded" in sandbox.refused_switch("settle", {"refund": pending.id, "outcome": "succeed"})


def test_a_bank_fails_a_refund_that_had_succeeded(sandbox: Sandbox, pay: Any, receiver: Receiver) -> None:
    intent = charged(pay)
    refund = pay.refunds.create({"payment_intent": intent.id, "metadata": {"refund_id": "or_1/refund/1"}})
    receiver.await_types("refund.created")
    assert (refund.status, refunded(pay, intent.id)) == ("succeeded", 2650)
    sandbox.switch("settle", refund=refund.id, outcome="fail")
    [event] = receiver.await_types("refund.failed")
    late = event.data.object
    assert (late.id, late.status, late.failure_reason) == (refund.id, "failed", "expired_or_canceled_card")
    assert (late.payment_intent, late.metadata["refund_id"]) == (intent.id, "or_1/refund/1")
    for kind in ("refund.updated", "charge.refund.updated"):
        receiver.await_refund(kind, refund.id, "failed")
    assert refunded(pay, intent.id) == 0
    assert "failed" in sandbox.refused_switch("settle", {"refund": refund.id, "outcome": "fail"})
    assert pay.refunds.create({"payment_intent": intent.id}).status == "succeeded", "what came back can be given again"


def test_a_card_whose_refunds_fail_late(pay: Any, receiver: Receiver) -> None:
    intent = charged(pay, "pm_card_refundFail")
    refund = pay.refunds.create({"payment_intent": intent.id}, key("r/1"))
    assert refund.status == "succeeded"
    failed = pay.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert pay.refunds.create({"payment_intent": intent.id}, key("r/1")).status == "succeeded", "what the key was told"
    assert pay.charges.retrieve(refund.charge).amount_refunded == 0
    [event] = receiver.await_types("refund.failed")
    assert event.data.object.id == refund.id


@pytest.mark.parametrize(("given", "amount"), [({"amount": 1150}, 1150), ({}, 2650)])
def test_a_refund_at_the_dashboard_is_stripes_own(
    sandbox: Sandbox, pay: Any, receiver: Receiver, given: dict[str, int], amount: int
) -> None:
    intent = charged(pay, metadata={"order_id": "or_5k"})
    refund = sandbox.switch("dashboard_refund", payment_intent=intent.id, **given)
    assert (refund["amount"], refund["status"], refund["metadata"]) == (amount, "succeeded", {})
    [charge] = [event.data.object for event in receiver.await_types("charge.refunded")]
    assert (charge.payment_intent, charge.amount_refunded) == (intent.id, amount)
    for kind in ("refund.created", "refund.updated", "charge.refund.updated"):
        [event] = receiver.await_types(kind)
        assert (event.data.object.id, event.data.object.payment_intent) == (refund["id"], intent.id)
        assert event.request.id is None, "no call of ours caused it"
    [listed] = pay.refunds.list({"payment_intent": intent.id}).data
    assert (listed.id, listed.metadata.to_dict()) == (refund["id"], {})
    assert refunded(pay, intent.id) == amount


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"payment_intent": "pi_nobody"}, "no such"),
        ({"payment_intent": "OPEN"}, "no charge"),
        ({"payment_intent": "PAID", "amount": 2651}, "greater than unrefunded"),
        ({"payment_intent": "PAID", "amount": 0}, "whole number"),
        ({"payment_intent": "PAID", "amount": "1150"}, "whole number"),
        ({"payment_intent": "PAID", "reason": "duplicate"}, "nothing else"),
    ],
)
def test_a_dashboard_refund_that_makes_no_sense_is_refused(
    sandbox: Sandbox, pay: Any, body: dict[str, Any], says: str
) -> None:
    named = {"OPEN": pay.payment_intents.create(order()).id, "PAID": charged(pay).id}
    body = {**body, "payment_intent": named.get(body["payment_intent"], body["payment_intent"])}
    assert says in sandbox.refused_switch("dashboard_refund", body)
    assert sandbox.ledger()["refunds"] == []
