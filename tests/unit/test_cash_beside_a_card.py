"""Cash that a clerk accepted is a capture: it pays the order, or it is owed to the customer and found by a command."""

import pytest

from box_office.domain.errors import PaymentInProgress
from box_office.domain.payments import AttemptState, RefundState
from tests.fakes.box_office import World
from tests.paid_orders import INTENT, challenged_at_the_desk, in_order, owed, settle, take_cash


@pytest.fixture
def world() -> World:
    return challenged_at_the_desk(World())


@pytest.mark.shows("cash is taken, and the card is charged after all")
def test_cash_taken_while_the_challenge_is_passed_is_owed_and_settled_once(world: World) -> None:
    take_cash(world)
    world.provider.customer_passes(INTENT)
    world.deliver_all()
    world.minutes(5)
    order = world.order()
    assert (world.status(), world.charged()) == ("BOOKED", order.price), "the card paid the tickets"
    [cash] = [attempt for attempt in order.attempts if attempt.in_cash]
    assert (cash.state, cash.amount, order.attempt) == (AttemptState.CAPTURED, 2300, 1)
    [refund] = order.owed_refunds
    assert (refund.amount, refund.state, refund.surplus, order.refunded) == (2300, RefundState.PENDING, True, 0)
    assert (world.counters.counted["CashOwed"], owed(world)) == (1, ["or_1"])
    in_order(world)
    order, owing = settle(world)
    assert (str(order.status), owing, order.refunds[0].state) == ("BOOKED", 2300, RefundState.SETTLED)
    assert (settle(world)[1], owed(world)) == (0, [])
    in_order(world)


def test_cash_pays_the_order_when_the_card_is_cancelled_in_time_and_no_other_method_takes_its_place(
    world: World,
) -> None:
    take_cash(world)
    with pytest.raises(PaymentInProgress):
        world.submit("pm_visa", user="clerk", order_id="or_1", desk=True)
    world.deliver_all()
    world.minutes(2)
    order = world.order()
    assert (world.status(), order.attempt, order.owed_refunds, world.charged()) == ("BOOKED", 2, (), 0)
    in_order(world)


def test_cash_of_a_showing_that_is_called_off_stays_owed_until_it_is_settled(world: World) -> None:
    take_cash(world)
    world.events.cancel("ev_1", world.clock.now)
    world.deliver_all()
    world.minutes(5)
    order = world.order()
    assert (world.status(), order.refunded, [str(one.state) for one in order.refunds]) == ("REFUNDING", 0, ["PENDING"])
    assert (world.seat("A1"), world.counters.counted["CashOwed"]) == ("empty", 1)
    assert world.unsettled() == []
    settled, _ = settle(world)
    assert (str(settled.status), settled.refunded) == ("REFUNDED", 2300)
    in_order(world)


def test_cash_that_was_accepted_pays_though_the_provider_knows_the_intent_no_more(world: World) -> None:
    take_cash(world)
    world.provider.intents.clear()  # another account's key, or the intent is gone
    world.minutes(120)
    assert world.status() == "BOOKED"


def test_a_card_that_was_charged_after_cash_took_over_goes_back(world: World) -> None:
    take_cash(world)
    world.provider.customer_passes(INTENT)
    world.provider.always = "down"
    world.minutes(20)
    assert world.status() == "BOOKED"
    world.provider.always = "ok"
    world.minutes(3)
    assert (world.charged(), world.order().owed_refunds) == (0, ())
    in_order(world)
