"""DESIGN section 14, the rows of provider, cap and time: each failure is caused, and ends as its row says."""

from dataclasses import replace

import pytest

from box_office.domain.errors import HoldExpired
from box_office.domain.payments import AttemptState, Kind, Method
from box_office.ports import ChangeRefused
from tests.examples import EV_1
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED, SLOW
from tests.paid_orders import INTENT, at_rest, in_order, paid
from tests.sample_catalogue import MINUTE


@pytest.fixture
def world() -> World:
    return World()


# The provider


@pytest.mark.shows("provider down")
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
    assert world.mailbox.parked == [], "after twelve minutes a message finds nothing to do"


@pytest.mark.shows("provider refuses our request, or our key")
def test_a_refusal_of_our_request_is_nobodys_decline_and_expires_uncharged_at_the_cap(world: World) -> None:
    world.provider.always = "refused"
    paid(world)
    world.minutes(14)
    assert (world.status(), world.order().attempts[0].decline, world.seat("A1")) == ("PAYING", None, "pinned")
    world.minutes(3)
    assert (world.status(), world.order().reason) == ("EXPIRED", "payment_timed_out")
    assert world.counters.counted["Declines"] == 0
    at_rest(world, "EXPIRED", 0)


@pytest.mark.shows("provider refuses our request, or our key")
@pytest.mark.parametrize("operation", ["create", "confirm"])
def test_a_refusal_of_our_request_that_is_mended_within_the_cap_pays(world: World, operation: str) -> None:
    world.provider.faults[operation].extend(["refused"] * 3)
    paid(world)
    world.minutes(4)
    at_rest(world, "BOOKED", 2300)


@pytest.mark.shows("provider down")
def test_provider_back_within_the_cap_pays(world: World) -> None:
    world.provider.always = "down"
    paid(world)
    world.minutes(5)
    world.provider.always = "ok"
    world.minutes(6)
    at_rest(world, "BOOKED", 2300)


@pytest.mark.shows("provider timed out but charged")
def test_provider_timed_out_but_charged_the_intent_is_read_by_its_id(world: World) -> None:
    world.provider.faults["confirm"].append("lost")
    paid(world)
    assert (world.status(), world.charged()) == ("PAYING", 2300)
    world.minutes(1)
    at_rest(world, "BOOKED", 2300)
    assert [name for name, _ in world.provider.calls].count("confirm") == 1


@pytest.mark.shows("provider slow")
def test_provider_slow_the_customer_waits_and_then_has_a_ticket(world: World) -> None:
    paid(world, SLOW)
    world.minutes(4)
    assert world.status() == "PAYING"
    world.provider.customer_passes(INTENT)
    world.callback(INTENT)
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


@pytest.mark.shows("provider slow")
def test_provider_slow_without_a_callback_is_found_by_the_messages_that_come_back(world: World) -> None:
    paid(world, SLOW)
    world.minutes(2)
    world.provider.customer_passes(INTENT)
    world.minutes(2)
    at_rest(world, "BOOKED", 2300)


@pytest.mark.shows("provider rate limited")
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


@pytest.mark.shows("card declined")
def test_an_intent_that_the_provider_refuses_is_a_decline(world: World) -> None:
    world.hold(seats="A1", seat_prices={"A1": 10})
    world.submit()
    world.deliver_all()
    assert (world.status(), world.order().current_attempt.decline["code"]) == ("HELD", "amount_too_small")
    in_order(world)


def test_a_worker_dies_before_anybody_reached_the_pin_and_it_is_kept_an_hour(world: World) -> None:
    world.hold()
    world.submit()
    world.mailbox.waiting.clear()
    world.lanes._port.backlog = lambda lane: 1  # a lane that is stuck
    for _ in range(59):
        world.clock.advance(minutes=1)
        world.reconcile()
    assert len(world.mailbox.waiting) == 20, "sent again every three minutes, no oftener"
    assert (world.status(), world.seat("A1")) == ("PAYING", "pinned")
    assert world.counters.counted["LatePins"] >= 18, "an alarm after five minutes, at each look"
    world.mailbox.waiting.clear()
    world.clock.advance(minutes=1, seconds=1)
    world.reconcile()
    assert (world.status(), world.order().reason) == ("EXPIRED", "payment_not_processed")
    world.mailbox.waiting.clear()
    at_rest(world, "EXPIRED", 0)


@pytest.mark.shows("message lost")
def test_a_lost_message_on_a_busy_lane_is_sent_again(world: World) -> None:
    """Others' messages never stop coming, so the lane is never empty."""
    world.hold()
    world.mailbox.down = True
    world.submit()
    world.mailbox.down = False
    world.lanes._port.backlog = lambda lane: 60  # a minute's work
    world.minutes(3)
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


@pytest.mark.shows("charged after the cap")
def test_charged_after_the_cap_the_same_seats_if_they_are_free(world: World) -> None:
    unresolved(world)
    with pytest.raises(HoldExpired):
        world.submit()
    world.provider.always = "ok"
    world.minutes(2)
    at_rest(world, "BOOKED", 2300)
    assert world.counters.counted["LatePayments"] == 1


@pytest.mark.shows("charged after the cap")
def test_charged_after_the_cap_money_back_if_one_seat_is_gone(world: World) -> None:
    unresolved(world)
    world.hold("or_2", "grace", "A2 A3")
    world.provider.always = "ok"
    world.minutes(2)
    assert world.order("or_2").holds_seats(world.clock.now)
    at_rest(world, "REFUNDED", 0)
    assert world.seat("A1") == "empty"
    assert world.order().reason == "late_payment"


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


@pytest.mark.shows("3-D Secure failed or abandoned")
def test_an_abandoned_challenge_expires_at_the_cap(world: World) -> None:
    paid(world, CHALLENGED)
    world.minutes(14)
    assert (world.status(), world.order().current_attempt.next_action["type"]) == ("PAYING", "redirect_to_url")
    world.minutes(2)
    at_rest(world, "EXPIRED", 0)
    assert not world.provider.customer_passes(INTENT)


@pytest.mark.shows("3-D Secure failed or abandoned")
def test_a_failed_challenge_is_a_decline(world: World) -> None:
    paid(world, CHALLENGED)
    world.provider.customer_fails(INTENT)
    world.callback(INTENT, "payment_intent.payment_failed")
    world.deliver_all()
    assert world.status() == "HELD"
    assert world.order().current_attempt.decline["code"] == "payment_intent_authentication_failure"
    in_order(world)


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


# The bank's time


@pytest.mark.shows("bank answers minutes after the hold's end")
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
