"""Money that a person gives back at the provider's dashboard is seen by its callbacks, and recorded."""

from dataclasses import replace

import pytest

from box_office.domain.payments import AttemptState, Origin, RefundState
from tests.fakes.box_office import World
from tests.fakes.provider import MadeRefund
from tests.paid_orders import INTENT, at_rest, bank_says, in_order, paid, paid_twice, refund_there, settle


@pytest.fixture
def world() -> World:
    return paid(World())


@pytest.mark.shows("refund at the provider's dashboard")
def test_a_whole_refund_voids_the_tickets_and_frees_the_seats(world: World) -> None:
    refund_there(world)
    order = world.order()
    assert (world.status(), order.refunded, order.live_tickets, order.reason) == (
        "REFUNDED",
        2300,
        0,
        "refunded_at_provider",
    )
    assert settle(world)[1] == 0
    [refund] = order.refunds
    assert (refund.origin, refund.state, len(refund.tickets)) == (Origin.PROVIDER, RefundState.DONE, 2)
    assert (world.seat("A1"), world.seat("A2")) == ("empty", "empty")
    at_rest(world, "REFUNDED", 0)


def test_a_whole_refund_that_is_pending_there_ends_with_it(world: World) -> None:
    world.provider.leaves_refunds_pending = True
    refund_there(world)
    assert (world.status(), world.order().refunded, world.seat("A1")) == ("REFUNDING", 0, "empty")
    bank_says(world, RefundState.DONE)
    at_rest(world, "REFUNDED", 0)


def test_with_the_setting_off_the_tickets_stay(world: World) -> None:
    world.rules = replace(world.rules, dashboard_refund_voids=False)
    refund_there(world)
    assert (world.status(), world.order().live_tickets, world.order().refunded) == ("BOOKED", 2, 2300)
    at_rest(world, "BOOKED", 0)


def test_a_part_is_recorded_rings_and_leaves_the_tickets(world: World) -> None:
    refund_there(world, 500)
    assert (world.status(), world.order().refunded, world.order().live_tickets) == ("BOOKED", 500, 2)
    assert world.counters.counted["PartialProviderRefunds"] == 1
    world.callback(INTENT, "refund.updated")
    world.deliver_all()
    assert (len(world.order().refunds), world.counters.counted["PartialProviderRefunds"]) == (1, 1)
    at_rest(world, "BOOKED", 1800)


def test_the_rest_can_still_be_given_back_here(world: World) -> None:
    refund_there(world, 500)
    world.refund()
    world.deliver_all()
    assert [(one.amount, str(one.state)) for one in world.order().refunds] == [(500, "DONE"), (1800, "DONE")]
    assert world.order().refunded == 2300
    at_rest(world, "REFUNDED", 0)


def test_a_failed_try_of_a_refund_that_was_asked_for_again_is_nobodys_new_refund(world: World) -> None:
    world.provider.refund_at_dashboard(INTENT, 500)
    world.refund()
    world.deliver_all()
    first_id = "or_1/refund/1"
    assert [one.amount for one in world.order().refunds] == [500, 1800]
    assert world.order().refunds[1].refund_id.startswith(f"{first_id}/rest/")
    world.provider.made_refunds.append(MadeRefund("re_failed", first_id, INTENT, 2300, RefundState.REFUSED))
    world.callback(INTENT, "refund.failed")
    world.deliver_all()
    assert [one.amount for one in world.order().refunds] == [500, 1800]
    at_rest(world, "REFUNDED", 0)


def test_parts_there_and_here_that_make_the_whole_void_what_is_left(world: World) -> None:
    world.refund("boss", "or_1", manager=True, tickets=[world.order().tickets[0]["ticket_id"]])
    world.deliver_all()
    refund_there(world, 1150)
    assert (world.status(), world.order().live_tickets) == ("REFUNDED", 0)
    at_rest(world, "REFUNDED", 0)


def test_a_refund_of_a_surplus_charge_leaves_the_tickets(world: World) -> None:
    refund_there(world, intent=paid_twice(world))
    world.minutes(3)
    order = world.order("or_2")
    assert (str(order.status), order.live_tickets, order.attempts[0].state) == ("BOOKED", 1, AttemptState.REFUNDED)
    in_order(world)


@pytest.mark.parametrize("parts", [[2300], [1000, 1300]], ids=["at once", "in two parts"])
def test_a_refund_that_we_were_refused_ends_when_a_person_makes_it_there(world: World, parts: list[int]) -> None:
    world.provider.refuses_refunds = True
    world.refund()
    world.deliver_all()
    assert (world.status(), len(world.order().owed_refunds)) == ("REFUNDING", 1)
    world.provider.refuses_refunds = False
    for part in parts:
        refund_there(world, part)
    assert (world.status(), world.order().refunded, world.order().owed_refunds) == ("REFUNDED", 2300, ())
    at_rest(world, "REFUNDED", 0)


def test_what_was_paid_and_not_booked_yet_is_not_booked_once_it_went_back(world: World) -> None:
    world.hold(order_id="or_2", user="bob", seats="B1")
    world.submit(user="bob")
    [order] = [one for one in world.mailbox.waiting if one.body["kind"] == "order"]
    world.deliver(order)
    assert world.status("or_2") == "PAID"
    world.provider.refund_at_dashboard("pi_or_2_1")
    world.callback("pi_or_2_1", "charge.refunded")
    world.deliver(next(one for one in world.mailbox.waiting if one.body["kind"] == "look"))
    assert (world.status("or_2"), world.seat("B1")) == ("REFUNDED", "empty")
    world.deliver_all()
    at_rest(world, "REFUNDED", 0, "or_2")


def test_an_earlier_order_that_goes_back_there_is_counted_down_for_its_user(world: World) -> None:
    world.hold(order_id="or_2", seats="A3", earlier_tickets=2)
    assert world.order("or_2").earlier_tickets == 2
    refund_there(world)
    assert (world.status("or_1"), world.order("or_2").earlier_tickets) == ("REFUNDED", 0)
    assert world.complaints() == []


def test_a_refund_there_that_fails_late_counts_nothing_any_more(world: World) -> None:
    refund_there(world, 500)
    bank_says(world, RefundState.REFUSED, kind="refund.failed")
    assert (world.order().refunded, world.order().owed_refunds) == (0, ())
    world.refund()
    world.deliver_all()
    at_rest(world, "REFUNDED", 0)
