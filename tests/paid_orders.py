"""What the suites of failing payments share: one order, paid, and what it must have become."""

from typing import Any

from tests.fakes.box_office import World

INTENT = "pi_or_1_1"


def paid(world: World, method: str = "pm_visa", **hold: Any) -> World:
    world.hold(**hold)
    world.submit(method)
    world.deliver_all()
    return world


def at_rest(world: World, status: str, charged: int, order_id: str = "or_1") -> None:
    assert (world.status(order_id), world.charged(order_id)) == (status, charged)
    if world.mailbox.waiting:
        before = world.table.orders
        world.minutes(25)  # until messages that came back find nothing left to do
        assert world.table.orders == before
    assert (world.complaints(), world.unsettled()) == ([], [])
