"""What a gate keeps of its showing's tickets, so that it can answer without a network. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
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
class Counts:
    """Of the whole showing, as its first page found it."""

    sold: int  # tickets that let somebody in, or have
    inside: int  # of those, used


@dataclass(frozen=True)
class Bookmark:
    """Where the next page begins, and the counts: no later page reads the showing again for them."""

    after: Place
    counts: Counts


@dataclass(frozen=True)
class GateList:
    counts: Counts
    tickets: Sequence[Ticket]  # of this page
    following: Bookmark | None  # None: this is the last page


def first_page(indexed: Sequence[OrderOfShowing], unindexed: Sequence[OrderOfShowing], since: int | None) -> GateList:
    """Counts of the whole showing, and the first of the tickets that changed since. `unindexed`: orders that no later
    page finds; they are all on this one.

    The order that changed longest ago comes first: one that changes between two pages is on a later one again.
    """
    good = [one for order in (*indexed, *unindexed) for one in order.tickets if one["status"] != REFUNDED]
    counts = Counts(len(good), used(good))
    extra = [ticket for order in unindexed if is_recent(order, since) for ticket in order.tickets]
    by_time = sorted((order for order in indexed if is_recent(order, since)), key=lambda order: order.place)
    page = page_of(by_time, counts)
    return GateList(counts, [*extra, *page.tickets], page.following)


def next_page(changed: Iterable[OrderOfShowing], bookmark: Bookmark) -> GateList:
    """`changed`: the orders from the bookmark's time on, by time; no more of them are taken than fill the page."""
    left = (order for order in by_place(changed) if order.place > bookmark.after)
    return page_of(left, bookmark.counts)


def by_place(orders: Iterable[OrderOfShowing]) -> Iterator[OrderOfShowing]:
    """Orders by time, those of one instant by id too: an index gives them in any order."""
    for _, of_one_instant in groupby(orders, key=lambda order: order.place[0]):
        yield from sorted(of_one_instant, key=lambda order: order.place)


def page_of(orders: Iterable[OrderOfShowing], counts: Counts) -> GateList:
    tickets: list[Ticket] = []
    last = None
    for order in orders:
        if last is not None and len(tickets) >= TICKETS_PER_PAGE:
            return GateList(counts, tickets, Bookmark(last, counts))
        tickets += order.tickets
        last = order.place
    return GateList(counts, tickets, None)


def is_recent(order: OrderOfShowing, since: int | None) -> bool:
    return since is None or order.place[0] > since - SINCE_OVERLAP_MS


def used(tickets: Sequence[Ticket]) -> int:
    return sum(ticket["checked_in_at"] is not None for ticket in tickets)


def status_at_the_gate(ticket: Ticket) -> GateStatus:
    if ticket["status"] != VALID:
        return "refunded"
    return "valid" if ticket["checked_in_at"] is None else "used"
