"""Lists the orders that owe their customers money, and records how a person paid it out: `make owed`, `make settle`."""

from collections.abc import Iterator
from dataclasses import dataclass

from box_office.domain.errors import UnknownOrder
from box_office.domain.orders import Order
from box_office.domain.settling import owed, settle_owed
from box_office.ports import Clock, Ids, Orders
from box_office.use_cases.rounds import NOT_COMMITTED, in_rounds

FAR_MS = 2**53  # later than any order is due
ORDERS_MAX = 100_000  # read of one shard


@dataclass(frozen=True)
class SettlePorts:
    orders: Orders
    clock: Clock
    ids: Ids
    shards: int


class OrderKeepsChanging(Exception):
    """Other writers changed the order at every try; nothing was written."""


def owed_orders(ports: SettlePorts) -> Iterator[Order]:
    """Every order that owes its customer money which only a person can give back. Raises Unavailable."""
    for shard in range(ports.shards):
        for order in ports.orders.due(shard, FAR_MS, ORDERS_MAX).orders:
            if order.owed_refunds:
                yield order


def settle_order(order_id: str, why: str, paid: int | None, ports: SettlePorts) -> tuple[Order, int]:
    """The order as it is left, and the minor units that were owed until now, or 0. `paid`: minor units that the person
    gave the customer outside of the provider; None: all that was owed.

    Raises UnknownOrder, ValueError for more than is owed, OrderKeepsChanging, OutcomeUnknown, Unavailable."""
    try:
        return in_rounds(lambda: settle_once(order_id, why, paid, ports))
    except NOT_COMMITTED as busy:
        raise OrderKeepsChanging(order_id) from busy


def settle_once(order_id: str, why: str, paid: int | None, ports: SettlePorts) -> tuple[Order, int]:
    order = ports.orders.by_id(order_id)
    if order is None:
        raise UnknownOrder(f"There is no order {order_id}.")
    owing = owed(order)
    if owing == 0:
        return order, 0
    now = ports.clock.now_ms()
    change = settle_owed(order, why, owing if paid is None else paid, now)
    ports.orders.commit(change, now, ports.ids.token())
    return change.after, owing
