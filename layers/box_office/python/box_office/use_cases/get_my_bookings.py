"""GetMyBookings: all orders of one user, and what they are of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from box_office.domain.catalogue import Event, Movie, Theater
from box_office.domain.orders import Order
from box_office.ports import Catalogue, CatalogueIds, Orders


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
    """One call of the catalogue for every hundred facts that memory lacks, and none within a minute; the bookings are
    listed whatever becomes of it. Raises InvalidRequest, Unavailable."""
    found, next_cursor = orders.history(user_id, limit, cursor)
    ids = CatalogueIds(
        movies=sorted({order.movie_id for order in found}),
        theaters=sorted({order.theater_id for order in found}),
        events=sorted({order.event_id for order in found}),
    )
    facts = catalogue.named(ids, now)
    return BookingPage(found, next_cursor, facts.movies, facts.theaters, facts.events)
