"""What the provider, or somebody in its name, tells of its own accord."""

import json
import time
import uuid

import pytest

from tests.e2e.payments import signed
from tests.waiting import eventually

PATH = "/PaymentWebhook/api/v0/"


def event(intent, kind="payment_intent.succeeded", **more):
    subject = {"id": intent, "object": "payment_intent", "amount_received": 1150, "status": "succeeded", **more}
    return json.dumps({"id": "evt_test", "object": "event", "type": kind, "data": {"object": subject}})


@pytest.fixture
def told(stack, passer_by):
    """Posts a callback as the provider does."""

    def tell(body, **headers):
        headers = headers or signed(body, stack.facts["webhook_secret"])
        return passer_by.request("POST", PATH, content=body, headers={"Content-Type": "application/json", **headers})

    return tell


def pays(visitor, showing, method="pm_card_visa"):
    order = visitor.hold(showing, "A1").body["order_id"]
    assert visitor.pay(showing, method).status == 202
    return order


@pytest.mark.shows("callback forged")
def test_a_forged_callback_is_refused(stack, showing, visitors, told):
    (ada,) = visitors(1)
    order = pays(ada, showing, "pm_card_authenticationRequired")
    ada.sees_action(showing)
    (intent,) = stack.provider.intents(order)
    body, secret = event(intent["id"]), stack.facts["webhook_secret"]
    forged = [
        {"Stripe-Signature": "nonsense"},
        signed(body, "whsec_guessed"),
        signed(body + " ", secret),
        signed(body, secret, at=int(time.time()) - 3_600),
    ]
    for headers in forged:
        answer = told(body, **headers)
        assert (answer.status, answer.code) == (401, "unauthenticated"), headers
    assert ada.booking(showing).body["status"] == "PAYING"
    stack.provider.challenge(intent["id"], "pass")
    ada.sees(showing, "BOOKED")


@pytest.mark.shows("callback early, late, twice")
def test_a_callback_only_says_where_to_look(stack, showing, visitors, told):
    """Signed, and telling of a success and an amount that the provider itself knows nothing of."""
    (ada,) = visitors(1)
    order = pays(ada, showing, "pm_card_authenticationRequired")
    ada.sees_action(showing)
    (intent,) = stack.provider.intents(order)
    with stack.queues.drained(*stack.queues.lanes):
        assert told(event(intent["id"], amount_received=1)).status == 200
    assert ada.booking(showing).body["status"] == "PAYING"
    stack.provider.challenge(intent["id"], "pass")
    ada.sees(showing, "BOOKED")


@pytest.mark.shows("callback foreign, of an unknown order, of another amount")
def test_foreign_and_unknown_callbacks_are_recorded(stack, showing, told):
    foreign = stack.provider.create_intent(metadata={"deployment": "another", "order_id": "or_x"})
    with stack.queues.drained(*stack.queues.lanes):
        for body in (
            event(foreign),
            event("pi_unknown"),
            json.dumps({"id": "evt_1", "object": "event", "type": "customer.created", "data": {"object": {"id": "c"}}}),
        ):
            answer = told(body)
            assert (answer.status, answer.word) == (200, "RECORDED")


@pytest.mark.shows("callback foreign, of an unknown order, of another amount")
def test_our_money_without_an_order_is_recorded_and_given_back(stack, showing, told, visitors):
    """An intent with our metadata, charged, and no such order: nobody may keep that."""
    (ada,) = visitors(1)
    real = pays(ada, showing)
    ada.sees(showing, "BOOKED")
    (ours,) = stack.provider.intents(real)
    nobody = f"or_{uuid.uuid4().hex}"
    metadata = {**ours["metadata"], "order_id": nobody, "attempt": "1"}
    stray = stack.provider.create_intent(metadata=metadata, confirm=True)
    assert told(event(stray)).status == 200
    assert eventually(lambda: stack.provider.refunds(nobody), "the money goes back") == [1150]
    assert ada.booking(showing).body["status"] == "BOOKED"


@pytest.mark.shows("second capture of an order")
def test_a_first_attempt_confirmed_on_an_open_page_after_the_second_was_booked_is_given_back(
    stack, showing, visitors, told
):
    """The first intent is cancelled before the second; one that is charged all the same goes back as a surplus."""
    (ada,) = visitors(1)
    order = pays(ada, showing)
    ada.sees(showing, "BOOKED")
    (kept,) = stack.provider.intents(order)
    row = stack.payments.order(showing, order)
    surplus = stack.provider.create_intent(metadata={**kept["metadata"], "attempt": "2"}, confirm=True)
    assert told(event(surplus)).status == 200
    assert eventually(lambda: stack.provider.refunds(order), "one of the two goes back") == [1150]
    after = stack.payments.order(showing, order)
    assert (after["status"], after["tickets"]) == ("BOOKED", row["tickets"])
