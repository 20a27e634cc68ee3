"""Messages again, too late, of orders that are not paid, and such as come back too often."""

import pytest


@pytest.mark.shows("duplicate or reordered message")
def test_messages_again_and_too_late_do_nothing(stack, showing, visitors):
    """Twice while it is paid, again when it is booked, of an attempt long gone; and payment-complete as often."""
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1", "A2")
    assert ada.pay(showing, "pm_card_chargeDeclined").status == 202
    ada.sees(showing, "HELD")
    row = stack.payments.order(showing, order)
    with stack.queues.drained(row["lane"], "payment-complete"):
        assert ada.pay(showing).status == 202
        for attempt in (2, 2, 1, 3):
            stack.queues.send(row["lane"], stack.payments.message(row, attempt))
        stack.payments.announce(row)
        ada.sees(showing, "BOOKED")
        before = stack.payments.order(showing, order)
        for attempt in (1, 2, 7):
            stack.queues.send(row["lane"], stack.payments.message(row, attempt))
        stack.payments.announce(row)
        stack.payments.announce(row)
    assert stack.payments.order(showing, order) == before
    assert stack.provider.captures(order) == [2300]


@pytest.mark.shows("payment-complete lost or late")
def test_payment_complete_for_what_is_not_paid_books_nothing(stack, showing, visitors):
    ada, ben = visitors(2)
    ada.holds(showing, "A1")
    order = ben.holds(showing, "A2")
    with stack.queues.drained("payment-complete"):
        stack.payments.announce(stack.payments.order(showing, order))
        stack.payments.announce(stack.payments.order(showing, order) | {"order_id": "or_none"})
    assert [row["status"] for row in stack.orders(showing)] == ["HELD", "HELD"]


@pytest.mark.shows("poison message")
def test_what_came_back_too_often_is_parked_and_its_order_is_final_all_the_same(stack, showing, visitors):
    """The last message of an order gives up; the reconciler looks after the order, and sends what was lost."""
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    stack.queues.take_all("parked")
    with stack.provider.being("down"):
        assert ada.pay(showing).status == 202
        row = stack.payments.order(showing, order)
        stack.queues.send(f"{row['lane']}-dlq", stack.payments.message(row), redrives="99")
        parked = stack.queues.take("parked")
        assert parked is not None, "it is not parked"
        assert parked["MessageAttributes"]["queue"]["StringValue"] == row["lane"]
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [1150]
