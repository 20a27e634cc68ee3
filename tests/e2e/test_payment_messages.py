"""Messages again, too late, lost, of nonsense, and such as come back too often."""

import pytest

from tests.waiting import eventually


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
@pytest.mark.parametrize(
    "junk", ["not JSON", "[1]", '{"v":1,"kind":"dance"}', '{"v":1,"kind":"order"}', '{"v":1,"kind":"hold"}', '{"v":0}']
)
def test_what_cannot_be_parsed_is_parked_at_once(junk, stack, showing):
    stack.queues.take_all("parked")
    stack.queues.send("lane-1", junk)
    parked = stack.queues.take("parked")
    assert parked is not None, "it is not parked"
    assert parked["Body"] == junk
    assert parked["MessageAttributes"]["queue"]["StringValue"] == "lane-1"


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


def test_from_the_dead_letter_queue_a_message_comes_back_later(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    lane = stack.payments.order(showing, order)["lane"]
    stack.queues.send(f"{lane}-dlq", stack.payments.message(stack.payments.order(showing, order), 1))
    eventually(lambda: stack.queues.delayed(lane) >= 1, "it waits on its lane with a delay")
    assert stack.queues.count(f"{lane}-dlq") == 0


@pytest.mark.shows("message lost")
def test_a_lost_message_is_sent_again_by_the_reconciler(stack, showing, visitors):
    """The queue does not take it: the pin is the acceptance, so the answer is 202 all the same."""
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    with stack.faults.rules(
        {"service": "sqs", "operation": "SendMessage", "error": {"code": "InternalError", "status": 500}}
    ):
        assert ada.pay(showing).status == 202
        assert stack.faults.fired() >= 1
    assert ada.booking(showing).body["status"] == "PAYING"
    stack.payments.settle(showing, patience_seconds=1)
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [1150]
