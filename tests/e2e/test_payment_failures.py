"""What fails between a hold and its ticket, for real: the provider, the workers, the table, the cache, whole lanes."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.e2e.deployed import table_rule, write_of
from tests.waiting import eventually

MINUTE_MS = 60_000
HUNG_SECONDS_MAX = 300  # so long another worker gets no message that one has in hand who hangs


def ms_ago(minutes):
    return int(time.time() * 1000) - int(minutes * MINUTE_MS)


def lane_of(stack, showing, order):
    return stack.payments.order(showing, order)["lane"]


# The provider


@pytest.mark.shows("provider down")
def test_provider_down_is_paying_and_a_ticket_when_it_is_back(stack, showing, visitors):
    ada, ben = visitors(2)
    order = ada.holds(showing, "A1")
    with stack.provider.being("down"):
        assert ada.pay(showing).status == 202
        eventually(lambda: "asked_at" in stack.payments.order(showing, order), "a worker asks")
        assert ada.booking(showing).body["status"] == "PAYING"
        assert ben.hold(showing, "A1").code == "seats_unavailable"
        assert stack.provider.captures(order) == []
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [1150]


@contextmanager
def charged_and_unresolved(stack, showing, visitor, order):
    """Charged, and the provider does not answer until the cap is over.

    Inside it is still down: once it is back, it sends the charge's callback, and a worker may book the seats again.
    """
    with stack.provider.being("timeout_after_charge"):
        assert visitor.pay(showing, order_id=order).status == 202
        eventually(lambda: stack.provider.captures(order), "the charge takes effect")
        stack.kill_workers(stack.payments.worker_of(showing, order))  # rather than wait for its time-out
        stack.provider.be("down")
        stack.payments.age(stack.payments.order(showing, order), asked_at=ms_ago(15), pinned_at=ms_ago(15))
        stack.payments.reconcile(showing)
        visitor.sees(showing, "UNRESOLVED", order_id=order)
        assert visitor.pay(showing, order_id=order).code == "hold_expired"
        assert visitor.release(showing, order).status == 204
        yield


@pytest.mark.shows("charged after the cap")
def test_unresolved_and_charged_is_given_back_if_a_seat_is_gone(stack, showing, visitors):
    ada, ben = visitors(2)
    order = ada.holds(showing, "A1", "A2")
    with charged_and_unresolved(stack, showing, ada, order):
        # The seat is freed in the table, and then in the cache, by a message that may not have been sent yet.
        eventually(lambda: ben.hold(showing, "A2").status == 201, "the seat that was given up can be held")
    stack.payments.settle(showing, patience_seconds=0)
    assert ada.booking(showing).body["status"] == "REFUNDED"
    assert (stack.provider.captures(order), stack.provider.refunds(order)) == ([2300], [2300])
    assert ben.booking(showing).body["status"] == "HELD"


@pytest.mark.shows("provider timed out but charged")
def test_charged_and_not_answered_is_found_by_the_intents_id(stack, showing, visitors):
    """The worker waits its twenty seconds out; who looks in the meantime reads the intent, and nobody charges again."""
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    with stack.provider.being("timeout_after_charge"):
        assert ada.pay(showing).status == 202
        eventually(lambda: stack.provider.captures(order), "the charge takes effect")
        stack.payments.reconcile(showing)
        ada.sees(showing, "BOOKED")
        stack.kill_workers(stack.payments.worker_of(showing, order))  # rather than wait for its time-out
    assert len(stack.provider.intents(order)) == 1
    assert stack.provider.captures(order) == [1150]


@pytest.mark.shows("provider rate limited")
def test_a_rate_limited_provider_costs_no_message_a_try(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    with stack.provider.being("rate_limited"):
        assert ada.pay(showing).status == 202
        lane = lane_of(stack, showing, order)
        eventually(lambda: stack.queues.delayed(lane) >= 1, "the message waits as a delayed copy")
        assert ada.booking(showing).body["status"] == "PAYING"
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [1150]


# The table and the cache


@pytest.mark.shows("table down")
def test_submit_with_the_table_down_is_503_and_pins_nothing(stack, showing, visitors):
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1")
    with stack.faults.rules(table_rule(error={"code": "InternalServerError", "status": 500})):
        answer = ada.pay(showing)
        assert (answer.status, answer.code) == (503, "unavailable")
    assert stack.payments.order(showing, order)["status"] == "HELD"
    assert ada.pay(showing).status == 202
    ada.sees(showing, "BOOKED")


@pytest.mark.shows("table throttled", "write committed, answer lost")
@pytest.mark.parametrize("fault", ["throttled", "down", "unanswered"])
def test_a_table_that_fails_workers_and_booking_delays_and_breaks_nothing(fault, stack, showing, visitors):
    effects = {
        "throttled": {"error": {"code": "ProvisionedThroughputExceededException", "status": 400}},
        "down": {"error": {"code": "InternalServerError", "status": 500}},
        "unanswered": {"response": {"abort_frac": 0}},
    }[fault]
    (ada,) = visitors(1)
    order = ada.holds(showing, "A1", "A2")
    # There before the payment, whose own write it lets pass: a worker may be faster than a rule that comes after it.
    with stack.faults.rules(write_of("TransactWriteItems", showing, with_=["BOOKED"]) | effects):
        assert ada.pay(showing).status == 202
        stack.faults.await_fired(requests=3)  # all tries of one write
    ada.sees(showing, "BOOKED")
    assert stack.provider.captures(order) == [2300]


# An order that is behind, an event that is called off, a lane that is stuck


@pytest.mark.shows("event cancelled in mid-payment")
def test_an_event_called_off_in_mid_payment_gives_everything_back_once(stack, showing, visitors):
    ada, ben, cyd = visitors(3)
    for visitor, seat in ((ada, "A1"), (ben, "A2"), (cyd, "A3")):
        visitor.holds(showing, seat)
    assert ada.pay(showing).status == 202
    booked = ada.sees(showing, "BOOKED")["order_id"]
    stack.provider.be("slow", seconds=1)
    assert ben.pay(showing).status == 202
    with ThreadPoolExecutor(1) as pool:
        cancelling = pool.submit(stack.checkout.make, "cancel-event", f"EVENT={showing.event_id}")
        while not cancelling.done():  # it waits for what only the reconciler's next minute brings
            stack.payments.reconcile(showing)
            time.sleep(1)
    done = cancelling.result()
    assert done.returncode == 0, done.stdout + done.stderr
    stack.provider.be("ok")
    stack.payments.settle(showing)
    again = stack.checkout.make("cancel-event", f"EVENT={showing.event_id}")
    assert again.returncode == 0, again.stdout + again.stderr
    assert ada.sees(showing, "REFUNDED")["order_id"] == booked
    paid = ben.booking(showing).body
    assert paid["status"] in ("REFUNDED", "EXPIRED")
    cyd.sees(showing, "EXPIRED")
    for visitor in (ada, ben, cyd):
        visitor.history.close(visitor.name, showing.event_id, 0)
    assert stack.provider.refunds(booked) == [1150]
    assert stack.provider.refunds(paid["order_id"]) == stack.provider.captures(paid["order_id"])
    stack.kill_workers("hold_seat")  # whose memory of the event may be a minute old
    assert cyd.hold(showing, "B1").code == "event_cancelled"


def test_a_stuck_lane_leaves_the_others_alone(stack, showing, visitors):
    """Its workers hang in the middle of their calls; whoever is on another lane is served as ever."""
    people = visitors(12)
    rows = {}
    for visitor, seat in zip(people, [*showing.rows["A"]], strict=True):
        order = visitor.holds(showing, seat)
        rows[visitor.name] = stack.payments.order(showing, order)
    lanes = {row["lane"] for row in rows.values()}
    assert len(lanes) == 3, "new sessions take the least utilized lane"
    stuck = sorted(lanes)[0]
    unlucky = [visitor for visitor in people if rows[visitor.name]["lane"] == stuck]
    others = [visitor for visitor in people if rows[visitor.name]["lane"] != stuck]
    hung = stack.workers(f"work_on_lane-{stuck.removeprefix('lane-')}")
    assert hung
    for pid in hung:
        os.kill(pid, signal.SIGSTOP)
    try:
        with stack.queues.visibility(HUNG_SECONDS_MAX):
            for visitor in people:
                assert visitor.pay(showing).status == 202
            for visitor in others:
                visitor.sees(showing, "BOOKED")
            assert [visitor.booking(showing).body["status"] for visitor in unlucky].count("PAYING") >= min(2, len(hung))
    finally:
        for pid in hung:
            os.kill(pid, signal.SIGCONT)
    for visitor in unlucky:
        visitor.sees(showing, "BOOKED")
