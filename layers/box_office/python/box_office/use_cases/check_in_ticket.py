"""CheckInTicket: a ticket lets one person in, once."""

from dataclasses import dataclass

from box_office.domain.check_in import decide_check_in
from box_office.domain.errors import Unavailable, UnknownTicket
from box_office.domain.orders import Order
from box_office.domain.tickets import Ticket
from box_office.ports import Catalogue, Clock, Ids, Orders, OutcomeUnknown
from box_office.use_cases.rounds import NOT_COMMITTED, in_rounds


@dataclass(frozen=True)
class CheckedIn:
    order: Order
    ticket: Ticket
    at: int  # epoch milliseconds


@dataclass(frozen=True)
class CheckInPorts:
    orders: Orders
    catalogue: Catalogue
    clock: Clock
    ids: Ids


def check_in_ticket(order_id: str, ticket_id: str, ports: CheckInPorts) -> CheckedIn:
    """Raises UnknownTicket, TicketRefunded, AlreadyCheckedIn (with the time of the first), Unavailable."""
    now = ports.clock.now_ms()
    try:
        return in_rounds(lambda: one_check_in(order_id, ticket_id, ports, now))
    except NOT_COMMITTED as busy:  # another gate's check-in, or a refund, changed the order each time
        raise Unavailable("This ticket is being changed; scan it again.") from busy


def one_check_in(order_id: str, ticket_id: str, ports: CheckInPorts, now: int) -> CheckedIn:
    order = ports.orders.by_id(order_id)
    if order is None:
        raise UnknownTicket("There is no such ticket.")
    change, ticket = decide_check_in(order, ticket_id, now)
    try:
        ports.orders.commit(change, now, ports.ids.token())
    except OutcomeUnknown as unknown:
        # If the write was made, a second scan answers 409 with the time of use: the gate sees that it was just now.
        raise Unavailable("It is not known whether the ticket was taken; scan it again.") from unknown
    return CheckedIn(change.after, ticket, now)
