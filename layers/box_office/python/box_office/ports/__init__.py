"""The protocols through which use cases reach tables, cache, queues, provider and clock. Adapters implement them.

Each file holds the ports of one idea. This package exports them all but those of `payments`, which few functions need:
the others start sooner without them.
"""

from box_office.ports.admission import Admission, Visitor
from box_office.ports.blocks import BlockedAtEdge, BlockedInCache, Blocks
from box_office.ports.catalogue import (
    Catalogue,
    CatalogueFacts,
    CatalogueIds,
    Known,
    ListedMovie,
    MoviePage,
    TheaterPage,
)
from box_office.ports.code_records import CodeRecords
from box_office.ports.declines import Declines
from box_office.ports.events import Events, Rooms
from box_office.ports.mail import Addresses, Mail, Users
from box_office.ports.method_tokens import MethodTokens, TokenForm
from box_office.ports.orders import (
    ORDERS_READ_MAX,
    ChangeConflicted,
    ChangeRefused,
    Due,
    Orders,
    OutcomeUnknown,
    TicketedOrder,
)
from box_office.ports.queues import Announcements, Lanes, LaneWork, RefreshQueue
from box_office.ports.runtime import Clock, Counters, Ids
from box_office.ports.seats import CachedMap, CacheDown, LastSeen, Marked, MarkRequest, SeatCache, Seats, Seen
from box_office.ports.second_factors import SecondFactors
from box_office.ports.tickets import Signatures

__all__ = [
    "ORDERS_READ_MAX",
    "Addresses",
    "Announcements",
    "BlockedAtEdge",
    "BlockedInCache",
    "Blocks",
    "CacheDown",
    "Catalogue",
    "CatalogueFacts",
    "CatalogueIds",
    "ChangeConflicted",
    "ChangeRefused",
    "Clock",
    "CodeRecords",
    "Counters",
    "Declines",
    "Due",
    "Events",
    "Admission",
    "Ids",
    "Known",
    "LaneWork",
    "Lanes",
    "LastSeen",
    "ListedMovie",
    "CachedMap",
    "Mail",
    "MarkRequest",
    "Marked",
    "MethodTokens",
    "MoviePage",
    "Orders",
    "OutcomeUnknown",
    "RefreshQueue",
    "Rooms",
    "SeatCache",
    "SecondFactors",
    "Seats",
    "Seen",
    "Signatures",
    "TheaterPage",
    "TicketedOrder",
    "TokenForm",
    "Users",
    "Visitor",
]
