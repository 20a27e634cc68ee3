"""GetMyBookings: all orders of one user."""

from collections.abc import Sequence

from box_office.domain.orders import Order
from box_office.ports import Orders


def get_my_bookings(user_id: str, limit: int, cursor: str | None, orders: Orders) -> tuple[Sequence[Order], str | None]:
    return orders.history(user_id, limit, cursor)
