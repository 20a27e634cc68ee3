"""FindOrder's body and answer as API.md shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from box_office.domain.errors import InvalidRequest
from box_office.domain.orders import Order
from box_office.domain.tickets import Ticket
from box_office.http_api.bodies.staff import FindBody
from box_office.http_api.bookings import BookingRules, booking
from box_office.ports import Catalogue
from box_office.use_cases.find_order import Found, Wanted
from box_office.use_cases.get_booking import bookings_of

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers

KEYS = ("code", "order_id", "email", "ticket_id")


def wanted_of(body: FindBody) -> Wanted:
    """Raises InvalidRequest unless exactly one key is given, or if another than an address comes with a cursor."""
    given = [name for name in KEYS if getattr(body, name) is not None]
    if len(given) != 1:
        raise InvalidRequest(f"Exactly one of {', '.join(KEYS)} is needed.", given[1] if given else KEYS[0])
    if body.cursor is not None and given != ["email"]:
        raise InvalidRequest("cursor comes with an email only.", "cursor")
    return Wanted(code=body.code, order_id=body.order_id, ticket_id=body.ticket_id, email=body.email)


def found_orders(
    found: Found, catalogue: Catalogue, now: int, rules: BookingRules, code_of: Callable[[Order, Ticket], str]
) -> answers.FoundOrders:
    """`code_of(order, ticket)`: the code that the gate scans."""
    shown = [booking(one, now, rules, code_of) for one in bookings_of(found.orders, catalogue, now)]
    return {
        # What confirms a payment is the customer's alone.
        "orders": [{**one, "next_action": None, "user_email": found.user_email} for one in shown],
        "next_cursor": found.next_cursor,
    }
