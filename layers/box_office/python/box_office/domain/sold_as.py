"""The film, theater, room and time that an order was sold as, compared with its event as it is now. Pure."""

from dataclasses import dataclass

from box_office.domain.catalogue import Event, Room
from box_office.domain.orders import Order


@dataclass(frozen=True)
class SoldAs:
    """If any of these changes, it is another showing than the customer bought. Prices may change: an order keeps its
    own."""

    movie_id: str
    theater_id: str
    room_id: str
    movie_time: int


def sold_as(event: Event) -> SoldAs:
    return SoldAs(event.movie_id, event.theater_id, event.room_id, event.movie_time)


def sold_as_it_is(order: Order, event: Event) -> bool:
    """Whether the event is as it was sold. Orders of before 2026-11-28 name no room, so theirs is not compared."""
    room_id = order.room_id or event.room_id
    return SoldAs(order.movie_id, order.theater_id, room_id, order.movie_time) == sold_as(event)


def seats_are_there(order: Order, room: Room) -> bool:
    """Whether the room still has the order's seats. The loader may have removed some since they were sold."""
    return order.seat_prices.keys() <= room.category_of.keys()
