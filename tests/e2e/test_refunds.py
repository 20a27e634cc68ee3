"""Money back: once, and later when the provider is down."""

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
    stack.cache.await_free(showing, "A1", "A2")  # it hears of it through a queue: a false "taken" until then
    assert ben.hold(showing, "A1", "A2").status == 201
    assert ada.hold(showing, "B1").status == 201  # and who gave back may buy again


def test_a_refund_while_the_provider_is_down_arrives_when_it_is_back(stack, showing, visitors):
    (ada,) = visitors(1)
    order = booked(ada, showing, "A1")["order_id"]
    with stack.provider.being("down"):
        assert ada.refund(showing).status == 202
        # The run of the minute, if it comes between, puts the order off before this run looks for what is due.
        eventually(lambda: stack.payments.reconcile(showing) >= 1, "the reconciler has found the order")
        assert ada.booking(showing).body["status"] == "REFUNDING"
        assert stack.provider.refunds(order) == []
    stack.payments.settle(showing)
    assert stack.provider.refunds(order) == [1150]
