"""GetMyBookings: all orders of one user, and what they are of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from box_office.domain.catalogue import Event, Movie, Theater
from box_office.domain.errors import Unavailable
from box_office.domain.orders import Order
from box_office.ports import Catalogue, Known, Orders

T = TypeVar("T")


@dataclass(frozen=True)
class BookingPage:
    """Films, theaters and showings by id; what the catalogue does not say is not in them."""

    orders: Sequence[Order]
    next_cursor: str | None
    movies: Mapping[str, Movie]
    theaters: Mapping[str, Theater]
    events: Mapping[str, Event]


def get_my_bookings(
    user_id: str, limit: int, cursor: str | None, orders: Orders, catalogue: Catalogue, now: int
) -> BookingPage:
    """One call of the catalogue a kind, and none within a minute. Raises InvalidRequest, Unavailable."""
    found, next_cursor = orders.history(user_id, limit, cursor)
    return BookingPage(
        found,
        next_cursor,
        those_known(catalogue.movies_named, {order.movie_id for order in found}, now),
        those_known(catalogue.theaters, {order.theater_id for order in found}, now),
        those_known(catalogue.events_named, {order.event_id for order in found}, now),
    )


def those_known(
    look_up: Callable[[Sequence[str], int], Known[Mapping[str, T]]], ids: set[str], now: int
) -> Mapping[str, T]:
    """Bookings are listed whatever becomes of the catalogue."""
    try:
        return look_up(sorted(ids), now).value
    except Unavailable:
        return {}
