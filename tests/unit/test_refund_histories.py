"""Histories that a reviewer found: refunds made here and at the dashboard, in any order, that fail late."""

from collections.abc import Callable
from typing import Any

import pytest

from box_office.adapters.dynamodb.order_rows import order_from, order_row
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.captures import Captured, capture_of_no_attempt
from box_office.domain.payments import RefundState
from tests.fakes.box_office import World
from tests.fakes.provider import Intent
from tests.paid_orders import INTENT, bank_says, owed, paid, refund_there, settle


@pytest.fixture
def world() -> World:
    return paid(World())


def refund_here(world: World) -> None:
    world.refund()
    world.deliver_all()


def fails_late(world: World, reference: str = "re_1") -> None:
    bank_says(world, RefundState.REFUSED, reference, "refund.failed")


def whole(world: World) -> str:
    refund_there(world)
    assert world.status() == "REFUNDED"
    return "re_1"


def whole_and_pending(world: World) -> str:
    world.provider.leaves_refunds_pending = True
    refund_there(world)
    assert world.status() == "REFUNDING"
    return "re_1"


def a_part_and_the_rest_here(world: World) -> str:
    refund_there(world, 500)
    refund_here(world)
    assert world.status() == "REFUNDED"
    return "re_1"


def two_parts_whose_callbacks_are_late(world: World) -> str:
    world.provider.refund_at_dashboard(INTENT, 1000)
    world.provider.refund_at_dashboard(INTENT, 1300)
    refund_here(world)
    assert world.status() == "REFUNDED"
    world.callback(INTENT, "charge.refunded")
    world.deliver_all()
    return "re_2"


@pytest.mark.parametrize(
    "refund", [whole, whole_and_pending, a_part_and_the_rest_here, two_parts_whose_callbacks_are_late]
)
def test_what_was_given_back_there_and_fails_late_is_owed(world: World, refund: Callable[[World], str]) -> None:
    """Whoever has neither tickets nor money is on the list of `make owed`, and is not told REFUNDED."""
    fails_late(world, refund(world))
    assert world.charged() > 0 and world.order().live_tickets == 0
    assert (world.status(), owed(world)) == ("REFUNDING", ["or_1"])


def test_a_failed_refund_that_a_person_makes_there_is_not_owed_any_more(world: World) -> None:
    refund_here(world)
    fails_late(world)
    assert world.status() == "REFUNDING"
    refund_there(world)
    assert (world.charged(), world.status(), owed(world)) == (0, "REFUNDED", [])
    world.callback(INTENT, "refund.updated")
    world.deliver_all()
    assert (world.charged(), world.status()) == (0, "REFUNDED"), "the next callback changes nothing"


def test_a_part_there_that_comes_before_our_refund_is_not_owed_again(world: World) -> None:
    world.provider.refund_at_dashboard(INTENT, 500)  # its callback is late
    refund_here(world)
    world.callback(INTENT, "charge.refunded")
    world.deliver_all()
    world.minutes(3)
    kept = world.charged()
    owing = settle(world)[1]
    assert owing == kept, f"{owing} are called owed, the customer lacks {kept}"


def test_a_foreign_refund_before_the_first_charge_is_no_poison() -> None:
    """Another application of the same account: its refund's callback carries no metadata, and names no deployment."""
    world = World()
    world.deployment.name = None  # nothing was ever charged under a name
    world.provider.intents["pi_foreign"] = Intent("pi_foreign", 500, {}, "CHARGED", 500)
    world.callback("pi_foreign", "refund.updated")
    world.minutes(60)
    assert (world.mailbox.parked, world.mailbox.waiting) == ([], [])


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


def test_tickets_are_void_by_the_refund_that_stands(world: World) -> None:
    first = world.provider.refund_at_dashboard(INTENT)
    first.state = RefundState.REFUSED
    refund_there(world)
    stands = {one.reference: len(one.tickets) for one in world.order().refunds}
    assert stands == {"re_1": 0, "re_2": 2}


def test_asked_again_it_answers_with_the_tickets_refund(world: World) -> None:
    refund_here(world)
    late = world.order()
    change = capture_of_no_attempt(late, 9, Captured("pi_x", 77, "EUR"), world.clock.now)
    assert change is not None
    world.plain_orders.commit(change, world.clock.now, "x")
    assert world.refund().amount == 2300


def test_a_refund_of_an_intent_that_the_provider_does_not_know_can_be_ended_by_a_person(world: World) -> None:
    world.provider.intents.clear()
    refund_here(world)
    world.minutes(30)
    assert owed(world) == [], "the right key may come back"
    for _ in range(2):
        world.clock.advance(seconds=90_000)
        world.minutes(2)
    assert (owed(world), world.seat("A1")) == (["or_1"], "empty")
