"""GetBooking: a user's own order of an event, with all that a page shows of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from box_office.domain.catalogue import Event, Movie, Room, Theater
from box_office.domain.errors import BoxOfficeError, UnknownOrder
from box_office.domain.orders import Order
from box_office.ports import Catalogue, Known, Orders

T = TypeVar("T")


@dataclass(frozen=True)
class Booking:
    """An order and what it is of. None: the catalogue does not say, or cannot be reached; the order stands alone."""

    order: Order
    movie: Movie | None
    theater: Theater | None
    event: Event | None
    room: Room | None


def get_booking(
    user_id: str, event_id: str, order_id: str | None, orders: Orders, catalogue: Catalogue, now: int
) -> Booking:
    """The user's newest order of the event; with `order_id`, that order of theirs. Raises UnknownEvent, UnknownOrder,
    Unavailable."""
    order = orders.find(user_id, event_id, order_id) if order_id else orders.newest(user_id, event_id, None)
    if order is None:
        catalogue.event(event_id, now)  # raises UnknownEvent, which says more than UnknownOrder
        raise UnknownOrder("You have no such booking of this showing.")
    return booking_of(order, catalogue, now)


def booking_of(order: Order, catalogue: Catalogue, now: int) -> Booking:
    """Remembered catalogue, if there is any: no error of the catalogue's keeps a booking from being shown."""
    event = if_known(catalogue.event, order.event_id, now)
    room_id = order.room_id if order.room_id is not None or event is None else event.room_id
    return Booking(
        order,
        if_known(catalogue.movie, order.movie_id, now),
        if_known(catalogue.theater, order.theater_id, now),
        event,
        if_known(catalogue.room, room_id, now) if room_id is not None else None,
    )


def if_known(look_up: Callable[[str, int], Known[T]], one_id: str, now: int) -> T | None:
    """A booking is shown whatever becomes of the catalogue."""
    try:
        return look_up(one_id, now).value
    except BoxOfficeError:
        return None
