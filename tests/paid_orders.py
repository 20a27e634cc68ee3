"""What the suites of failing payments share: one order, paid, what happens to its money, what it must have become."""

from decimal import Decimal
from typing import Any

from box_office.domain.orders import Order
from box_office.domain.payments import Kind, Method, RefundState
from box_office.use_cases.settle_owed import SettlePorts, owed_orders, settle_order
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED

INTENT = "pi_or_1_1"


def paid(world: World, method: str | Method = "pm_visa", **hold: Any) -> World:
    world.hold(**hold)
    world.submit(method)
    world.deliver_all()
    return world


def paid_twice(world: World) -> str:
    """Bob's second card paid or_2 (11.50); then the first one's page, left open, charges as well: the intent of that
    charge, which no callback has told of yet."""
    world.hold(order_id="or_2", user="bob", seats="B1")
    for method in ("pm_declined", "pm_visa"):
        world.submit(method, user="bob")
        world.deliver_all()
    first = world.provider.intents["pi_or_2_1"]
    first.status, first.received = "CHARGED", 1150
    return first.intent_id


def challenged_at_the_desk(world: World) -> World:
    """A desk's sale whose card waits on the bank's page."""
    world.hold(user="clerk", sale="s1")
    world.submit(CHALLENGED, user="clerk", order_id="or_1", desk=True)
    world.deliver_all()
    return world


def take_cash(world: World) -> None:
    world.submit(Method(Kind.CASH), user="clerk", order_id="or_1", desk=True, tendered=Decimal(40))


def refund_there(world: World, amount: int | None = None, intent: str = INTENT) -> None:
    """A person gives money back at the provider's dashboard."""
    world.provider.refund_at_dashboard(intent, amount)
    world.callback(intent, "charge.refunded")
    world.deliver_all()


def bank_says(
    world: World, state: RefundState, reference: str = "re_1", kind: str = "refund.updated", intent: str = INTENT
) -> None:
    world.provider.settle(reference, state)
    world.callback(intent, kind)
    world.deliver_all()


def settling(world: World) -> SettlePorts:
    return SettlePorts(world.plain_orders, world.clock, world.advance.ids, 64)


def owed(world: World) -> list[str]:
    """What `make owed` lists."""
    return [order.order_id for order in owed_orders(settling(world))]


def settle(world: World, order_id: str = "or_1", paid: int | None = None) -> tuple[Order, int]:
    """`make settle`: the order as it is then, and what was owed."""
    return settle_order(order_id, "bank transfer", paid, settling(world))


def in_order(world: World) -> None:
    assert (world.complaints(), world.unsettled()) == ([], [])


def at_rest(world: World, status: str, charged: int, order_id: str = "or_1") -> None:
    assert (world.status(order_id), world.charged(order_id)) == (status, charged)
    if world.mailbox.waiting:
        before = world.table.orders
        world.minutes(25)  # until messages that came back find nothing left to do
        assert world.table.orders == before
    in_order(world)
