"""From a hold to a ticket: a card that pays, one that is declined, and a challenge that is abandoned."""

import time

import pytest

MINUTE_MS = 60_000


def ms_ago(minutes):
    return int(time.time() * 1000) - minutes * MINUTE_MS


def test_hold_pay_and_the_tickets_are_in_the_booking(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1", "A2", "W3")
    paid = ada.pay(showing, order_id=order)
    assert (paid.status, paid.word) == (202, "PROCESSING")
    assert paid.body == {"status": "PROCESSING", "order_id": order, "event_id": showing.event_id}
    booking = ada.sees(showing, "BOOKED")
    assert [(ticket["seat_id"], ticket["status"], ticket["checked_in_at"]) for ticket in booking["tickets"]] == [
        ("A1", "valid", None),
        ("A2", "valid", None),
        ("W3", "valid", None),
    ]
    assert len({ticket["ticket_id"] for ticket in booking["tickets"]}) == 3
    assert all(ticket["code"].startswith("BO2:") for ticket in booking["tickets"])
    assert (booking["price"], booking["seconds_left"], booking["refunded"]) == (38, 0, 0)
    assert ada.bookings().body["bookings"][0]["status"] == "BOOKED"
    assert stack.provider.captures(order) == [3800]
    (intent,) = stack.provider.intents(order)
    named = {"user_id": stack.payments.order(showing, order)["user_id"], "order_id": order}
    assert {**named, "event_id": showing.event_id, "attempt": "1"}.items() <= intent["metadata"].items()
    assert intent["metadata"]["deployment"]
    assert ada.pay(showing).code == "already_booked"
    assert ada.release(showing).code == "already_booked"


@pytest.mark.shows("card declined")
def test_a_declined_card_leaves_the_seats_and_another_card_pays(stack, showing, visitors):
    ada, ben = visitors(2)
    order = ada.holds(showing, "A1", "A2")
    assert ada.pay(showing, "pm_card_chargeDeclinedInsufficientFunds").status == 202
    booking = ada.sees(showing, "HELD")
    assert booking["decline"]["code"] == "card_declined"
    assert booking["decline"]["decline_code"] == "insufficient_funds"
    assert booking["decline"]["message"]
    assert ben.hold(showing, "A1").code == "seats_unavailable"
    assert ada.pay(showing, "pm_card_mastercard", order_id=order).status == 202
    assert ada.sees(showing, "BOOKED")["decline"] is None
    first, second = stack.provider.intents(order)
    assert (first["status"], second["status"]) == ("canceled", "succeeded")
    assert stack.provider.captures(order) == [2300]


@pytest.mark.shows("3-D Secure failed or abandoned")
def test_3d_secure_abandoned_frees_the_seats_at_the_cap_and_charges_nobody(stack, showing, visitors):
    ada, ben = visitors(2)
    order = ada.holds(showing, "A1", "A2")
    ada.pay(showing, "pm_card_authenticationRequired")
    ada.sees_action(showing)
    row = stack.payments.order(showing, order)
    stack.payments.age(row, asked_at=ms_ago(14), pinned_at=ms_ago(14))
    stack.payments.reconcile(showing)
    assert ada.booking(showing).body["status"] == "PAYING"
    stack.payments.age(row, asked_at=ms_ago(15), pinned_at=ms_ago(15))
    stack.payments.reconcile(showing)
    ada.sees(showing, "EXPIRED")
    (intent,) = stack.provider.intents(order)
    assert (intent["status"], intent["amount_received"]) == ("canceled", 0)
    assert ada.pay(showing).code == "hold_expired"
    stack.cache.await_free(showing, "A1", "A2")  # it hears of it through a queue: a false "taken" until then
    ben.holds(showing, "A1", "A2")
