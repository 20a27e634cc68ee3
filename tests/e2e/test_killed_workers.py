"""Functions killed for real, between one step and the next: while a call that their next step makes is kept waiting.

A rule of the failure injection holds the call back until its function is dead, and never lets it through: what came
before it has happened, and the call has not. Of the provider's calls, its sandbox says how far they came.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.e2e.deployed import table_rule, write_of
from tests.waiting import eventually

PRICE = 1150
KEPT_MS = 1_900  # shorter than the client waits: nobody tries the call again by himself


def message_to(queue):
    return {"service": "sqs", "operation": "SendMessage", "body": f"contains(to_string(@), '-{queue}')"}


WORKER_CALLS = {
    "noting that it asks": lambda showing: write_of("PutItem", showing, with_=["asked_at"], without=["intent_id"]),
    "storing the intent": lambda showing: write_of("PutItem", showing, with_=["intent_id", "PAYING"]),
    "recording the charge": lambda showing: write_of("PutItem", showing, with_=["PAID"]),
    "announcing it": lambda showing: {"service": "sns", "operation": "Publish"},
}
BOOKING_CALLS = {
    "booking": lambda showing: write_of("TransactWriteItems", showing, with_=["BOOKED"]),
    "reading the seats again for the cache": lambda showing: table_rule("BatchGetItem", showing),
}
REFUND_CALLS = {
    "recording the refund": lambda showing: write_of("TransactWriteItems", showing, with_=["REFUNDED"]),
    "telling the cache": lambda showing: message_to("refresh"),
}


@contextmanager
def dead_before(stack, rule, act, *functions):
    """What `act` returns; the functions are killed as soon as one of them makes the call that the rule keeps.

    Inside, the rule keeps that call of those that go on for the dead too: a provider's callback wakes another worker.
    """
    with stack.faults.rules(rule | {"timeout_ms": KEPT_MS}), ThreadPoolExecutor(1) as pool:
        acting = pool.submit(act)
        stack.faults.await_fired()
        stack.kill_workers(*functions)
        yield acting.result()


def killed_at(stack, rule, act, *functions):
    with dead_before(stack, rule, act, *functions) as answer:
        return answer


def a_minute_later(stack, showing, order):
    """Its message waits in a dead worker's hands, and the reconciler sends another: this is how long that takes."""
    row = stack.payments.order(showing, order)
    stack.payments.age(row, changed_at=int(time.time() * 1000) - 65_000)


def states_of(stack, order):
    return [intent["status"] for intent in stack.provider.intents(order)]


def assert_charged_once(stack, showing, visitor, order):
    stack.payments.settle(showing, patience_seconds=1)
    visitor.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [PRICE]


@pytest.mark.shows("worker dies while charging", "payment-complete lost or late")
@pytest.mark.parametrize("step", WORKER_CALLS)
def test_a_worker_killed_before_any_of_its_writes_charges_once(step, stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    worker = stack.payments.worker_of(showing, order)
    with dead_before(stack, WORKER_CALLS[step](showing), lambda: ada.pay(showing), worker):
        assert ada.booking(showing).body["status"] == ("PAID" if step == "announcing it" else "PAYING")
    a_minute_later(stack, showing, order)
    assert_charged_once(stack, showing, ada, order)


@pytest.mark.shows("worker dies while charging")
@pytest.mark.parametrize(
    ("mode", "so_far"),
    [({"mode": "slow", "seconds": 8}, "requires_payment_method"), ({"mode": "timeout_after_charge"}, "succeeded")],
)
def test_a_worker_killed_while_the_provider_answers_charges_once(mode, so_far, stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    with stack.provider.being(**mode):
        assert ada.pay(showing).status == 202
        eventually(lambda: so_far in states_of(stack, order), f"an intent is {so_far}")
        stack.kill_workers(stack.payments.worker_of(showing, order))
    assert_charged_once(stack, showing, ada, order)


@pytest.mark.parametrize("step", BOOKING_CALLS)
def test_the_booking_function_killed_books_once(step, stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    killed_at(stack, BOOKING_CALLS[step](showing), lambda: ada.pay(showing), "book_order")
    assert_charged_once(stack, showing, ada, order)


@pytest.mark.parametrize("step", REFUND_CALLS)
def test_a_worker_killed_in_a_refund_gives_back_once(step, stack, showing, visitors):
    ada, ben = visitors(2)
    order = ada.holds(showing, "A1")
    assert ada.pay(showing).status == 202
    ada.sees(showing, "BOOKED")
    killed_at(stack, REFUND_CALLS[step](showing), lambda: ada.refund(showing), stack.payments.worker_of(showing, order))
    a_minute_later(stack, showing, order)
    stack.payments.settle(showing, patience_seconds=1)
    ada.sees(showing, "REFUNDED")
    assert stack.provider.refunds(order) == [PRICE]
    stack.cache.age(showing)  # which nobody may have told
    assert ben.hold(showing, "A1").status == 201


@pytest.mark.shows("queue send fails")
def test_a_submission_killed_before_its_message_is_paid_all_the_same(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    answer = killed_at(stack, message_to("lane"), lambda: ada.pay(showing, key="k"), "submit_payment")
    assert answer.status >= 500
    assert ada.booking(showing).body["status"] == "PAYING"
    assert_charged_once(stack, showing, ada, order)
    assert ada.pay(showing, key="k").status == 202
