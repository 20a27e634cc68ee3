"""FindOrder's body and answer as API.md shows them."""

from collections.abc import Callable, Sequence

from box_office.domain.errors import InvalidRequest
from box_office.domain.orders import Order
from box_office.domain.tickets import Ticket
from box_office.http_api.bodies import FindBody
from box_office.http_api.bookings import BookingRules, booking
from box_office.http_api.representation import JsonObject
from box_office.ports import Catalogue
from box_office.use_cases.find_order import Found, Wanted
from box_office.use_cases.get_booking import booking_of

KEYS = ("code", "order_id", "email", "ticket_id")
AFTER_MAX = 5_000  # orders of one address


def wanted_of(body: FindBody) -> Wanted:
    """Raises InvalidRequest unless exactly one key is given, or if another than an address comes with a cursor."""
    given = [name for name in KEYS if getattr(body, name) is not None]
    if len(given) != 1:
        raise InvalidRequest(f"Exactly one of {', '.join(KEYS)} is needed.", given[1] if given else KEYS[0])
    if body.cursor is not None and given != ["email"]:
        raise InvalidRequest("cursor comes with an email only.", "cursor")
    return Wanted(code=body.code, order_id=body.order_id, ticket_id=body.ticket_id, email=body.email)


def after_of(body: FindBody, keys_of: Callable[[str], list[object]]) -> int:
    """How many orders of the address came before. `keys_of` raises ValueError for text that is no cursor. Raises
    InvalidRequest on one of no list, or of another."""
    if body.cursor is None:
        return 0
    try:
        (after,) = keys_of(body.cursor)
        if type(after) is not int or not 0 < after <= AFTER_MAX:
            raise ValueError("no list has such a place")
    except ValueError as error:
        raise InvalidRequest("cursor is not one that this list gave.", "cursor") from error
    return after


def found_orders(
    found: Found,
    catalogue: Catalogue,
    now: int,
    rules: BookingRules,
    code_of: Callable[[Order, Ticket], str],
    cursor_of: Callable[[Sequence[str | int]], str],
) -> JsonObject:
    """`code_of(order, ticket)`: the code that the gate scans."""
    shown = [booking(booking_of(order, catalogue, now), now, rules, code_of) for order in found.orders]
    return {
        # What confirms a payment is the customer's alone.
        "orders": [{**one, "next_action": None, "user_email": found.user_email} for one in shown],
        "next_cursor": cursor_of([found.next_after]) if found.next_after is not None else None,
    }
