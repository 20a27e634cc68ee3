"""GetGateList: the tickets of a showing, for its gate."""

from box_office.domain.check_in import Showing, not_of_this_theater
from box_office.domain.gate_list import GateList, OrderOfShowing, Place, gate_list
from box_office.ports import Catalogue, Orders


def get_gate_list(
    event_id: str,
    theater_id: str | None,
    since: int | None,
    after: Place | None,
    orders: Orders,
    catalogue: Catalogue,
    now: int,
) -> GateList:
    """`theater_id`: of the caller's account. Raises UnknownEvent, WrongEvent, Unavailable."""
    event = catalogue.event(event_id, now).value
    if theater_id is not None and event.theater_id != theater_id:
        title = catalogue.movie(event.movie_id, now).value.title
        raise not_of_this_theater(event, Showing(title, event.room_name, event.end_time))
    found = orders.with_tickets(event_id)
    return gate_list([OrderOfShowing((one.changed_at, one.order_id), one.tickets) for one in found], since, after)
