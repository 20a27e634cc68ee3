"""What people reported of other ticket shops: refunds that are pending, fail, or are made at the provider's dashboard;
used tickets given back; cash beside a card. Over the deployed stack, with the operator's commands."""

from typing import Any

import pytest

from tests.e2e.deployed import DeployedStack, make
from tests.e2e.visitor import Showing, Visitor
from tests.waiting import eventually


def booked(visitor: Visitor, showing: Showing, *seats: str, payment: str = "pm_card_visa") -> Any:
    assert visitor.hold(showing, *seats).status == 201
    assert visitor.pay(showing, payment).status == 202
    return visitor.sees(showing, "BOOKED")


def refunds(visitor: Visitor, showing: Showing, **query: str) -> list[tuple[float, str, str]]:
    return [(one["amount"], one["state"], one["origin"]) for one in visitor.booking(showing, **query).body["refunds"]]


def owed(stack: DeployedStack) -> str:
    return stack.checkout.make("owed").stdout


@pytest.mark.shows("refund accepted and not carried out")
def test_a_pending_refund_is_shown_as_such_until_the_provider_has_carried_it_out(stack, showing, visitors):
    ada, ben = visitors(2)
    order = booked(ada, showing, "A1", payment="pm_card_pendingRefund")["order_id"]
    assert ada.refund(showing).status == 202
    eventually(lambda: refunds(ada, showing) == [(11.5, "PENDING", "customer")], "the provider accepted it")
    seen = ada.booking(showing).body
    assert (seen["status"], seen["refunded"]) == ("REFUNDING", 0)
    ada.history.claims.clear()
    stack.queues.await_empty("refresh")
    assert ben.hold(showing, "A1").status == 201, "the seat is on sale already"
    (refund,) = stack.provider.ledger(frozenset({showing.event_id}))["refunds"]
    stack.provider.switch("settle", refund=refund["id"], outcome="succeed")
    assert ada.sees(showing, "REFUNDED", order_id=order)["refunded"] == 11.5


@pytest.mark.shows("bank returns a refund weeks later")
def test_a_refund_that_fails_is_owed_until_the_operator_settles_it(stack, showing, visitors):
    (ada,) = visitors(1)
    order = booked(ada, showing, "A1")["order_id"]
    assert ada.refund(showing).status == 202
    ada.sees(showing, "REFUNDED")
    (refund,) = stack.provider.ledger(frozenset({showing.event_id}))["refunds"]
    stack.provider.switch("settle", refund=refund["id"], outcome="fail")
    assert ada.sees(showing, "REFUNDING")["refunded"] == 0
    assert refunds(ada, showing) == [(11.5, "REFUSED", "customer")]
    assert order in owed(stack)
    for _ in range(2):
        assert "bank transfer 4711" in make(stack.checkout, "settle", f"ORDER={order}", "WHY=bank transfer 4711")
    assert ada.sees(showing, "REFUNDED")["refunded"] == 11.5
    assert refunds(ada, showing) == [(11.5, "SETTLED", "customer")]
    assert order not in owed(stack)


@pytest.mark.shows("refund at the provider's dashboard")
def test_a_whole_refund_at_the_dashboard_voids_the_tickets_and_frees_the_seats(stack, showing, visitors, staff):
    ada, ben = visitors(2)
    booking = booked(ada, showing, "A1", "A2")
    (intent,) = stack.provider.intents(booking["order_id"])
    stack.provider.switch("dashboard_refund", payment_intent=intent["id"])
    seen = ada.sees(showing, "REFUNDED")
    assert (seen["refunded"], {one["status"] for one in seen["tickets"]}) == (23, {"refunded"})
    assert refunds(ada, showing) == [(23, "DONE", "provider")]
    assert staff("gate").check_in(booking["tickets"][0]["code"]).code == "ticket_refunded"
    stack.queues.await_empty("refresh")
    assert ben.hold(showing, "A1", "A2").status == 201


@pytest.mark.shows("refund at the provider's dashboard")
def test_a_part_given_back_at_the_dashboard_leaves_the_tickets_and_bounds_the_rest(stack, showing, visitors):
    (ada,) = visitors(1)
    booking = booked(ada, showing, "A1", "A2")
    (intent,) = stack.provider.intents(booking["order_id"])
    stack.provider.switch("dashboard_refund", payment_intent=intent["id"], amount=500)
    eventually(lambda: ada.booking(showing).body["refunded"] == 5, "the callback has come")
    seen = ada.booking(showing).body
    assert (seen["status"], {one["status"] for one in seen["tickets"]}) == ("BOOKED", {"valid"})
    assert ada.refund(showing).status == 202
    assert ada.sees(showing, "REFUNDED")["refunded"] == 23
    assert refunds(ada, showing) == [(5, "DONE", "provider"), (18, "DONE", "customer")]
    assert sorted(stack.provider.refunds(booking["order_id"])) == [500, 1800]


def test_a_used_ticket_is_given_back_by_a_manager_who_says_why(stack, showing, visitors, staff):
    (ada,) = visitors(1)
    booking = booked(ada, showing, "A1", "A2")
    order, used = booking["order_id"], booking["tickets"][0]
    assert staff("gate").check_in(used["code"]).status == 200
    assert ada.refund(showing).code == "refund_closed"
    manager = staff("manager")
    without = manager.refund(showing, order_id=order, tickets=[used["ticket_id"]])
    assert (without.status, without.code, without.body["param"]) == (400, "invalid_request", "reason")
    given = manager.refund(showing, order_id=order, tickets=[used["ticket_id"]], reason="the film broke off")
    assert (given.status, given.body["price"]) == (202, 11.5)
    eventually(lambda: ada.booking(showing).body["refunded"] == 11.5, "the money is back")
    assert refunds(ada, showing) == [(11.5, "DONE", "manager")]


def test_cancelling_with_used_tickets_gives_all_of_it_back(stack, showing, visitors, staff):
    (ada,) = visitors(1)
    booking = booked(ada, showing, "A1", "A2")
    assert staff("gate").check_in(booking["tickets"][0]["code"]).status == 200
    make(stack.checkout, "cancel-event", f"EVENT={showing.event_id}")
    assert ada.booking(showing).body["refunded"] == 11.5
    assert "every ticket is given back" in make(stack.checkout, "cancel-event", f"EVENT={showing.event_id}", "USED=1")
    assert ada.sees(showing, "REFUNDED")["refunded"] == 23


def test_cancelling_says_whose_refund_the_provider_refused(stack, showing, visitors):
    (ada,) = visitors(1)
    order = booked(ada, showing, "A1", payment="pm_card_refundFail")["order_id"]
    for _ in range(2):
        said = stack.checkout.make("cancel-event", f"EVENT={showing.event_id}")
        eventually(lambda: [one[1] for one in refunds(ada, showing)] == ["REFUSED"], "the refund has failed")
    assert said.returncode != 0
    assert order in said.stdout and "did not go through" in said.stderr
    make(stack.checkout, "settle", f"ORDER={order}", "WHY=in cash", "PAID=0")
    assert ada.sees(showing, "REFUNDED")["refunded"] == 0


@pytest.mark.shows("cash is taken, and the card is charged after all")
@pytest.mark.parametrize("passes", [True, False])
def test_cash_taken_while_the_card_waits_pays_the_order_or_is_owed(passes, stack, showing, staff):
    clerk = staff("desk1")
    order = clerk.hold(showing, "A1", sale=f"cash-{passes}").body["order_id"]
    card = {"type": "card", "payment_method": "pm_card_authenticationRequired"}
    assert clerk.pay(showing, card, order_id=order).status == 202
    clerk.sees_action(showing, order_id=order)
    (intent,) = stack.provider.intents(order)
    if passes:
        stack.provider.challenge(intent["id"], "pass")
    taken = clerk.pay(showing, {"type": "cash", "tendered": 20}, order_id=order)
    if taken.status == 409:  # the card's callback was faster: no cash was accepted
        assert passes and taken.code in ("already_booked", "payment_in_progress")
        return
    assert (taken.status, taken.body["change"]) == (202, 8.5)
    clerk.sees(showing, "BOOKED", order_id=order)
    captured = sum(stack.provider.captures(order))
    cash_is_owed = order in owed(stack)
    assert cash_is_owed is (captured > 0), "the order was paid once; the other money is owed"
    if cash_is_owed:
        make(stack.checkout, "settle", f"ORDER={order}", "WHY=handed back")
        assert order not in owed(stack)
