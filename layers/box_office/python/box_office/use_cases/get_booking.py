"""GetBooking: a user's own order of an event, with all that a page shows of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from box_office.domain.catalogue import Event, Movie, Room, Theater
from box_office.domain.errors import UnknownOrder
from box_office.domain.orders import Order
from box_office.ports import Catalogue, CatalogueIds, Orders


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
    return bookings_of([order], catalogue, now)[0]


def bookings_of(orders: Sequence[Order], catalogue: Catalogue, now: int) -> Sequence[Booking]:
    """One call of the catalogue for all that memory lacks; a second one for the rooms of orders that do not name them.
    Whatever becomes of the catalogue, the orders are shown."""
    facts = catalogue.named(
        CatalogueIds(
            movies=each_once(order.movie_id for order in orders),
            theaters=each_once(order.theater_id for order in orders),
            events=each_once(order.event_id for order in orders),
            rooms=each_once(order.room_id for order in orders),
        ),
        now,
    )
    room_ids = {order.order_id: order.room_id or room_of(facts.events.get(order.event_id)) for order in orders}
    unnamed = [one for one in each_once(room_ids.values()) if one not in facts.rooms]
    rooms = {**facts.rooms, **(catalogue.named(CatalogueIds(rooms=unnamed), now).rooms if unnamed else {})}
    return [
        Booking(
            order,
            facts.movies.get(order.movie_id),
            facts.theaters.get(order.theater_id),
            facts.events.get(order.event_id),
            rooms.get(room_ids[order.order_id] or ""),
        )
        for order in orders
    ]


def room_of(event: Event | None) -> str | None:
    return event.room_id if event is not None else None


def each_once(ids: Iterable[str | None]) -> Sequence[str]:
    return list(dict.fromkeys(one for one in ids if one is not None))
