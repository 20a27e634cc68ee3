"""Tickets: one seat, one person. Their ids follow from order and seat, so that booking twice is booking once."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from box_office.domain.errors import AlreadyCheckedIn, Instant, TicketRefunded, UnknownTicket
from box_office.domain.orders import Order, Status
from box_office.domain.seats import Change

VALID, REFUNDED = "valid", "refunded"


def ticket_id(order_id: str, seat_id: str) -> str:
    return "tk_" + hashlib.sha256(f"{order_id}/{seat_id}".encode()).hexdigest()[:24]


def new_tickets(order: Order) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {"ticket_id": ticket_id(order.order_id, seat), "seat_id": seat, "status": VALID, "checked_in_at": None}
        for seat in order.seat_prices
    )


def decide_check_in(order: Order, wanted: str, now: int) -> tuple[Change, Mapping[str, Any]]:
    """The change that uses the ticket, and the ticket as used. Raises UnknownTicket, TicketRefunded, AlreadyCheckedIn.

    A condition on the order's row, as a refund is: whichever is written first is what happened.
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
    used = {**ticket, "checked_in_at": now}
    tickets = tuple(used if ticket["ticket_id"] == wanted else ticket for ticket in order.tickets)
    return Change(order, replace(order, tickets=tickets, revision=order.revision + 1), {}), used
