"""Cash that a clerk accepted is a capture: it pays the order, or it is owed to the customer and found by a command."""

from decimal import Decimal

import pytest

from box_office.domain.errors import PaymentInProgress
from box_office.domain.payments import AttemptState, Kind, Method, RefundState
from box_office.use_cases.settle_owed import SettlePorts, owed_orders, settle_order
from tests.fakes.box_office import World
from tests.paid_orders import INTENT

CASH = Method(Kind.CASH)


def settling(world: World) -> SettlePorts:
    return SettlePorts(world.plain_orders, world.clock, world.advance.ids, 64)


@pytest.fixture
def world() -> World:
    """A desk's sale whose card waits on the bank's page."""
    world = World()
    world.hold(user="clerk", sale="s1")
    world.submit("pm_challenged", user="clerk", order_id="or_1", desk=True)
    world.deliver_all()
    return world


def take_cash(world: World) -> None:
    world.submit(CASH, user="clerk", order_id="or_1", desk=True, tendered=Decimal(40))


@pytest.mark.shows("cash is taken, and the card is charged after all")
def test_cash_taken_while_the_challenge_is_passed_is_owed_and_found_by_the_command(world: World) -> None:
    take_cash(world)
    world.provider.customer_passes(INTENT)
    world.deliver_all()
    world.minutes(5)
    order = world.order()
    assert (world.status(), world.charged()) == ("BOOKED", order.price), "the card paid the tickets"
    [cash] = [attempt for attempt in order.attempts if attempt.in_cash]
    assert (cash.state, cash.amount, order.attempt) == (AttemptState.CAPTURED, 2300, 1)
    [owed] = order.owed_refunds
    assert (owed.amount, owed.state, owed.surplus, order.refunded) == (2300, RefundState.PENDING, True, 0)
    assert world.counters.counted["CashOwed"] == 1
    assert [one.order_id for one in owed_orders(settling(world))] == ["or_1"]
    assert (world.complaints(), world.unsettled()) == ([], [])


def test_cash_that_was_paid_out_is_settled_once(world: World) -> None:
    take_cash(world)
    world.provider.customer_passes(INTENT)
    world.deliver_all()
    world.minutes(2)
    order, owing = settle_order("or_1", "handed back by the clerk", None, settling(world))
    assert (str(order.status), owing, order.refunds[0].state) == ("BOOKED", 2300, RefundState.SETTLED)
    assert settle_order("or_1", "again", None, settling(world))[1] == 0
    assert (list(owed_orders(settling(world))), world.complaints(), world.unsettled()) == ([], [], [])


def test_cash_pays_the_order_when_the_card_is_cancelled_in_time(world: World) -> None:
    take_cash(world)
    world.deliver_all()
    world.minutes(2)
    order = world.order()
    assert (world.status(), order.attempt, order.owed_refunds, world.charged()) == ("BOOKED", 2, (), 0)
    assert (world.complaints(), world.unsettled()) == ([], [])


def test_another_method_never_takes_the_place_of_cash_that_was_accepted(world: World) -> None:
    take_cash(world)
    with pytest.raises(PaymentInProgress):
        world.submit("pm_visa", user="clerk", order_id="or_1", desk=True)
    world.deliver_all()
    world.minutes(2)
    assert (world.status(), world.charged(), world.order().owed_refunds) == ("BOOKED", 0, ())


def test_cash_of_a_showing_that_is_called_off_stays_owed_until_it_is_settled(world: World) -> None:
    take_cash(world)
    world.events.cancel("ev_1", world.clock.now)
    world.deliver_all()
    world.minutes(5)
    order = world.order()
    assert (world.status(), order.refunded, [str(one.state) for one in order.refunds]) == ("REFUNDING", 0, ["PENDING"])
    assert (world.seat("A1"), world.counters.counted["CashOwed"]) == ("empty", 1)
    assert world.unsettled() == []
    settled, _ = settle_order("or_1", "at the desk", None, settling(world))
    assert (str(settled.status), settled.refunded) == ("REFUNDED", 2300)
    assert (world.complaints(), world.unsettled()) == ([], [])
