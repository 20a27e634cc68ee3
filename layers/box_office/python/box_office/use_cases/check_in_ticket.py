"""CheckInTicket: a ticket lets one person in, once."""

from dataclasses import dataclass
from typing import Literal

from box_office.domain.check_in import Scan, Showing, decide_check_in
from box_office.domain.errors import Unavailable, UnknownTicket
from box_office.domain.orders import Order
from box_office.domain.tickets import Ticket
from box_office.ports import Catalogue, Clock, Ids, Orders, OutcomeUnknown
from box_office.use_cases.rounds import NOT_COMMITTED, in_rounds

PLAIN = Scan()


@dataclass(frozen=True)
class CheckedIn:
    order: Order
    ticket: Ticket
    showing: Showing
    looked: bool = False

    @property
    def word(self) -> Literal["CHECKED_IN", "VALID"]:
        return "VALID" if self.looked else "CHECKED_IN"


@dataclass(frozen=True)
class CheckInPorts:
    orders: Orders
    catalogue: Catalogue
    clock: Clock
    ids: Ids


def check_in_ticket(order_id: str, ticket_id: str, ports: CheckInPorts, scan: Scan = PLAIN) -> CheckedIn:
    """Raises as `decide_check_in`, and Unavailable."""
    now = ports.clock.now_ms()
    try:
        return in_rounds(lambda: one_check_in(order_id, ticket_id, scan, ports, now))
    except NOT_COMMITTED as busy:  # another gate's check-in, or a refund, changed the order each time
        raise Unavailable("This ticket is being changed; scan it again.") from busy


def one_check_in(order_id: str, ticket_id: str, scan: Scan, ports: CheckInPorts, now: int) -> CheckedIn:
    order = ports.orders.by_id(order_id)
    if order is None:
        raise UnknownTicket("There is no such ticket.")
    showing = showing_of(order, ports.catalogue, now)
    change, ticket = decide_check_in(order, ticket_id, scan, showing, now)
    if change is None:
        return CheckedIn(order, ticket, showing, scan.look)
    try:
        ports.orders.commit(change, now, ports.ids.token())
    except OutcomeUnknown as unknown:
        # Asked again, the ticket reads as used by this scan if the gate named it; else the gate sees that it was now.
        raise Unavailable("It is not known whether the ticket was taken; scan it again.") from unknown
    return CheckedIn(change.after, ticket, showing)


def showing_of(order: Order, catalogue: Catalogue, now: int) -> Showing:
    event = catalogue.event(order.event_id, now).value
    return Showing(catalogue.movie(order.movie_id, now).value.title, event.room_name, event.end_time)
