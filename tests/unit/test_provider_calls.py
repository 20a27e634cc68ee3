"""What a payment costs in calls to the provider. Its own callback costs none once the order has recorded the end."""

import json

import pytest

from box_office.domain.errors import Unavailable
from box_office.domain.messages import EndedIntent, NamedIntent, intent_from, intent_message, written
from box_office.domain.orders import OrderRef
from box_office.domain.paying import wait_seconds
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.provider_answers import Outcome
from tests.examples import order
from tests.fakes.box_office import World
from tests.paid_orders import INTENT, at_rest, paid

SALE = ["create", "confirm"]
DECLINE = ["create", "confirm", "cancel"]


@pytest.fixture
def world() -> World:
    return World()


def asked(world: World) -> list[str]:
    return [operation for operation, _ in world.provider.calls]


def called_back(world: World, word: str, times: int = 1) -> list[str]:
    """The calls to the provider that the callback costs."""
    world.provider.calls.clear()
    for _ in range(times):
        world.callback(INTENT, f"payment_intent.{word}")
    world.deliver_all()
    return asked(world)


def seconds_of_attempt(world: World, method: str = "pm_declined", **whose: str) -> int:
    """How long the attempt waits until a worker has declined it."""
    order_id = world.submit(method, **whose).order_id
    began = world.clock.now
    world.deliver_all()
    while world.status(order_id) == "PAYING":
        world.clock.advance(seconds=1)
        world.deliver_all()
    return (world.clock.now - began) // 1000


def test_a_sale_is_two_calls_and_its_own_callback_none(world: World) -> None:
    paid(world)
    assert asked(world) == SALE
    assert called_back(world, "succeeded", times=2) == []
    at_rest(world, "BOOKED", 2300)


def test_a_decline_is_three_calls_and_the_callbacks_of_decline_and_cancel_none(world: World) -> None:
    paid(world, "pm_declined")
    assert asked(world) == DECLINE
    assert called_back(world, "payment_failed") == called_back(world, "canceled") == []
    assert world.status() == "HELD"


def test_a_charge_of_a_declined_attempt_is_asked_about_and_given_back(world: World) -> None:
    paid(world, "pm_declined")
    intent = world.provider.intents[INTENT]
    intent.status, intent.received = "CHARGED", 2300
    assert called_back(world, "succeeded")[0] == "retrieve_intent"
    assert world.charged() == 0, "the order was declined: the money went back"


def test_an_older_decline_of_an_intent_that_was_charged_since_costs_no_call(world: World) -> None:
    paid(world)
    assert called_back(world, "payment_failed") == []


def test_a_callback_that_comes_before_the_answer_asks(world: World) -> None:
    world.hold()
    world.submit()
    world.provider.faults["confirm"].append("lost")
    world.deliver_all()
    assert "retrieve_intent" in called_back(world, "succeeded")
    at_rest(world, "BOOKED", 2300)


def test_a_callback_of_another_intent_of_the_same_attempt_asks(world: World) -> None:
    """An intent that names our order, but that no attempt of it has, may have been charged."""
    paid(world)
    world.provider.calls.clear()
    ended = EndedIntent(OrderRef("ada", "ev_1", "or_1"), 1, charged=True)
    world.lanes.send_intent("lane-0", NamedIntent("pi_other", ended=ended))
    world.deliver_all()
    assert asked(world)[:1] == ["retrieve_intent"]


@pytest.mark.parametrize("charged", [True, False])
def test_a_message_says_what_the_callback_said(charged: bool) -> None:
    named = NamedIntent("pi_1", True, EndedIntent(OrderRef("ada", "ev_1", "or_1", "s1"), 2, charged))
    assert intent_from(json.loads(written(intent_message(named)))) == named


def test_a_message_of_an_older_deployment_says_only_where_to_look() -> None:
    assert intent_from({"v": 1, "kind": "look", "intent_id": "pi_1"}) == NamedIntent("pi_1")


def test_each_attempt_after_the_second_waits_longer_on_its_lane(world: World) -> None:
    world.hold()
    assert [seconds_of_attempt(world) for _ in range(7)] == [0, 0, 4, 8, 16, 30, 30]


def test_an_attempt_waits_for_what_was_declined_in_the_users_other_orders_too(world: World) -> None:
    world.hold("or_1", seats="A1")
    assert [seconds_of_attempt(world, order_id="or_1") for _ in range(6)] == [0, 0, 4, 8, 16, 30]
    world.hold("or_2", seats="B1", event_id="ev_2")
    assert seconds_of_attempt(world, event_id="ev_2", order_id="or_2") == 30
    world.hold("or_3", user="grace", seats="A2")
    assert seconds_of_attempt(world, user="grace", order_id="or_3") == 0, "another customer waits for nothing"
    world.clock.advance(minutes=60)
    world.hold("or_4", seats="B2", event_id="ev_2")
    assert seconds_of_attempt(world, event_id="ev_2", order_id="or_4") == 0, "the next hour begins anew"


@pytest.mark.parametrize(("declines", "seconds"), [(1, 0), (2, 4), (9, 30), (10, 60), (19, 60), (20, 120), (200, 120)])
def test_a_user_whose_cards_are_declined_all_hour_long_waits_two_minutes_at_most(
    world: World, declines: int, seconds: int
) -> None:
    for _ in range(declines):
        world.declines.count("ada", world.clock.now)
    world.hold()
    assert seconds_of_attempt(world) == seconds


def test_the_seats_stay_while_an_attempt_waits_and_are_paid_in_the_end(world: World) -> None:
    for _ in range(20):
        world.declines.count("ada", world.clock.now)
    world.hold(hold_until=world.clock.now + 5_000)
    world.submit("pm_visa")
    for _ in range(12):
        world.clock.advance(seconds=10)
        world.reconcile()
        assert world.status() == "PAYING", "what the reconciler sends again waits, too"
        world.deliver_all()
    assert world.status() == "BOOKED"
    assert world.declines.of_hour("ada", world.clock.now) == 20


def test_a_count_of_declines_that_cannot_be_read_makes_no_customer_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise Unavailable("the table is away")

    for _ in range(20):
        world.declines.count("ada", world.clock.now)
    monkeypatch.setattr(world.declines, "of_hour", away)
    monkeypatch.setattr(world.declines, "count", away)
    world.hold()
    assert seconds_of_attempt(world) == 0
    assert world.status() == "HELD", "the decline is recorded in its order all the same"


def test_cash_waits_for_nothing_however_many_cards_were_declined(world: World) -> None:
    attempts = tuple(Attempt(number, AttemptState.DECLINED, Method(Kind.CARD), 2300) for number in range(1, 7))
    for kind in (Kind.CASH, Kind.EXTERNAL, Kind.FREE):
        last = Attempt(7, AttemptState.STARTED, Method(kind), 2300)
        assert wait_seconds(order(attempt=7, attempts=(*attempts, last)), declines=20) == 0


def test_a_decline_of_which_two_workers_learn_is_counted_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The callback of the decline is worked on while the first worker cancels the intent."""
    world.hold()
    world.submit("pm_declined")
    cancel, cancelled = world.provider.cancel, []

    def meanwhile(intent_id: str) -> Outcome:
        cancelled.append(intent_id)
        if len(cancelled) == 1:
            world.callback(intent_id, "payment_intent.payment_failed")
            world.deliver(next(one for one in world.mailbox.waiting if one.body["kind"] == "look"))
        return cancel(intent_id)

    monkeypatch.setattr(world.provider, "cancel", meanwhile)
    world.deliver_all()
    assert len(cancelled) == 2
    assert (world.declines.of_hour("ada", world.clock.now), world.counters.counted["Declines"]) == (1, 1)


def test_a_saved_method_that_is_none_is_no_decline_of_the_hour(world: World) -> None:
    world.hold()
    world.submit(Method(Kind.SAVED))
    world.deliver_all()
    assert (world.status(), world.counters.counted["Declines"]) == ("HELD", 1)
    assert world.declines.of_hour("ada", world.clock.now) == 0


def test_at_a_desk_nobody_waits_for_the_cards_of_those_before(world: World) -> None:
    for number in range(6):
        world.hold(f"or_{number}", seats=f"A{number + 1}", user="clerk", sale=f"s{number}")
        assert seconds_of_attempt(world, user="clerk", order_id=f"or_{number}") == 0
    assert [seconds_of_attempt(world, user="clerk", order_id="or_5") for _ in range(3)] == [0, 4, 8], (
        "one sale's own cards"
    )


def test_a_message_that_has_waited_lets_no_later_attempt_through(world: World) -> None:
    for _ in range(20):
        world.declines.count("ada", world.clock.now)
    world.hold()
    world.submit("pm_declined")
    world.deliver_all()
    world.clock.advance(seconds=70)
    world.reconcile()
    world.deliver_all()
    first, second = sorted((one for one in world.mailbox.waiting if one.body.get("waited")), key=lambda one: one.due_at)
    world.clock.advance(seconds=50)
    world.deliver(first)
    assert world.status() == "HELD"
    world.submit("pm_visa")
    world.provider.calls.clear()
    world.deliver(second)
    assert (asked(world), world.status()) == ([], "PAYING"), "the second attempt waits two minutes of its own"
