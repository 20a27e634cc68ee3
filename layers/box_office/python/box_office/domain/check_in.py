"""What checking a ticket in does to its order. Pure."""

from dataclasses import replace

from box_office.domain.errors import AlreadyCheckedIn, Instant, TicketRefunded, UnknownTicket
from box_office.domain.orders import Order, Status
from box_office.domain.seats import Change
from box_office.domain.tickets import REFUNDED, Ticket


def decide_check_in(order: Order, wanted: str, now: int) -> tuple[Change, Ticket]:
    """The change that uses the ticket, and the ticket as used. Raises UnknownTicket, TicketRefunded, AlreadyCheckedIn.

    The change is conditional on the order's revision, as a refund is: of the two, the first to be written counts.
    """
    ticket = next((ticket for ticket in order.tickets if ticket["ticket_id"] == wanted), None)
    if ticket is None:
        raise UnknownTicket("There is no such ticket.")
    if ticket["status"] == REFUNDED or order.status is not Status.BOOKED:
        raise TicketRefunded("This ticket was refunded.", ticket_id=wanted, seat_id=ticket["seat_id"])
    if ticket["checked_in_at"] is not None:
        raise AlreadyCheckedIn(
            "This ticket was used.",
            ticket_id=wanted,
            seat_id=ticket["seat_id"],
            checked_in_at=Instant(ticket["checked_in_at"]),
        )
    used: Ticket = {**ticket, "checked_in_at": now}
    tickets = tuple(used if ticket["ticket_id"] == wanted else ticket for ticket in order.tickets)
    return Change(order, replace(order, tickets=tickets, revision=order.revision + 1), {}), used
