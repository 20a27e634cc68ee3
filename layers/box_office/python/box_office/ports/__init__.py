"""The protocols through which use cases reach tables, cache, queues, provider and clock. Adapters implement them.

Each file holds the ports of one idea; this package exports all of them.
"""

from box_office.domain.payments import ListedRefund, Outcome, OutcomeState, RefundOutcome
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
from box_office.ports.orders import (
    ORDERS_READ_MAX,
    ChangeConflicted,
    ChangeRefused,
    Due,
    Orders,
    OutcomeUnknown,
    TicketedOrder,
)
from box_office.ports.payments import (
    Callback,
    CallbackKind,
    Callbacks,
    CustomerUnknown,
    Deployment,
    IntentUnknown,
    MethodTokens,
    NoAnswer,
    Provider,
    ProviderBusy,
    ProviderNotAsked,
    ProviderRefused,
    ProviderTimedOut,
    RequestRefused,
    SavedMethod,
    TokenForm,
    Wallet,
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
    "Callback",
    "CallbackKind",
    "Callbacks",
    "CustomerUnknown",
    "Catalogue",
    "CatalogueFacts",
    "CatalogueIds",
    "ChangeConflicted",
    "ChangeRefused",
    "Clock",
    "CodeRecords",
    "Counters",
    "Declines",
    "Deployment",
    "Due",
    "Events",
    "Admission",
    "Ids",
    "IntentUnknown",
    "ListedRefund",
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
    "NoAnswer",
    "Orders",
    "Outcome",
    "OutcomeState",
    "OutcomeUnknown",
    "Provider",
    "ProviderBusy",
    "ProviderNotAsked",
    "ProviderRefused",
    "RefundOutcome",
    "ProviderTimedOut",
    "RequestRefused",
    "RefreshQueue",
    "Rooms",
    "SavedMethod",
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
    "Wallet",
]
