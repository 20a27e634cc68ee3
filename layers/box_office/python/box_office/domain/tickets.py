"""Tickets: one seat, one person. Their ids are derived from order and seat: booking an order twice makes no others."""

import hashlib
from collections.abc import Iterable
from typing import Final, Literal, TypedDict

TicketStatus = Literal["valid", "refunded"]
VALID: Final = "valid"
REFUNDED: Final = "refunded"


class Ticket(TypedDict):
    """A ticket in its order's row. A used ticket stays `valid`."""

    ticket_id: str
    seat_id: str
    status: TicketStatus
    checked_in_at: int | None  # epoch milliseconds


def ticket_id(order_id: str, seat_id: str) -> str:
    return "tk_" + hashlib.sha256(f"{order_id}/{seat_id}".encode()).hexdigest()[:24]


def new_tickets(order_id: str, seats: Iterable[str]) -> tuple[Ticket, ...]:
    return tuple(
        {"ticket_id": ticket_id(order_id, seat), "seat_id": seat, "status": VALID, "checked_in_at": None}
        for seat in seats
    )
