"""The grammar of `order_key`, the sort key of table `orders`. No other module builds or parses one.

    ev_1        the user's newest order of event ev_1
    ev_1@s1     at a desk: of sale s1
    ev_1#or_1   order or_1 under its own key, once a newer order has superseded it: its archive key

'@' and '#' are in no id, so keys of events, sales and orders never meet.
"""

from dataclasses import dataclass

SALE, ORDER = "@", "#"


@dataclass(frozen=True)
class OrderKey:
    event_id: str
    sale: str | None = None
    order_id: str | None = None  # set in an archive key, which does not name the sale

    def __str__(self) -> str:
        if self.order_id is not None:
            return f"{self.event_id}{ORDER}{self.order_id}"
        return self.event_id if self.sale is None else f"{self.event_id}{SALE}{self.sale}"

    @property
    def is_archive(self) -> bool:
        """A superseded order lies under this key, or the end of a queued hold."""
        return self.order_id is not None


def parse_order_key(key: str) -> OrderKey:
    place, _, order_id = key.partition(ORDER)
    event_id, _, sale = place.partition(SALE)
    return OrderKey(event_id, sale or None, order_id or None)


def current_key(event_id: str, sale: str | None = None) -> str:
    return str(OrderKey(event_id, sale))


def archive_key(event_id: str, order_id: str) -> str:
    return str(OrderKey(event_id, order_id=order_id))


def key_prefix_of_sales(event_id: str) -> str:
    """The beginning of the keys of all desk sales of an event."""
    return str(OrderKey(event_id, sale=""))
