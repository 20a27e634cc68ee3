"""DESIGN section 14, its rows of payments: each failure is caused, and ends as its row says. Over fakes."""

from dataclasses import replace

import pytest

from box_office.domain.errors import HoldExpired, Unavailable
from box_office.domain.orders import OrderRef
from box_office.domain.payments import AttemptState, Kind, Method, RefundState
from box_office.ports import ChangeRefused, OutcomeUnknown
from tests.cinema import MINUTE
from tests.examples import EV_1
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED, SLOW, Intent

INTENT = "pi_or_1_1"


@pytest.fixture
def world() -> World:
    return World()


def paid(world: World, method: str = "pm_visa", **hold) -> World:
    world.hold(**hold)
    world.submit(method)
    world.deliver_all()
    return world


def at_rest(world: World, status: str, charged: int, order_id: str = "or_1") -> None:
    assert (world.status(order_id), world.charged(order_id)) == (status, charged)
    if world.mailbox.waiting:
        before = world.table.orders
        world.minutes(25)  # until messages that came back find nothing left to do
        assert world.table.orders == before
    assert (world.complaints(), world.unsettled()) == ([], [])


# The provider


def test_provider_down_the_order_stays_paying_is_charged_never_and_expires_at_the_cap(world: World) -> None:
    world.provider.always = "down"
    paid(world)
    world.minutes(14)
    assert (world.status(), world.seat("A1")) == ("PAYING", "pinned")
    world.minutes(3)
    # No intent was ever stored: nothing can have been charged.
    assert (world.status(), world.order().reason, world.seat("A1")) == ("EXPIRED", "payment_timed_out", "empty")
    world.provider.always = "ok"
    world.minutes(30)
    at_rest(world, "EXPIRED", 0)
    assert {name for name, _ in world.provider.calls} == {"create"}


def test_provider_back_within_the_cap_pays(world: World) -> None:
    world.provider.always = "down"
    paid(world)
    world.minutes(5)
    world.provider.always = "ok"
    world.minutes(6)
    at_rest(world, "BOOKED", 2300)


def test_provider_timed_out_but_charged_the_intent_is_read_by_its_id(world: World) -> None:
    world.provider.faults["confirm"].append("lost")
    paid(world)
    assert (world.status(), world.charged()) == ("PAYING", 2300)
    world.minutes(1)
    at_rest(world, "BOOKED", 2300)
    assert [name for name, _ in world.provider.calls].count("confirm") == 1


def test_provider_slow_the_customer_waits_and_then_has_a_ticket(world: World) -> None:
    paid(world, SLOW)
    world.minutes(4)
    assert world.status() == "PAYING"
    world.provider.customer_passes(INTENT)
    world.callback(INTENT)
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


def test_provider_slow_without_a_callback_is_found_by_the_messages_that_come_back(world: World) -> None:
    paid(world, SLOW)
    world.minutes(2)
    world.provider.customer_passes(INTENT)
    world.minutes(2)
    at_rest(world, "BOOKED", 2300)


def test_rate_limited_messages_return_as_delayed_copies_that_cost_no_try(world: World) -> None:
    world.provider.always = "busy"
    paid(world)
    for _ in range(30):
        world.clock.advance(seconds=5)
        world.deliver_all()
    [message] = world.mailbox.waiting
    assert (message.receives, message.redrives) == (0, 0)
    assert world.counters.counted["ProviderBusy"] == 31
    world.provider.always = "ok"
    world.minutes(1)
    at_rest(world, "BOOKED", 2300)


def test_rate_limited_looks_cost_no_try_either(world: World) -> None:
    paid(world, CHALLENGED)
    world.provider.customer_passes(INTENT)
    world.provider.always = "busy"
    world.callback(INTENT)
    for _ in range(20):
        world.clock.advance(seconds=5)
        world.deliver_all()
    [message] = world.mailbox.waiting
    assert (message.receives, message.redrives) == (0, 0)
    world.provider.always = "ok"
    world.clock.advance(seconds=5)
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


def test_declining_the_seats_are_kept_and_another_card_pays(world: World) -> None:
    paid(world, "pm_no_funds")
    order = world.order()
    assert (world.status(), order.current_attempt.decline["decline_code"]) == ("HELD", "insufficient_funds")
    assert world.provider.intents[INTENT].status == "CANCELLED", "a declined intent can still be paid on an open page"
    world.submit("pm_visa")
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)
    assert world.order().attempt == 2


def test_an_intent_that_the_provider_refuses_is_a_decline(world: World) -> None:
    world.hold(seats="A1", seat_prices={"A1": 10})
    world.submit()
    world.deliver_all()
    assert (world.status(), world.order().current_attempt.decline["code"]) == ("HELD", "amount_too_small")
    assert (world.complaints(), world.unsettled()) == ([], [])


def test_a_worker_dies_before_anybody_reached_the_pin_and_it_is_kept_an_hour(world: World) -> None:
    world.hold()
    world.submit()
    world.mailbox.waiting.clear()
    world.lanes._port.backlog = lambda lane: 1  # a lane that is stuck
    for _ in range(59):
        world.clock.advance(minutes=1)
        world.reconcile()
    assert len(world.mailbox.waiting) == 11, "sent again every five minutes, no oftener"
    assert (world.status(), world.seat("A1")) == ("PAYING", "pinned")
    assert world.counters.counted["LatePins"] >= 50, "an alarm after five minutes"
    world.mailbox.waiting.clear()
    world.clock.advance(minutes=1, seconds=1)
    world.reconcile()
    assert (world.status(), world.order().reason) == ("EXPIRED", "payment_not_processed")
    world.mailbox.waiting.clear()
    at_rest(world, "EXPIRED", 0)


def test_a_lost_message_on_a_busy_lane_is_sent_again(world: World) -> None:
    """Others' messages never stop coming, so the lane is never empty."""
    world.hold()
    world.mailbox.down = True
    world.submit()
    world.mailbox.down = False
    world.lanes._port.backlog = lambda lane: 1_000
    world.minutes(7)
    at_rest(world, "BOOKED", 2300)


# The cap, and what comes after it


def unresolved(world: World) -> World:
    """Charged, and nobody can ask the provider until after the cap."""
    world.provider.faults["confirm"].append("lost")
    world.hold()
    world.submit()
    world.deliver_all()
    world.provider.always = "down"
    world.minutes(16)
    assert (world.status(), world.seat("A1"), world.order().pinned_at) == ("UNRESOLVED", "empty", None)
    return world


def test_the_cap_counts_from_the_first_create_not_from_the_submit(world: World) -> None:
    world.hold()
    world.submit()
    waiting, world.mailbox.waiting = world.mailbox.waiting, []
    world.lanes._port.backlog = lambda lane: 1
    world.clock.advance(minutes=4)
    world.provider.always = "down"
    world.mailbox.waiting = waiting
    world.deliver_all()
    asked_at = world.order().asked_at
    assert asked_at == world.clock.now
    for minute in range(1, 15):
        world.clock.now = asked_at + minute * MINUTE
        world.reconcile()
    world.clock.now = asked_at + 15 * MINUTE - 1
    world.reconcile()
    assert world.status() == "PAYING"
    world.clock.now += 1
    world.reconcile()
    assert world.status() == "EXPIRED"


def test_charged_after_the_cap_the_same_seats_if_they_are_free(world: World) -> None:
    unresolved(world)
    with pytest.raises(HoldExpired):
        world.submit()
    world.provider.always = "ok"
    world.minutes(2)
    at_rest(world, "BOOKED", 2300)
    assert world.counters.counted["LatePayments"] == 1


def test_charged_after_the_cap_money_back_if_one_seat_is_gone(world: World) -> None:
    unresolved(world)
    world.hold("or_2", "grace", "A2 A3")
    world.provider.always = "ok"
    world.minutes(2)
    assert world.order("or_2").holds_seats(world.clock.now)
    at_rest(world, "REFUNDED", 0)
    assert world.seat("A1") == "empty"
    assert world.order().reason == "late_payment"


def test_charged_after_the_cap_money_back_if_the_user_has_a_newer_order(world: World) -> None:
    unresolved(world)
    world.hold("or_2", seats="B1")
    world.provider.always = "ok"
    world.minutes(2)
    at_rest(world, "REFUNDED", 0)
    assert world.status("or_2") == "HELD"


@pytest.mark.parametrize("change", [{"end_time": 0}, {"cancelled_at": 1}], ids=["over", "cancelled"])
def test_charged_after_the_cap_money_back_if_the_event_is_over_or_cancelled(world: World, change: dict) -> None:
    unresolved(world)
    world.catalogue.events["ev_1"] = replace(EV_1, **change)
    world.provider.always = "ok"
    world.minutes(2)
    at_rest(world, "REFUNDED", 0)


def test_not_charged_after_the_cap_it_expires(world: World) -> None:
    world.hold()
    world.submit(CHALLENGED)
    world.deliver_all()
    world.provider.always = "down"
    world.minutes(16)
    assert world.status() == "UNRESOLVED"
    world.provider.always = "ok"
    world.minutes(2)
    at_rest(world, "EXPIRED", 0)
    assert not world.provider.customer_passes(INTENT), "the intent must be cancelled: an open page could still pay it"


def test_an_abandoned_challenge_expires_at_the_cap(world: World) -> None:
    paid(world, CHALLENGED)
    world.minutes(14)
    assert (world.status(), world.order().current_attempt.next_action["type"]) == ("PAYING", "redirect_to_url")
    world.minutes(2)
    at_rest(world, "EXPIRED", 0)
    assert not world.provider.customer_passes(INTENT)


def test_a_failed_challenge_is_a_decline(world: World) -> None:
    paid(world, CHALLENGED)
    world.provider.customer_fails(INTENT)
    world.callback(INTENT, "payment_intent.payment_failed")
    world.deliver_all()
    assert world.status() == "HELD"
    assert world.order().current_attempt.decline["code"] == "payment_intent_authentication_failure"
    assert (world.complaints(), world.unsettled()) == ([], [])


def test_another_method_in_mid_challenge_keeps_the_cap(world: World) -> None:
    paid(world, CHALLENGED)
    asked_at = world.order().asked_at
    world.minutes(10)
    world.submit(Method(Kind.CARD, CHALLENGED, save=True))
    world.deliver_all()
    order = world.order()
    assert (order.attempt, order.asked_at) == (2, asked_at)
    assert [attempt.state for attempt in order.attempts] == [AttemptState.CANCELLED, AttemptState.STARTED]
    world.minutes(6)
    at_rest(world, "EXPIRED", 0)


def test_a_submit_after_a_decline_starts_the_cap_anew(world: World) -> None:
    world.hold()
    world.provider.always = "down"
    world.submit("pm_declined")
    world.deliver_all()
    world.clock.advance(minutes=9)
    world.provider.always = "ok"
    world.deliver_all()
    assert world.status() == "HELD"
    world.provider.always = "down"
    world.submit("pm_visa")
    world.deliver_all()
    world.clock.advance(minutes=10)  # 19 since the first
    world.reconcile()
    assert world.status() == "PAYING"


def test_twelve_minutes_after_it_was_asked_nobody_creates_or_confirms(world: World) -> None:
    world.provider.faults["create"].extend(["down"] * 100)
    paid(world)
    world.minutes(12)
    world.provider.faults["create"].clear()
    world.provider.calls.clear()
    world.lanes.send_order("lane-0", world.order().ref, 1)
    world.deliver_all()
    assert world.provider.calls == []
    world.minutes(4)
    at_rest(world, "EXPIRED", 0)


# The bank's time


def test_paid_at_the_last_moment_and_answered_three_minutes_later_is_a_ticket(world: World) -> None:
    world.hold()
    world.clock.advance(minutes=9, seconds=59, ms=900)
    world.submit(SLOW)
    world.deliver_all()
    for _ in range(18):
        world.clock.advance(seconds=10)
        world.deliver_all()
        with pytest.raises(ChangeRefused):
            world.hold("or_2", "grace", "A1")
    world.provider.customer_passes(INTENT)
    world.callback(INTENT)
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


def test_paid_at_the_very_end_is_too_late_and_the_provider_is_never_called(world: World) -> None:
    world.hold()
    world.clock.advance(minutes=10)
    with pytest.raises(HoldExpired):
        world.submit()
    world.minutes(2)
    assert world.provider.calls == []
    assert (world.complaints(), world.unsettled()) == ([], [])


# Messages, queues, callbacks


def test_the_send_fails_the_reconciler_sends_within_a_minute(world: World) -> None:
    world.hold()
    world.mailbox.down = True
    assert str(world.submit().status) == "PAYING"
    world.mailbox.down = False
    assert world.counters.counted["LaneSendErrors"] == 1
    world.clock.advance(minutes=1)
    world.reconcile()
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


def test_payment_complete_is_lost_and_announced_again(world: World) -> None:
    world.hold()
    world.submit()
    put = world.mailbox.put
    world.mailbox.put = lambda queue, body, delay=0: None if queue == "payment-complete" else put(queue, body, delay)
    world.deliver_all()
    assert world.status() == "PAID"
    world.mailbox.put = put
    world.minutes(3)
    at_rest(world, "BOOKED", 2300)


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


def test_a_message_that_only_brings_out_a_bug_is_parked_and_its_order_ends_all_the_same(world: World) -> None:
    def interrupt(number: int, name: str, before: bool) -> None:
        if name == "orders.locate":
            raise KeyError("a bug")

    world.steps.interrupt = interrupt
    paid(world)
    world.minutes(60)
    assert len(world.mailbox.parked) >= 1
    assert (world.status(), world.counters.counted["ReconcileErrors"]) == ("PAYING", 60)
    world.steps.interrupt = lambda number, name, before: None
    world.minutes(3)
    at_rest(world, "EXPIRED", 0)


def test_after_twelve_minutes_a_message_finds_nothing_to_do_and_is_not_parked(world: World) -> None:
    world.provider.always = "down"
    paid(world)
    world.minutes(60)
    assert world.mailbox.parked == []
    at_rest(world, "EXPIRED", 0)


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


def test_money_for_an_order_that_does_not_exist_is_recorded_and_given_back(world: World) -> None:
    metadata = {"deployment": "box-office-test", "user_id": "ada", "event_id": "ev_1", "order_id": "or_9"}
    world.provider.intents["pi_9"] = Intent("pi_9", 500, metadata | {"attempt": "1"}, "CHARGED", 500)
    world.callback("pi_9")
    world.callback("pi_9")
    world.deliver_all()
    world.minutes(1)
    at_rest(world, "EXPIRED", 0, "or_9")
    assert world.order("or_9").reason == "unknown_charge"
    assert world.provider.refunded("pi_9") == 500


def test_a_foreign_callback_is_counted_and_changes_nothing(world: World) -> None:
    world.provider.intents["pi_9"] = Intent("pi_9", 500, {"deployment": "another"}, "CHARGED", 500)
    world.callback("pi_9")
    world.callback(None, "customer.created")
    world.deliver_all()
    assert world.table.orders == {}
    assert world.provider.refunded("pi_9") == 0
    assert world.counters.counted["ForeignCallbacks"] == 2


def test_an_intent_of_another_amount_under_our_own_names_is_given_back(world: World) -> None:
    paid(world)
    metadata = dict(world.provider.intents[INTENT].metadata)
    world.provider.intents["pi_x"] = Intent("pi_x", 77, metadata, "CHARGED", 77)
    world.callback("pi_x")
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)
    assert world.provider.refunded("pi_x") == 77


def test_a_chargeback_rings_and_leaves_ticket_and_seat(world: World) -> None:
    paid(world)
    world.callback(INTENT, "charge.dispute.created")
    world.deliver_all()
    assert world.counters.counted["Chargebacks"] == 1
    at_rest(world, "BOOKED", 2300)


# Attempts


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


def test_the_first_intent_cannot_be_confirmed_on_an_open_page_after_the_second_was_booked(world: World) -> None:
    paid(world, "pm_declined")
    world.submit("pm_visa")
    world.deliver_all()
    assert not world.provider.customer_passes(INTENT)
    at_rest(world, "BOOKED", 2300)


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
    assert len(world.provider.refunds) == 1


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


# The event


def test_the_event_ends_before_booking_the_money_goes_back(world: World) -> None:
    world.hold()
    world.submit()
    world.deliver(world.mailbox.waiting[0])
    world.clock.now = EV_1.end_time
    world.minutes(2)
    at_rest(world, "REFUNDED", 0)
    assert (world.order().reason, world.seat("A1")) == ("event_over", "empty")


@pytest.mark.parametrize("times", [1, 2])
def test_an_event_that_ends_frees_what_is_held_and_leaves_pins_to_their_outcome(world: World, times: int) -> None:
    world.clock.now = EV_1.end_time - 5 * MINUTE
    world.hold("or_1", "ada", "A1")
    world.hold("or_2", "grace", "A2")
    world.submit(SLOW)
    world.deliver_all()
    early = world.end_event()
    assert getattr(early, "seconds", None) == 300
    assert world.status("or_2") == "HELD"
    world.clock.now = EV_1.end_time
    assert [world.end_event() for _ in range(times)] == [1, 0][:times]
    assert (world.status("or_1"), world.status("or_2")) == ("PAYING", "EXPIRED")
    assert (world.seat("A1"), world.seat("A2")) == ("pinned", "empty")
    world.provider.customer_passes(INTENT)
    world.minutes(2)
    at_rest(world, "REFUNDED", 0)


def test_a_cancelled_event_gives_every_unused_ticket_back_once_and_keeps_used_ones(world: World) -> None:
    paid(world)
    world.check_in("or_1", "A1")
    world.hold("or_2", "grace", "B1")
    world.hold("or_3", "linus", "B2")
    world.submit(CHALLENGED, "linus")
    world.deliver_all()
    world.events.cancel("ev_1", world.clock.now)
    world.minutes(2)
    assert [ticket["status"] for ticket in world.order().tickets] == ["valid", "refunded"]
    assert (world.status("or_1"), world.charged("or_1")) == ("BOOKED", 1150)
    assert (world.status("or_2"), world.order("or_2").reason) == ("EXPIRED", "event_cancelled")
    world.provider.customer_passes("pi_or_3_1")
    world.minutes(3)
    assert (world.status("or_3"), world.charged("or_3")) == ("REFUNDED", 0)
    assert (world.complaints(), world.unsettled()) == ([], [])


def test_a_hold_made_from_a_memory_of_before_the_cancellation_is_caught(world: World) -> None:
    world.events.cancel("ev_1", world.clock.now)
    world.minutes(1)
    held = world.hold()
    assert held.holds_seats(world.clock.now)
    world.minutes(2)
    assert (world.status(), world.seat("A1")) == ("EXPIRED", "empty")


def test_a_decline_of_a_cancelled_event_expires(world: World) -> None:
    world.hold()
    world.submit("pm_declined")
    world.catalogue.events["ev_1"] = replace(EV_1, cancelled_at=world.clock.now)
    world.deliver_all()
    at_rest(world, "EXPIRED", 0)


# The table, the cache, the wallet


@pytest.mark.parametrize("committed", [True, False], ids=["committed, answer lost", "down"])
def test_each_write_of_a_payment_fails_once(committed: bool) -> None:
    """As the adapter tells it: Unavailable if nothing was written, OutcomeUnknown if nobody knows."""
    count = World()
    paid(count)
    writes = count.steps.names.count("orders.commit")
    for at in range(1, writes + 1):
        world, seen = World(), []

        def interrupt(number: int, name: str, before: bool, at=at, seen=seen) -> None:
            if name == "orders.commit" and before is not committed:
                seen.append(number)
                if len(seen) == at:
                    raise OutcomeUnknown if committed else Unavailable("throttled")

        world.steps.interrupt = interrupt
        world.hold()
        try:
            world.submit()
        except Unavailable:
            world.submit()
        world.deliver_all()
        world.minutes(2)
        at_rest(world, "BOOKED", 2300)


def test_the_cache_is_wiped_and_down_and_the_ticket_is_there_all_the_same(world: World) -> None:
    world.cache.down = True
    paid(world)
    assert world.status() == "BOOKED"
    world.cache.wipe()
    world.cache.down = False
    world.minutes(3)
    at_rest(world, "BOOKED", 2300)


def test_a_saved_method_pays_again_and_a_wallet_out_of_reach_holds_no_payment_up(world: World) -> None:
    paid(world, Method(Kind.CARD, "pm_visa", save=True))
    world.hold("or_2", seats="B1")
    world.submit(Method(Kind.SAVED))
    world.deliver_all()
    at_rest(world, "BOOKED", 1150, "or_2")
    assert world.provider.intents["pi_or_2_1"].customer == "cus_ada"


def test_saving_a_method_fails_and_the_payment_does_not(world: World) -> None:
    def interrupt(number: int, name: str, before: bool) -> None:
        if name == "wallet.save":
            raise Unavailable("throttled")

    world.steps.interrupt = interrupt
    paid(world, Method(Kind.CARD, "pm_visa", save=True))
    at_rest(world, "BOOKED", 2300)


def test_a_refund_refused_for_good_rings_and_ends_like_a_paid_one(world: World) -> None:
    paid(world)
    world.provider.refuses_refunds = True
    world.refund()
    world.deliver_all()
    [refund] = world.order().refunds
    assert (refund.state, world.order().refunded) == (RefundState.REFUSED, 0)
    assert world.counters.counted["RefundsRefused"] == 1
    at_rest(world, "REFUNDED", 2300)
    assert world.seat("A1") == "empty"


def test_one_orders_trouble_never_keeps_the_others_waiting(world: World) -> None:
    for number in range(1, 4):
        world.hold(f"or_{number}", f"user{number}", f"B{number}")
        world.submit(user=f"user{number}")
    world.mailbox.waiting.clear()

    world.clock.advance(minutes=1)
    locate = world.plain_orders.locate

    def poisoned(ref: OrderRef):
        if ref.order_id == "or_2":
            raise KeyError("a bug that one order brings out")
        return locate(ref)

    world.plain_orders.locate = poisoned
    world.reconcile()
    world.deliver_all()
    world.plain_orders.locate = locate
    assert [world.status(f"or_{number}") for number in (1, 2, 3)] == ["BOOKED", "PAYING", "BOOKED"]
    world.minutes(2)
    assert world.unsettled() == []
