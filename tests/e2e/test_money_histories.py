"""What people reported of other ticket shops: refunds that are pending, fail, or are made at the provider's
dashboard. Over the deployed stack, with the operator's commands."""

from typing import Any

import pytest

from tests.e2e.deployed import DeployedStack, make
from tests.e2e.visitor import Showing, Visitor
from tests.waiting import eventually


def booked(visitor: Visitor, showing: Showing, *seats: str, payment: str = "pm_card_visa") -> Any:
    assert visitor.hold(showing, *seats).status == 201
    assert visitor.pay(showing, payment).status == 202
    return visitor.sees(showing, "BOOKED")


def refunds(visitor: Visitor, showing: Showing) -> list[tuple[float, str, str]]:
    return [(one["amount"], one["state"], one["origin"]) for one in visitor.booking(showing).body["refunds"]]


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
    stack.cache.await_free(showing, "A1")
    assert ben.hold(showing, "A1").status == 201, "the seat is on sale already"
    (refund,) = stack.provider.ledger(frozenset({showing.event_id}))["refunds"]
    stack.provider.switch("settle", refund=refund["id"], outcome="succeed")
    assert ada.sees(showing, "REFUNDED", order_id=order)["refunded"] == 11.5


@pytest.mark.shows("bank returns a refund weeks later", "refund refused for good")
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
    stack.cache.await_free(showing, "A1", "A2")
    assert ben.hold(showing, "A1", "A2").status == 201
