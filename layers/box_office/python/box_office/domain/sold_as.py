"""What seats were sold as, compared with what their showing is by now. Pure."""

from dataclasses import dataclass

from box_office.domain.catalogue import Event, Room
from box_office.domain.orders import Order


@dataclass(frozen=True)
class SoldAs:
    """What a customer bought: if any of it changes, it is another showing. Prices may change: a hold keeps its own."""

    movie_id: str
    theater_id: str
    room_id: str
    movie_time: int


def sold_as(event: Event) -> SoldAs:
    return SoldAs(event.movie_id, event.theater_id, event.room_id, event.movie_time)


def sold_as_it_is(order: Order, event: Event) -> bool:
    """Orders of before 2026-11-28 do not say their room: then the room is not compared."""
    room_id = order.room_id or event.room_id
    return SoldAs(order.movie_id, order.theater_id, room_id, order.movie_time) == sold_as(event)


def seats_are_there(order: Order, room: Room) -> bool:
    """The room may have lost seats since functions last looked: a ticket names a seat that exists."""
    return order.seat_prices.keys() <= room.category_of.keys()
