"""A refund is ASKED, PENDING, DONE, REFUSED or SETTLED; only what the customer has counts as refunded."""

from collections.abc import Callable

import pytest

from box_office.domain.payments import AttemptState, RefundState
from box_office.domain.tickets import REFUNDED
from box_office.use_cases.cancel_event import sweep_cancelled
from tests.fakes.box_office import World
from tests.paid_orders import INTENT, at_rest, bank_says, in_order, owed, paid, paid_twice, settle


@pytest.fixture
def world() -> World:
    return paid(World())


def states(world: World) -> list[str]:
    return [str(refund.state) for refund in world.order().refunds]


@pytest.mark.shows("refund accepted and not carried out")
def test_a_refund_that_the_provider_only_accepted_is_pending_and_counts_nothing(world: World) -> None:
    world.provider.leaves_refunds_pending = True
    world.refund()
    assert (world.status(), states(world)) == ("REFUNDING", ["ASKED"])
    world.deliver_all()
    assert (world.status(), states(world), world.order().refunded) == ("REFUNDING", ["PENDING"], 0)
    assert world.seat("A1") == "empty", "the seats come free when the provider has accepted it"
    bank_says(world, RefundState.DONE)
    assert (world.status(), states(world), world.order().refunded) == ("REFUNDED", ["DONE"], 2300)
    at_rest(world, "REFUNDED", 0)


@pytest.mark.shows("refund accepted and not carried out")
def test_a_pending_refund_whose_callback_is_lost_is_found_and_costs_less_and_less(world: World) -> None:
    world.provider.leaves_refunds_pending = True
    world.refund()
    world.deliver_all()
    world.minutes(120)
    calls = len(world.provider.calls)
    world.minutes(120)
    assert len(world.provider.calls) - calls <= 4, "an old pending refund is not asked about each minute"
    world.provider.settle("re_1", RefundState.DONE)
    world.minutes(240)
    at_rest(world, "REFUNDED", 0)


@pytest.mark.shows("bank returns a refund weeks later")
@pytest.mark.parametrize("kind", ["refund.updated", "refund.failed"])
def test_a_refund_that_fails_after_it_was_done_opens_its_order_again_and_rings(world: World, kind: str) -> None:
    world.refund()
    world.deliver_all()
    assert (world.status(), world.order().refunded) == ("REFUNDED", 2300)
    bank_says(world, RefundState.REFUSED, kind=kind)
    assert (world.status(), states(world), world.order().refunded) == ("REFUNDING", ["REFUSED"], 0)
    assert (world.counters.counted["RefundsRefused"], owed(world)) == (1, ["or_1"])
    bank_says(world, RefundState.REFUSED, kind=kind)
    assert world.counters.counted["RefundsRefused"] == 1, "the same callback again rings no second time"
    order, owing = settle(world)
    assert (str(order.status), order.refunded, owing) == ("REFUNDED", 2300, 2300)
    assert owed(world) == []
    in_order(world)


def test_a_ticket_whose_refund_was_refused_leaves_the_others_booked(world: World) -> None:
    world.provider.refuses_refunds = True
    first = world.order().tickets[0]["ticket_id"]
    world.refund("boss", "or_1", manager=True, tickets=[first])
    world.deliver_all()
    assert (world.status(), states(world), owed(world)) == ("BOOKED", ["REFUSED"], ["or_1"])
    order, _ = settle(world, paid=0)  # the bank returned it to the customer
    assert (str(order.status), order.refunded) == ("BOOKED", 0)
    in_order(world)


def test_a_surplus_charge_whose_refund_is_refused_is_owed_and_not_recorded_as_given_back(world: World) -> None:
    world.provider.refuses_refunds = True
    world.callback(paid_twice(world))
    world.deliver_all()
    world.minutes(3)
    order = world.order("or_2")
    assert (str(order.status), order.attempts[0].state) == ("BOOKED", AttemptState.CAPTURED)
    assert ([str(one.state) for one in order.owed_refunds], order.refunded) == (["REFUSED"], 0)
    assert (owed(world), world.counters.counted["RefundsRefused"]) == (["or_2"], 1)
    settled, _ = settle(world, "or_2")
    assert (settled.attempts[0].state, settled.refunded, str(settled.status)) == (AttemptState.REFUNDED, 0, "BOOKED")
    in_order(world)


def test_a_surplus_charge_is_given_back_and_recorded_so_once_the_provider_has(world: World) -> None:
    world.provider.leaves_refunds_pending = True
    intent = paid_twice(world)
    world.callback(intent)
    world.deliver_all()
    assert world.order("or_2").attempts[0].state is AttemptState.CAPTURED, "accepted is not given back"
    bank_says(world, RefundState.DONE, intent=intent)
    assert world.order("or_2").attempts[0].state is AttemptState.REFUNDED
    at_rest(world, "BOOKED", 1150, "or_2")


def unknown_order(world: World) -> str:
    del world.table.orders["ada", "ev_1"]
    for row in list(world.table.seats):
        del world.table.seats[row]
    return INTENT


def unknown_intent(world: World) -> str:
    intent = world.provider.intents[INTENT]
    world.provider.intents["pi_x"] = type(intent)("pi_x", 77, intent.metadata, "CHARGED", 77)
    return "pi_x"


@pytest.mark.parametrize("charge", [unknown_order, unknown_intent])
def test_the_refund_of_an_unknown_charge_leaves_a_record_and_is_owed_when_it_is_refused(
    world: World, charge: Callable[[World], str]
) -> None:
    world.provider.refuses_refunds = True
    world.callback(charge(world))
    world.deliver_all()
    [refund] = world.order().refunds
    assert (refund.state, refund.surplus, world.order().refunded) == (RefundState.REFUSED, True, 0)
    assert owed(world) == ["or_1"]
    world.callback(INTENT if charge is unknown_order else "pi_x")
    world.deliver_all()
    assert len(world.order().refunds) == 1, "the same callback again adds nothing"


def test_an_owed_refund_is_looked_at_once_a_day_and_rings_each_time(world: World) -> None:
    world.provider.refuses_refunds = True
    world.refund()
    world.deliver_all()
    calls = len(world.provider.calls)
    world.minutes(90)
    assert world.counters.counted["RefundsOwed"] == 1
    assert len(world.provider.calls) == calls, "what only a person can end costs no provider call"
    world.clock.advance(minutes=24 * 60)
    world.reconcile()
    assert world.counters.counted["RefundsOwed"] == 2


def test_a_manager_gives_a_used_ticket_back_with_a_reason(world: World) -> None:
    world.check_in("or_1", "A1")
    used = world.order().tickets[0]
    world.refund("boss", "or_1", manager=True, tickets=[used["ticket_id"]], reason="the film broke off")
    world.deliver_all()
    ticket = world.order().tickets[0]
    assert (ticket["status"], ticket["checked_in_at"]) == (REFUNDED, used["checked_in_at"])
    at_rest(world, "BOOKED", 1150)


@pytest.mark.parametrize(("used", "kept"), [(False, 1150), (True, 0)])
def test_a_cancellation_gives_used_tickets_back_only_when_the_operator_says_so(
    world: World, used: bool, kept: int
) -> None:
    world.check_in("or_1", "A1")
    world.events.cancel("ev_1", world.clock.now)
    sweep_cancelled("ev_1", world.closing, world.lanes, world.advance.refresh, used=used)
    world.deliver_all()
    world.minutes(2)
    assert (world.status(), world.charged()) == ("REFUNDED" if used else "BOOKED", kept)
    in_order(world)
