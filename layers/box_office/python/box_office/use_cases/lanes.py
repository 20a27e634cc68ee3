"""Chooses the lane of an order, and sends the order to it."""

import zlib
from collections.abc import Sequence

from box_office.domain.orders import Order
from box_office.ports import Lanes


def tell_lane(order: Order, lanes: Lanes, delay_seconds: int = 0) -> None:
    """Sends the order to its lane, so that a worker advances it. Raises Unavailable: the reconciler then finds the
    order, in its first run after it is due."""
    lanes.send_order(lane_of(order, lanes.names), order.ref, order.attempt, delay_seconds)


def lane_of(order: Order, lanes: Sequence[str]) -> str:
    """The lane that the order was given at its hold. It is in the order's row, so that paying needs no cache."""
    return order.lane if order.lane is not None and order.lane in lanes else lane_by_hash(order.user_id, lanes)


def lane_by_hash(whose: str, lanes: Sequence[str]) -> str:
    """A lane by the hash of a user's or an intent's id, where no session in the cache names one."""
    return lanes[zlib.crc32(whose.encode()) % len(lanes)]
