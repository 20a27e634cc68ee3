"""DESIGN section 14, the rows of messages, callbacks and attempts: each is caused, and ends as its row says."""

import pytest

from box_office.domain.messages import NamedIntent
from box_office.domain.payments import AttemptState
from tests.examples import EV_1
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED, Intent
from tests.paid_orders import INTENT, at_rest, paid


@pytest.fixture
def world() -> World:
    return World()


# Messages, queues, callbacks


@pytest.mark.shows("queue send fails")
def test_the_send_fails_the_reconciler_sends_what_is_a_minute_old(world: World) -> None:
    world.hold()
    world.mailbox.down = True
    assert str(world.submit().status) == "PAYING"
    world.mailbox.down = False
    assert world.counters.counted["LaneSendErrors"] == 1
    world.clock.advance(minutes=1)
    world.reconcile()
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


@pytest.mark.shows("payment-complete lost or late")
def test_the_topic_is_down_the_order_stays_paid_and_is_booked_when_it_is_back(world: World) -> None:
    world.hold()
    world.submit()
    message = world.mailbox.waiting[0]
    world.mailbox.down = True
    world.deliver(message)
    assert world.status() == "PAID"
    world.mailbox.down = False
    world.minutes(2)
    at_rest(world, "BOOKED", 2300)


@pytest.mark.shows("poison message")
def test_a_message_that_only_brings_out_a_bug_is_parked_and_its_order_ends_all_the_same(world: World) -> None:
    def interrupt(number: int, name: str, before: bool) -> None:
        if name == "orders.locate":
            raise KeyError("a bug")

    world.steps.interrupt = interrupt
    paid(world)
    world.minutes(60)
    assert len(world.mailbox.parked) >= 1
    # Not in the first minute: then the message may be on its lane still.
    assert (world.status(), world.counters.counted["ReconcileErrors"]) == ("PAYING", 59)
    world.steps.interrupt = lambda number, name, before: None
    world.minutes(3)
    at_rest(world, "EXPIRED", 0)


@pytest.mark.shows("callback early, late, twice")
@pytest.mark.parametrize("when", ["before the answer", "after it", "twice"])
def test_a_callback_at_any_time_pays_once(world: World, when: str) -> None:
    world.hold()
    world.submit()
    if when == "before the answer":
        world.provider.faults["confirm"].append("lost")
        world.deliver_all()
        world.callback(INTENT)
        world.deliver_all()
    else:
        world.deliver_all()
        for _ in range(1 if when == "after it" else 2):
            world.callback(INTENT)
        world.deliver_all()
    world.minutes(1)
    at_rest(world, "BOOKED", 2300)
    assert len(world.provider.intents) == 1


@pytest.mark.shows("callback foreign, of an unknown order, of another amount")
def test_money_for_an_order_that_does_not_exist_is_recorded_and_given_back(world: World) -> None:
    metadata = {"deployment": "box-office-test", "user_id": "ada", "event_id": "ev_1", "order_id": "or_9"}
    world.provider.intents["pi_9"] = Intent("pi_9", 500, metadata | {"attempt": "1"}, "CHARGED", 500)
    world.callback("pi_9")
    world.callback("pi_9")
    world.deliver_all()
    world.minutes(1)
    at_rest(world, "EXPIRED", 0, "or_9")
    order = world.order("or_9")
    assert (order.reason, order.movie_id, order.movie_time) == ("unknown_charge", "metropolis", EV_1.movie_time)
    assert world.provider.refunded("pi_9") == 500


@pytest.mark.shows("callback foreign, of an unknown order, of another amount")
def test_a_foreign_callback_is_counted_and_changes_nothing(world: World) -> None:
    world.provider.intents["pi_9"] = Intent("pi_9", 500, {"deployment": "another"}, "CHARGED", 500)
    world.callback("pi_9")
    world.callback(None, "customer.created")
    # of a callback without metadata: the provider alone says whose it is
    world.lanes.send_intent("lane-0", NamedIntent("pi_9"))
    world.deliver_all()
    assert world.table.orders == {}
    assert world.provider.refunded("pi_9") == 0
    assert world.counters.counted["ForeignCallbacks"] == 3


@pytest.mark.shows("callback foreign, of an unknown order, of another amount")
def test_an_intent_of_another_amount_under_our_own_names_is_given_back(world: World) -> None:
    paid(world)
    metadata = dict(world.provider.intents[INTENT].metadata)
    world.provider.intents["pi_x"] = Intent("pi_x", 77, metadata, "CHARGED", 77)
    world.callback("pi_x")
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)
    assert world.provider.refunded("pi_x") == 77


@pytest.mark.shows("chargeback")
def test_a_chargeback_rings_and_leaves_ticket_and_seat(world: World) -> None:
    paid(world)
    world.callback(INTENT, "charge.dispute.created")
    world.deliver_all()
    assert world.counters.counted["Chargebacks"] == 1
    at_rest(world, "BOOKED", 2300)


# Attempts


@pytest.mark.shows("second capture of an order")
def test_a_first_attempts_late_capture_during_the_second_goes_back(world: World) -> None:
    paid(world, CHALLENGED)
    world.submit("pm_visa")
    world.provider.faults["create"].append("ok")
    world.provider.faults["confirm"].append("lost")
    world.deliver_all()
    assert (world.status(), world.order().attempt) == ("PAYING", 2)
    first = world.provider.intents[INTENT]
    first.status, first.received = "CHARGED", 2300  # in spite of its cancellation
    world.callback(INTENT)
    world.deliver_all()
    assert world.provider.refunded(INTENT) == 2300
    world.minutes(1)
    at_rest(world, "BOOKED", 2300)
    states = [attempt.state for attempt in world.order().attempts]
    assert states == [AttemptState.REFUNDED, AttemptState.CAPTURED]
    assert world.counters.counted["DoubleCaptures"] == 1


@pytest.mark.shows("second capture of an order")
def test_a_second_capture_of_a_booked_order_goes_back_even_without_an_answer_to_the_refund(world: World) -> None:
    paid(world, "pm_declined")
    world.submit("pm_visa")
    world.deliver_all()
    first = world.provider.intents[INTENT]
    first.status, first.received = "CHARGED", 2300
    world.provider.faults["refund"].extend(["lost", "down"])
    world.callback(INTENT)
    world.minutes(3)
    at_rest(world, "BOOKED", 2300)
    assert len(world.provider.made_refunds) == 1


def test_a_capture_after_the_lapse_of_a_final_order_goes_back(world: World) -> None:
    paid(world, "pm_declined")
    world.clock.advance(minutes=40)
    world.hold("or_2", seats="A1 A2")
    first = world.provider.intents[INTENT]
    first.status, first.received = "CHARGED", 2300
    world.callback(INTENT)
    world.minutes(1)
    at_rest(world, "EXPIRED", 0)
    assert world.order("or_2").holds_seats(world.clock.now)
