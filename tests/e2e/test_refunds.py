"""Money back: once, whole or by ticket, by whom, and until when."""

import time

import pytest

from tests.waiting import eventually


def booked(visitor, showing, *seats, payment="pm_card_visa"):
    assert visitor.hold(showing, *seats).status == 201
    assert visitor.pay(showing, payment).status == 202
    return visitor.sees(showing, "BOOKED")


def test_a_refund_gives_the_money_back_once_and_the_seats_to_others(stack, showing, visitors):
    ada, ben = visitors(2)
    order = booked(ada, showing, "A1", "A2")["order_id"]
    asked = ada.refund(showing)
    assert (asked.status, asked.word) == (202, "REFUNDING")
    assert asked.body == {
        "status": "REFUNDING",
        "order_id": order,
        "event_id": showing.event_id,
        "price": 23,
        "currency": "EUR",
    }
    booking = ada.sees(showing, "REFUNDED")
    assert [ticket["status"] for ticket in booking["tickets"]] == ["refunded", "refunded"]
    assert booking["refunded"] == 23
    again = ada.refund(showing)
    assert (again.status, again.body["status"], again.body["price"]) == (200, "REFUNDED", 23)
    assert stack.provider.refunds(order) == [2300]
    stack.queues.await_empty("refresh")  # the cache hears of it through a queue: a false "taken" until then
    assert ben.hold(showing, "A1", "A2").status == 201
    assert ada.hold(showing, "B1").status == 201  # and who gave back may buy again


def test_a_refund_asked_twice_at_once_with_and_without_a_key_is_one(stack, showing, visitors):
    (ada,) = visitors(1)
    order = booked(ada, showing, "A1")["order_id"]
    with stack.provider.being("down"):
        first, same, other = ada.refund(showing, key="r"), ada.refund(showing, key="r"), ada.refund(showing)
        assert [first.status, same.status, other.status] == [202, 202, 202]
        assert same.body == first.body
    ada.sees(showing, "REFUNDED")
    assert stack.provider.refunds(order) == [1150]


def test_what_is_not_booked_is_not_refundable(stack, showing, visitors):
    (ada,) = visitors(1)
    assert ada.refund(showing).code == "unknown_order"
    ada.hold(showing, "A1")
    assert ada.refund(showing).code == "not_refundable"
    assert ada.booking(showing).body["status"] == "HELD"


def test_after_the_cut_off_a_customer_is_refused_and_a_manager_is_not(stack, showing, visitors, staff):
    (ada,) = visitors(1)
    order = booked(ada, showing, "A1")["order_id"]
    stack.set_event(showing, movie_time=int(time.time() * 1000) - 60_000)
    late = ada.refund(showing)
    assert (late.status, late.code) == (409, "refund_closed")
    given = staff("manager").refund(showing, order_id=order, reason="projector broke")
    assert given.status == 202
    ada.sees(showing, "REFUNDED")
    (record,) = stack.payments.order(showing, order)["refunds"]
    assert record["reason"] == "projector broke"
    assert record["asked_by"] and record["asked_by"] != stack.payments.order(showing, order)["user_id"]


def test_a_managers_partial_refund_leaves_the_other_ticket(stack, showing, visitors, staff):
    ada, ben = visitors(2)
    booking = booked(ada, showing, "A1", "A2")
    order, (first, second) = booking["order_id"], booking["tickets"]
    manager = staff("manager")
    denied = ada.refund(showing, order_id=order, tickets=[first["ticket_id"]])
    assert (denied.status, denied.code) == (403, "forbidden")
    assert manager.refund(showing, order_id=order, tickets=["tk_none"]).code == "unknown_ticket"
    part = {"order_id": order, "tickets": [first["ticket_id"]], "reason": "seat broken"}
    given = manager.refund(showing, **part)
    assert (given.status, given.body["price"]) == (202, 11.5)
    stack.payments.settle(showing)
    booking = ada.booking(showing).body
    assert (booking["status"], booking["refunded"]) == ("BOOKED", 11.5)
    assert [ticket["status"] for ticket in booking["tickets"]] == ["refunded", "valid"]
    assert manager.refund(showing, **part).status == 200
    ada.history.claims.clear()
    stack.queues.await_empty("refresh")
    assert ben.hold(showing, "A1").status == 201
    assert ben.release(showing).status == 204
    gate = staff("gate")
    assert gate.check_in(first["code"]).code == "ticket_refunded"
    last = manager.refund(showing, order_id=order, tickets=[second["ticket_id"]])
    assert last.status == 202
    ada.sees(showing, "REFUNDED")
    assert stack.provider.refunds(order) == [1150, 1150]


def test_a_cash_refund_is_the_managers(stack, showing, staff):
    clerk, manager = staff("desk1"), staff("manager")
    order = clerk.hold(showing, "A1", sale="s").body["order_id"]
    assert clerk.pay(showing, {"type": "cash", "tendered": 20}, order_id=order).status == 202
    clerk.sees(showing, "BOOKED", order_id=order)
    assert clerk.refund(showing, order_id=order).code == "forbidden"
    clerk.history.claims.clear()
    assert manager.refund(showing, order_id=order, reason="ill").status == 202
    assert clerk.sees(showing, "REFUNDED", order_id=order)["refunded"] == 11.5


@pytest.mark.shows("refund refused for good")
def test_a_refund_that_the_bank_fails_after_it_was_done_is_left_to_a_person(stack, showing, visitors):
    """The seats are free all the same, and the record says REFUSED: invariant 8 leaves it out."""
    (ada,) = visitors(1)
    order = booked(ada, showing, "A1")["order_id"]
    assert ada.refund(showing).status == 202
    ada.sees(showing, "REFUNDED")
    assert refund_state(stack, showing, order) == "DONE"
    (refund,) = stack.provider.ledger(frozenset({showing.event_id}))["refunds"]
    stack.provider.switch("settle", refund=refund["id"], outcome="fail")
    eventually(lambda: refund_state(stack, showing, order) == "REFUSED", "the record says that it was refused")


def refund_state(stack, showing, order_id):
    (record,) = stack.payments.order(showing, order_id)["refunds"]
    return record["state"]


def test_a_refund_while_the_provider_is_down_arrives_when_it_is_back(stack, showing, visitors):
    (ada,) = visitors(1)
    order = booked(ada, showing, "A1")["order_id"]
    with stack.provider.being("down"):
        assert ada.refund(showing).status == 202
        assert stack.payments.reconcile(showing) >= 1
        assert ada.booking(showing).body["status"] == "REFUNDING"
        assert stack.provider.refunds(order) == []
    stack.payments.settle(showing)
    assert stack.provider.refunds(order) == [1150]


@pytest.mark.parametrize("answered", [True, False])
def test_a_refund_whose_answer_was_lost_is_given_once(answered, stack, showing, visitors):
    (ada,) = visitors(1)
    order = booked(ada, showing, "A1")["order_id"]
    with stack.provider.being("ok" if answered else "timeout_after_charge"):
        assert ada.refund(showing).status == 202
        eventually(lambda: stack.provider.refunds(order), "the refund takes effect")
    stack.payments.settle(showing)
    assert stack.provider.refunds(order) == [1150]
