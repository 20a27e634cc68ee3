"""Tickets: one seat, one person. Their ids are derived from order and seat: booking an order twice makes no others."""

import re
from collections.abc import Iterable
from typing import Final, Literal, NotRequired, TypedDict

TicketStatus = Literal["valid", "refunded"]
VALID: Final = "valid"
REFUNDED: Final = "refunded"
TICKET_ID = re.compile(r"tk_([0-9a-f]{32})_[A-Z0-9]{1,4}")


class Undo(TypedDict):
    """A check-in that a manager took back."""

    at: int  # epoch milliseconds
    asked_by: str  # user id
    reason: str


class Ticket(TypedDict):
    """A ticket in its order's row. A used ticket stays `valid`."""

    ticket_id: str
    seat_id: str
    status: TicketStatus
    checked_in_at: int | None  # epoch milliseconds
    scan_id: NotRequired[str]  # of the scan that let its holder in, ...
    device: NotRequired[str]  # ... and of the gate's device, where they were told
    undone: NotRequired[list[Undo]]  # the latest last


def ticket_id(order_id: str, seat_id: str) -> str:
    """`tk_` and the order's 32 hex digits, `_`, the seat: whoever has a ticket's id finds its order."""
    return f"tk_{order_id.removeprefix('or_')}_{seat_id}"


def order_of_ticket(named: str) -> str | None:
    """The order of a ticket's id. None for any other text, and for ids of before 2026-11-29, which are hashes."""
    found = TICKET_ID.fullmatch(named)
    return f"or_{found[1]}" if found else None


def is_named(ticket: Ticket, order_id: str, wanted: str) -> bool:
    """`wanted`: the ticket's id, or what a ticket of its seat is called since 2026-11-29."""
    return wanted in (ticket["ticket_id"], ticket_id(order_id, ticket["seat_id"]))


def new_tickets(order_id: str, seats: Iterable[str]) -> tuple[Ticket, ...]:
    return tuple(
        {"ticket_id": ticket_id(order_id, seat), "seat_id": seat, "status": VALID, "checked_in_at": None}
        for seat in seats
    )
