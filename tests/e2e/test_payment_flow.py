"""From a hold to a ticket: cards that pay and cards that don't, 3-D Secure, saved cards, keys."""

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


def test_a_decline_leaves_two_minutes_of_a_hold_that_was_nearly_over(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    ends = int((time.time() + 60) * 1000)
    stack.payments.age(stack.payments.order(showing, order), hold_until=ends)
    stack.age_seats(showing, order, hold_until=ends)
    assert ada.pay(showing, "pm_card_chargeDeclined").status == 202
    ada.sees(showing, "HELD")
    row = stack.payments.order(showing, order)
    # Both by the worker's clock, the one when it decided and the other when it wrote.
    assert 60_000 < row["hold_until"] - row["changed_at"] <= 120_000


def test_a_card_that_the_provider_never_heard_of_is_a_decline(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    assert ada.pay(showing, "pm_nobody_knows").status == 202
    assert ada.sees(showing, "HELD")["decline"]["code"]
    assert ada.pay(showing).status == 202
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [1150]


def test_a_card_number_is_refused_and_reaches_nobody(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    number = "4242" * 4
    answer = ada.pay(showing, {"type": "card", "payment_method": f"pm_{number}"})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert number not in str(answer.body)
    assert stack.provider.intents(order) == []


def test_3d_secure_passed_is_a_ticket(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    assert ada.pay(showing, "pm_card_authenticationRequired").status == 202
    action = ada.sees_action(showing)
    assert action["type"] == "redirect_to_url" and action["url"].startswith("http") and action["client_secret"]
    (intent,) = stack.provider.intents(order)
    stack.provider.challenge(intent["id"], "pass")
    assert ada.sees(showing, "BOOKED")["next_action"] is None
    assert stack.provider.captures(order) == [1150]


@pytest.mark.shows("3-D Secure failed or abandoned")
def test_3d_secure_failed_is_a_decline_and_another_card_pays(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    ada.pay(showing, "pm_card_authenticationRequired")
    ada.sees_action(showing)
    (intent,) = stack.provider.intents(order)
    stack.provider.challenge(intent["id"], "fail")
    booking = ada.sees(showing, "HELD")
    assert booking["decline"]["code"] and booking["next_action"] is None
    ada.pay(showing)
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [1150]


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
    stack.queues.await_empty("refresh")  # the cache hears of it through a queue: a false "taken" until then
    ben.holds(showing, "A1", "A2")


def test_another_method_takes_the_place_of_one_that_waits_for_its_customer(stack, showing, visitors):
    """It keeps the cap, and the page that is still open can charge nothing any more."""
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    ada.pay(showing, "pm_card_authenticationRequired")
    ada.sees_action(showing)
    asked_at = stack.payments.order(showing, order)["asked_at"]
    assert ada.pay(showing, "pm_card_visa").status == 202
    ada.sees(showing, "BOOKED")
    first, second = stack.provider.intents(order)
    assert (first["status"], second["status"]) == ("canceled", "succeeded")
    assert stack.payments.order(showing, order)["asked_at"] == asked_at
    with pytest.raises(AssertionError, match="canceled"):
        stack.provider.challenge(first["id"], "pass")


def test_while_it_is_paid_another_method_waits_and_the_same_is_accepted_again(stack, showing, visitors):
    ada, ben = visitors(2)
    order = ada.holds(showing, "A1")
    with stack.provider.being("down"):  # as long as all of this takes
        first = ada.pay(showing, order_id=order)
        same = ada.pay(showing, order_id=order)
        other = ada.pay(showing, "pm_card_mastercard")
        assert (first.status, same.status, same.body) == (202, 202, first.body)
        assert (other.status, other.code) == (409, "payment_in_progress")
        assert ada.release(showing).code == "payment_in_progress"
        assert ada.hold(showing, "A2").code == "payment_in_progress"
        assert ben.hold(showing, "A1").code == "seats_unavailable"
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [1150]


def test_an_order_of_nothing_is_booked_without_the_provider(stack, showing, visitors):
    """A companion comes for nothing; here the wheelchair's price is put to nothing too, as a free showing's is."""
    (ada,) = visitors(1)
    order = ada.holds(showing, "W1", "W2")
    assert ada.booking(showing).body["price"] == 11.5
    stack.payments.set(stack.payments.order(showing, order), price=0, seat_prices=[0, 0])
    assert ada.pay(showing, order_id=order).status == 202
    assert len(ada.sees(showing, "BOOKED")["tickets"]) == 2
    assert stack.provider.intents(order) == []


def test_a_saved_card_pays_the_next_time(stack, showing, visitors):
    (ada,) = visitors(1)
    first = ada.holds(showing, "A1")
    assert ada.pay(showing, {"type": "card", "payment_method": "pm_card_visa", "save": True}).status == 202
    ada.sees(showing, "BOOKED")
    second = ada.holds(showing, "A2")
    assert second != first
    assert ada.pay(showing, {"type": "saved"}).status == 202
    ada.sees(showing, "BOOKED", order_id=second)
    assert (stack.provider.captures(first), stack.provider.captures(second)) == ([1150], [1150])
    assert ada.booking(showing, order_id=first).body["status"] == "BOOKED"


def test_nothing_saved_is_a_decline(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    stack.forget_wallet(stack.payments.order(showing, order)["user_id"])
    assert ada.pay(showing, {"type": "saved"}).status == 202
    assert ada.sees(showing, "HELD")["decline"]["code"]
    assert stack.provider.captures(order) == []


@pytest.mark.shows("bank answers minutes after the hold's end")
def test_after_the_hold_lapsed_it_is_410_and_the_provider_is_never_called(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    assert stack.lapse(showing, order)
    answer = ada.pay(showing, order_id=order)
    assert (answer.status, answer.code) == (410, "hold_expired")
    assert stack.provider.intents(order) == []
    ada.history.claims.clear()
    again = ada.holds(showing, "A1")
    assert ada.pay(showing, order_id=order).code in ("unknown_order", "hold_expired")
    assert stack.payments.order(showing, again)["status"] == "HELD"
    ada.release(showing)
    assert ada.pay(showing, order_id=again).code == "hold_expired"


def test_the_same_key_is_one_charge_and_one_answer(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    first = ada.pay(showing, key="k1")
    assert first.status == 202
    ada.sees(showing, "BOOKED")
    again = ada.pay(showing, key="k1")
    assert (again.status, again.body) == (202, first.body)
    other = ada.pay(showing, "pm_card_mastercard", key="k1")
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert stack.provider.captures(order) == [1150]


def test_nobody_pays_for_anothers_order(stack, showing, visitors):
    ada, eve = visitors(2)
    order = ada.holds(showing, "A1")
    assert eve.pay(showing, order_id=order).code == "unknown_order"
    assert eve.pay(showing).code == "unknown_order"
    assert eve.refund(showing, order_id=order).code == "unknown_order"
    assert ada.booking(showing).body["status"] == "HELD"


def test_a_bad_payment_is_told_and_changes_nothing(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    for info in (
        {"type": "barter"},
        {"type": "card"},
        {"type": "card", "payment_method": "4"},
        {"type": "cash", "tendered": -1},
        {"type": "card", "payment_method": ["pm_card_visa"]},
        {},
    ):
        answer = ada.pay(showing, info)
        assert (answer.status, answer.code) == (400, "invalid_request"), info
    path = f"/SubmitPayment/api/v0/{showing.event_id}/"
    other = {"event_id": "other", "paymentInfo": {"type": "card", "payment_method": "pm_card_visa"}}
    assert ada.post(path, other).code == "invalid_request"
    assert stack.payments.order(showing, order)["status"] == "HELD"
