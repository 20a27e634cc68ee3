"""Histories that a reviewer found: refunds made here and at the dashboard, in any order, that fail late."""

from decimal import Decimal
from typing import Any

import pytest

from box_office.adapters.dynamodb.order_rows import order_from, order_row
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.captures import Captured, capture_of_no_attempt
from box_office.domain.payments import Kind, Method, RefundState
from box_office.use_cases.settle_owed import SettlePorts, owed_orders, settle_order
from tests.fakes.box_office import World
from tests.fakes.provider import Intent
from tests.paid_orders import INTENT, paid


@pytest.fixture
def world() -> World:
    return paid(World())


def settling(world: World) -> SettlePorts:
    return SettlePorts(world.plain_orders, world.clock, world.advance.ids, 64)


def refund_there(world: World, amount: int | None = None, intent: str = INTENT) -> None:
    world.provider.refund_at_dashboard(intent, amount)
    world.callback(intent, "charge.refunded")
    world.deliver_all()


def fails_late(world: World, reference: str) -> None:
    world.provider.settle(reference, RefundState.REFUSED)
    world.callback(INTENT, "refund.failed")
    world.deliver_all()


def kept_and_found(world: World) -> None:
    """Whoever has neither tickets nor money is on the list of `make owed`, and is not told REFUNDED."""
    order = world.order()
    assert world.charged() > 0 and order.live_tickets == 0
    assert world.status() == "REFUNDING"
    assert [one.order_id for one in owed_orders(settling(world))] == ["or_1"]


def test_a_whole_refund_there_that_fails_late_is_owed(world: World) -> None:
    refund_there(world)
    assert world.status() == "REFUNDED"
    fails_late(world, "re_1")
    kept_and_found(world)


def test_a_whole_refund_there_that_was_pending_and_fails_is_owed(world: World) -> None:
    world.provider.leaves_refunds_pending = True
    refund_there(world)
    assert world.status() == "REFUNDING"
    fails_late(world, "re_1")
    kept_and_found(world)


def test_a_part_there_that_fails_after_the_rest_was_given_back_here_is_owed(world: World) -> None:
    refund_there(world, 500)
    world.refund()
    world.deliver_all()
    assert world.status() == "REFUNDED"
    fails_late(world, "re_1")
    kept_and_found(world)


def test_a_failed_refund_that_a_person_makes_there_is_not_owed_any_more(world: World) -> None:
    world.refund()
    world.deliver_all()
    fails_late(world, "re_1")
    assert world.status() == "REFUNDING"
    refund_there(world)
    assert world.charged() == 0
    assert (world.status(), list(owed_orders(settling(world)))) == ("REFUNDED", [])


def test_it_stays_done_at_the_next_callback(world: World) -> None:
    world.refund()
    world.deliver_all()
    fails_late(world, "re_1")
    refund_there(world)
    world.callback(INTENT, "refund.updated")
    world.deliver_all()
    assert (world.charged(), world.status()) == (0, "REFUNDED")


def test_a_part_there_that_comes_before_our_refund_is_not_owed_again(world: World) -> None:
    world.provider.refund_at_dashboard(INTENT, 500)  # its callback is late
    world.refund()
    world.deliver_all()
    world.callback(INTENT, "charge.refunded")
    world.deliver_all()
    world.minutes(3)
    kept = world.charged()
    _, owing = settle_order("or_1", "bank transfer", None, settling(world)) if world.order().owed_refunds else (0, 0)
    assert owing == kept, f"{owing} are called owed, the customer lacks {kept}"


def test_a_refused_refund_that_a_person_makes_there_in_two_parts_is_not_owed_any_more(world: World) -> None:
    world.provider.refuses_refunds = True
    world.refund()
    world.deliver_all()
    world.provider.refuses_refunds = False
    refund_there(world, 1000)
    refund_there(world, 1300)
    assert world.charged() == 0
    assert (world.status(), list(owed_orders(settling(world)))) == ("REFUNDED", [])


def test_a_foreign_refund_before_the_first_charge_is_no_poison(world: World) -> None:
    """Another application of the same account: its refund's callback carries no metadata, and names no deployment."""
    fresh = World()
    fresh.deployment.name = None  # nothing was ever charged under a name
    fresh.provider.intents["pi_foreign"] = Intent("pi_foreign", 500, {}, "CHARGED", 500)
    fresh.callback("pi_foreign", "refund.updated")
    fresh.minutes(60)
    assert (fresh.mailbox.parked, fresh.mailbox.waiting) == ([], [])


def as_before(row: dict[str, Any]) -> dict[str, Any]:
    """As the version of before 2026-11-28 wrote it: PENDING was what ASKED is, and there was no origin."""
    for refund in row["refunds"]:
        for new in ("origin", "surplus", "intent_id", "reference", "failure", "settled"):
            refund.pop(new, None)
        refund["state"] = "PENDING"
    return row


def test_a_refund_in_flight_at_the_deployment_frees_its_seats(world: World) -> None:
    world.refund()  # written, not answered yet
    key, order = next(iter(world.table.orders.items()))
    world.table.orders[key] = order_from(to_item(as_before(order_row(order))))
    world.deliver_all()
    world.minutes(5)
    assert (world.status(), world.seat("A1"), world.seat("A2")) == ("REFUNDED", "empty", "empty")


def test_what_was_given_back_there_in_two_parts_and_fails_late_is_owed(world: World) -> None:
    world.provider.refund_at_dashboard(INTENT, 1000)
    world.provider.refund_at_dashboard(INTENT, 1300)  # both callbacks are late
    world.refund()
    world.deliver_all()
    assert world.status() == "REFUNDED"
    world.callback(INTENT, "charge.refunded")
    world.deliver_all()
    fails_late(world, "re_2")
    kept_and_found(world)


def test_cash_that_was_accepted_ends_in_bounded_time() -> None:
    world = World()
    world.hold(user="clerk", sale="s1")
    world.submit("pm_challenged", user="clerk", order_id="or_1", desk=True)
    world.deliver_all()
    world.submit(Method(Kind.CASH), user="clerk", order_id="or_1", desk=True, tendered=Decimal(40))
    world.provider.intents.clear()  # another account's key, or the intent is gone
    world.minutes(120)
    assert world.status() != "PAYING"


def test_tickets_are_void_by_the_refund_that_stands(world: World) -> None:
    first = world.provider.refund_at_dashboard(INTENT)
    first.state = RefundState.REFUSED
    world.provider.refund_at_dashboard(INTENT)
    world.callback(INTENT, "charge.refunded")
    world.deliver_all()
    stands = {one.reference: len(one.tickets) for one in world.order().refunds}
    assert stands == {"re_1": 0, "re_2": 2}


def test_asked_again_it_answers_with_the_tickets_refund(world: World) -> None:
    world.refund()
    world.deliver_all()
    late = world.order()
    change = capture_of_no_attempt(late, 9, Captured("pi_x", 77, "EUR"), world.clock.now)
    assert change is not None
    world.plain_orders.commit(change, world.clock.now, "x")
    assert world.refund().amount == 2300


def test_a_refund_of_an_intent_that_the_provider_does_not_know_can_be_ended_by_a_person() -> None:
    world = paid(World())
    world.provider.intents.clear()
    world.refund()
    world.deliver_all()
    world.minutes(30)
    assert list(owed_orders(settling(world))) == [], "the right key may come back"
    for _ in range(2):
        world.clock.advance(seconds=90_000)
        world.minutes(2)
    assert [one.order_id for one in owed_orders(settling(world))] == ["or_1"]
    assert world.seat("A1") == "empty"


def test_cash_that_took_over_from_a_card_that_was_charged_after_all_pays_and_the_charge_goes_back() -> None:
    world = World()
    world.hold(user="clerk", sale="s1")
    world.submit("pm_challenged", user="clerk", order_id="or_1", desk=True)
    world.deliver_all()
    world.submit(Method(Kind.CASH), user="clerk", order_id="or_1", desk=True, tendered=Decimal(40))
    world.provider.customer_passes(INTENT)
    world.provider.always = "down"
    world.minutes(20)
    assert world.status() == "BOOKED"
    world.provider.always = "ok"
    world.minutes(3)
    assert (world.charged(), world.order().owed_refunds, world.complaints(), world.unsettled()) == (0, (), [], [])
