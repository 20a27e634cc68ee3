"""Two deployments on one account of the provider: each hears of the charges of both, and leaves the other's."""

from dataclasses import replace

import pytest

from box_office.domain.messages import NamedIntent
from tests.fakes.box_office import EARLIER_NAME, World
from tests.fakes.money import FakeDeployment
from tests.paid_orders import INTENT, at_rest, paid


@pytest.fixture
def europe() -> World:
    return paid(World())


@pytest.fixture
def america(europe: World) -> World:
    """The same stage in another region: other tables, the same provider account."""
    world = World()
    world.provider = europe.provider
    world.deployment = FakeDeployment("dep_america")
    world.advance = replace(world.advance, card=world.port(europe.provider, "card"))
    world.worker = replace(world.worker, advance=world.advance, deployment=world.deployment)
    return world


def test_a_foreign_callback_is_dropped_in_the_webhook_and_costs_no_call(europe: World, america: World) -> None:
    calls = len(europe.provider.calls)
    for kind in ("payment_intent.succeeded", "charge.refunded"):
        america.callback(INTENT, kind)
    assert (america.mailbox.waiting, len(europe.provider.calls)) == ([], calls)
    assert america.counters.counted["ForeignCallbacks"] == 2


@pytest.mark.shows("two deployments on one provider account")
def test_two_deployments_of_one_stage_leave_each_others_money_alone(europe: World, america: World) -> None:
    america.lanes.send_intent("lane-0", NamedIntent(INTENT))  # as of a callback that does not say whose it is
    for world in (europe, america):
        world.callback(INTENT)
        world.deliver_all()
    assert (europe.status(), europe.charged(), america.table.orders) == ("BOOKED", 2300, {})
    assert america.counters.counted["UnknownCharges"] == 0
    at_rest(europe, "BOOKED", 2300)


def under_the_earlier_name(world: World) -> None:
    intent = world.provider.intents[INTENT]
    intent.metadata = {**intent.metadata, "deployment": EARLIER_NAME}


def test_a_charge_under_the_stages_name_counts_where_its_order_is(europe: World, america: World) -> None:
    under_the_earlier_name(europe)
    europe.provider.refund_at_dashboard(INTENT)
    for world in (europe, america):
        world.callback(INTENT, "charge.refunded")
        world.deliver_all()
    assert (europe.status(), america.table.orders) == ("REFUNDED", {})
    assert america.counters.counted["ForeignCallbacks"] == 1


def test_a_deployment_that_never_charged_has_no_id_and_owns_no_callback(america: World) -> None:
    america.deployment.name = None
    america.callback(INTENT)
    assert (america.mailbox.waiting, america.deployment.known_id()) == ([], None)
