"""Tickets: one seat, one person. Their ids follow from order and seat, so that booking twice is booking once."""

import hashlib
from collections.abc import Iterable
from typing import Final, Literal, NotRequired, TypedDict

TicketStatus = Literal["valid", "refunded"]
VALID: Final = "valid"
REFUNDED: Final = "refunded"


class Undo(TypedDict):
    """A check-in that a manager took back."""

    at: int  # epoch milliseconds
    asked_by: str  # user id
    reason: str


class Ticket(TypedDict):
    """As an order's row has it. A used ticket stays `valid`."""

    ticket_id: str
    seat_id: str
    status: TicketStatus
    checked_in_at: int | None  # epoch milliseconds
    scan_id: NotRequired[str]  # of the scan that let its holder in, ...
    device: NotRequired[str]  # ... and of the gate's device, where they were told
    undone: NotRequired[list[Undo]]  # the latest last


def ticket_id(order_id: str, seat_id: str) -> str:
    return "tk_" + hashlib.sha256(f"{order_id}/{seat_id}".encode()).hexdigest()[:24]


def new_tickets(order_id: str, seats: Iterable[str]) -> tuple[Ticket, ...]:
    return tuple(
        {"ticket_id": ticket_id(order_id, seat), "seat_id": seat, "status": VALID, "checked_in_at": None}
        for seat in seats
    )
