"""GetGateList: the tickets of a showing, for its gate."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from box_office.domain.check_in import Showing, not_of_this_theater
from box_office.domain.gate_list import Bookmark, GateList, OrderOfShowing, first_page, next_page
from box_office.domain.orders import OrderRef
from box_office.domain.seats import BOOKED
from box_office.ports import Catalogue, Orders, Seats, TicketedOrder


@dataclass(frozen=True)
class GateListPorts:
    orders: Orders
    seats: Seats
    catalogue: Catalogue


def get_gate_list(
    event_id: str, theater_id: str | None, since: int | None, bookmark: Bookmark | None, ports: GateListPorts, now: int
) -> GateList:
    """`theater_id`: of the caller's account. Raises UnknownEvent, WrongEvent, Unavailable."""
    event = ports.catalogue.event(event_id, now).value
    if theater_id is not None and event.theater_id != theater_id:
        title = ports.catalogue.movie(event.movie_id, now).value.title
        raise not_of_this_theater(event, Showing(title, event.room_name, event.end_time))
    if bookmark is not None:
        changed = ports.orders.with_tickets(event_id, bookmark.after[0])
        return next_page(map(of_showing, changed), bookmark)
    indexed = list(map(of_showing, ports.orders.with_tickets(event_id)))
    unindexed = not_in_the_index(event_id, {order.place[1] for order in indexed}, ports)
    return first_page(indexed, unindexed, since)


def of_showing(order: TicketedOrder) -> OrderOfShowing:
    return OrderOfShowing((order.changed_at, order.order_id), order.tickets)


def not_in_the_index(event_id: str, indexed: Collection[str], ports: GateListPorts) -> Sequence[OrderOfShowing]:
    """Booked orders whose rows lack the index's attribute: an earlier release wrote them last, before an upgrade or
    after a rollback. Their seats name them."""
    refs = {
        seat.order_id: OrderRef(seat.user_id, event_id, seat.order_id, seat.sale)
        for seat in ports.seats.of_event(event_id)
        if seat.status == BOOKED and seat.order_id and seat.user_id and seat.order_id not in indexed
    }
    found = ports.orders.located(list(refs.values())) if refs else ()
    return [OrderOfShowing((order.changed_at, order.order_id), order.tickets) for order in found]
