"""GetBooking: a user's own order of an event."""

from box_office.domain.errors import UnknownOrder
from box_office.domain.orders import Order
from box_office.ports import Catalogue, Orders


def get_booking(
    user_id: str, event_id: str, order_id: str | None, orders: Orders, catalogue: Catalogue, now: int
) -> Order:
    """The user's newest order of the event; with `order_id`, that order of theirs. Raises UnknownEvent, UnknownOrder,
    Unavailable."""
    order = orders.find(user_id, event_id, order_id) if order_id else orders.newest(user_id, event_id, None)
    if order is None:
        catalogue.event(event_id, now)  # raises UnknownEvent, which says more than UnknownOrder
        raise UnknownOrder("You have no such booking of this showing.")
    return order
