"""What a payment costs in calls to the provider. Its own callback costs none once the order has recorded the end."""

import json

import pytest

from box_office.domain.messages import EndedIntent, NamedIntent, intent_from, intent_message, written
from box_office.domain.orders import OrderRef
from box_office.domain.paying import wait_seconds
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
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
    waits = []
    for _ in range(7):
        world.submit("pm_declined")
        began = world.clock.now
        world.deliver_all()
        while world.status() == "PAYING":
            world.clock.advance(seconds=1)
            world.deliver_all()
        waits.append((world.clock.now - began) // 1000)
    assert waits == [0, 0, 4, 8, 16, 30, 30]


def test_cash_waits_for_nothing_however_many_cards_were_declined(world: World) -> None:
    attempts = tuple(Attempt(number, AttemptState.DECLINED, Method(Kind.CARD), 2300) for number in range(1, 7))
    for kind in (Kind.CASH, Kind.EXTERNAL, Kind.FREE):
        last = Attempt(7, AttemptState.STARTED, Method(kind), 2300)
        assert wait_seconds(order(attempt=7, attempts=(*attempts, last))) == 0
