"""What a gate keeps of its showing's tickets, so that it can answer without a network. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from box_office.domain.tickets import REFUNDED, VALID, Ticket

GateStatus = Literal["valid", "used", "refunded"]
Place = tuple[int, str]  # of an order in the list: when it changed last, its id
TICKETS_PER_PAGE = 500  # a page ends with the order that reaches it: 60 kB
# A change is dated when its request began, and the index lags behind it: `since` looks back so far.
SINCE_OVERLAP_MS = 120_000


@dataclass(frozen=True)
class OrderOfShowing:
    place: Place
    tickets: Sequence[Ticket]


@dataclass(frozen=True)
class GateList:
    sold: int  # tickets that let somebody in, or have
    inside: int  # of those, used
    tickets: Sequence[Ticket]  # of this page
    last: Place | None  # where the next page begins; None: this is the last


def gate_list(orders: Sequence[OrderOfShowing], since: int | None, after: Place | None) -> GateList:
    """Counts of the whole showing, and a page of the tickets that changed since; `after`: the page before's `last`.

    The order that changed longest ago comes first: one that changes between two pages is on a later one again.
    """
    good = [ticket for order in orders for ticket in order.tickets if ticket["status"] != REFUNDED]
    listed = sorted((order for order in orders if is_listed(order, since, after)), key=lambda order: order.place)
    tickets: list[Ticket] = []
    last = None
    for order in listed:
        if len(tickets) >= TICKETS_PER_PAGE:
            return GateList(len(good), used(good), tickets, last)
        tickets += order.tickets
        last = order.place
    return GateList(len(good), used(good), tickets, None)


def is_listed(order: OrderOfShowing, since: int | None, after: Place | None) -> bool:
    if after is not None and order.place <= after:
        return False
    return since is None or order.place[0] > since - SINCE_OVERLAP_MS


def used(tickets: Sequence[Ticket]) -> int:
    return sum(ticket["checked_in_at"] is not None for ticket in tickets)


def status_at_the_gate(ticket: Ticket) -> GateStatus:
    if ticket["status"] != VALID:
        return "refunded"
    return "valid" if ticket["checked_in_at"] is None else "used"
