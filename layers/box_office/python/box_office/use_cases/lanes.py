"""Which lane an order's messages travel on, and telling it that there is something to do."""

import zlib
from collections.abc import Sequence

from box_office.domain.orders import Order
from box_office.ports import Lanes


def tell_lane(order: Order, lanes: Lanes) -> None:
    """Raises Unavailable. Nothing is lost then: the reconciler finds what is due within a minute."""
    lanes.send_order(lane_of(order, lanes.names), order.ref, order.attempt)


def lane_of(order: Order, lanes: Sequence[str]) -> str:
    """The order's own lane: paying never needs the cache."""
    return order.lane if order.lane is not None and order.lane in lanes else lane_by_hash(order.user_id, lanes)


def lane_by_hash(whose: str, lanes: Sequence[str]) -> str:
    """Without the cache, and so without sessions: whoever or whatever has an id has a lane all the same."""
    return lanes[zlib.crc32(whose.encode()) % len(lanes)]
