"""Answers as the API gives them: the one description of their shapes. mypy holds the functions that make them to it,
and `docs/openapi.json` is generated from it. Bodies of requests are in bodies.py, problems in problems.py.

Functions import this for their types alone: no cold start pays for it. `v0` only gains members (API.md).
"""

from collections.abc import Mapping, Sequence
from typing import (
    Annotated,
    Literal,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field, StringConstraints
from typing_extensions import TypedDict

from box_office.domain.catalogue import ACCESS, CATEGORIES, CATEGORY_LETTERS
from box_office.domain.gate_list import GateStatus
from box_office.domain.orders import Status
from box_office.domain.payments import Origin, RefundState
from box_office.domain.tickets import TicketStatus
from box_office.wrong_values import ID

Id = Annotated[str, Field(pattern=f"^{ID.pattern}$")]
SeatId = Annotated[str, Field(pattern="^[A-Z]{1,2}[1-9][0-9]?$", description="Row, then number.", examples=["A12"])]
Category = Annotated[str, Field(json_schema_extra={"enum": list(CATEGORIES)})]
Money = Annotated[float, Field(ge=0, description="Major units of the `currency` beside it.")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217.")]
Prices = Annotated[Mapping[str, Money], Field(description="By the category of a seat.")]
Remaining = Annotated[Mapping[str, int], Field(description="Free seats by category, where the category is on sale.")]
Legend = Annotated[Mapping[str, str], Field(description="What a letter of `category` or `status` means.")]
# In words that describe the one spelling that we give; `format` is what clients' generators know.
ProgrammeTime = Annotated[
    str,
    Field(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        json_schema_extra={"format": "date-time"},
        description="UTC, in whole seconds.",
    ),
]
Instant = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$",
        json_schema_extra={"format": "date-time"},
        description="UTC, in milliseconds.",
    ),
]
Day = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"})]
TimeZone = Annotated[str, Field(description="IANA's name.", examples=["Europe/Lisbon"])]
Minutes = Annotated[int, Field(ge=1, description="Minutes.")]
Seconds = Annotated[int, Field(ge=0, description="Seconds.")]
Cursor = Annotated[str, StringConstraints(min_length=1)]
Poster = Annotated[str, Field(pattern="^https://", description="The address of a picture.")]
Language = Annotated[str, Field(description="BCP 47.", examples=["de"])]
Access = Annotated[str, Field(json_schema_extra={"enum": list(ACCESS)})]
Letters = Annotated[str, Field(pattern=f"^[{''.join(CATEGORY_LETTERS)}]*$", description="A letter for each seat.")]
StatusLetters = Annotated[str, Field(pattern="^[ehbx]*$", description="A letter for each seat of the row.")]
LayoutVersion = Annotated[str, Field(description="Another one when the room must be drawn anew.")]


# The catalogue


class ListedMovie(TypedDict):
    movie_id: Id
    title: str
    length: Minutes
    certificate: str
    year: int
    director: str
    next_movie_time: ProgrammeTime
    genres: Sequence[str]
    poster: Poster | None
    released: Day | None


class MovieList(TypedDict):
    movies: Sequence[ListedMovie]
    next_cursor: Cursor | None
    as_of: Instant


class Showing(TypedDict):
    event_id: Id
    movie_time: ProgrammeTime
    end_time: ProgrammeTime
    sales_end: ProgrammeTime
    room_name: str
    language: Language | None
    subtitles: Language | None
    formats: Sequence[str]
    access: Sequence[Access]


class TheaterOfMovie(TypedDict):
    theater_id: Id
    name: str
    time_zone: TimeZone
    currency: Currency
    events: Sequence[Showing]


class MovieDetail(TypedDict):
    movie_id: Id
    title: str
    details: str
    length: Minutes
    certificate: str
    year: int
    director: str
    genres: Sequence[str]
    poster: Poster | None
    released: Day | None
    as_of: Instant
    theaters: Sequence[TheaterOfMovie]


class ShowingOfTheDay(Showing):
    price_from: Annotated[Money | None, Field(description="The lowest price that is no companion's.")]
    cancelled_at: Instant | None


class MovieOfTheDay(TypedDict):
    movie_id: Id
    title: str
    length: Minutes
    certificate: str
    year: int
    director: str
    poster: Poster | None
    events: Sequence[ShowingOfTheDay]


class Programme(TypedDict):
    theater_id: Id
    date: Annotated[Day, Field(description="A local day of the theater.")]
    time_zone: TimeZone
    currency: Currency
    movies: Sequence[MovieOfTheDay]
    dates: Annotated[Sequence[Day], Field(description="The next days with showings.")]
    as_of: Instant


class TheaterFacts(TypedDict):
    theater_id: Id
    name: str
    address: str
    info: str
    time_zone: TimeZone
    currency: Currency


class TheaterList(TypedDict):
    theaters: Sequence[TheaterFacts]
    next_cursor: Cursor | None
    as_of: Instant


class RoomFacts(TypedDict):
    room_id: Id
    room_name: str
    seat_count: Annotated[int, Field(ge=1)]


class TheaterDetail(TheaterFacts):
    rooms: Sequence[RoomFacts]


class RowToDraw(TypedDict):
    row: str
    gaps: Annotated[Sequence[int], Field(description="The numbers of seats that an aisle follows.")]
    offset: Annotated[float | None, Field(description="How far to the right the first seat stands, in seats.")]
    seats: Sequence[SeatId]
    category: Letters


class EventDetail(TypedDict):
    """All that a room needs to be drawn, and nothing that changes by the second."""

    event_id: Id
    movie_id: Id
    title: str
    certificate: str
    length: Minutes
    poster: Poster | None
    theater_id: Id
    theater_name: str
    address: str
    time_zone: TimeZone
    currency: Currency
    room_id: Id
    room_name: str
    movie_time: ProgrammeTime
    end_time: ProgrammeTime
    sales_end: ProgrammeTime
    refundable_until: ProgrammeTime
    cancelled_at: Instant | None
    language: Language | None
    subtitles: Language | None
    formats: Sequence[str]
    access: Sequence[Access]
    prices: Prices
    seats_per_order_max: Annotated[int, Field(ge=1)]
    layout_version: LayoutVersion
    rows: Sequence[RowToDraw]
    legend: Legend
    as_of: Instant


# Seats


class RowOfMap(TypedDict):
    row: str
    gaps: Annotated[Sequence[int], Field(description="The numbers of seats that an aisle follows.")]
    seats: Sequence[SeatId]
    category: Letters
    status: StatusLetters


class OtherEvent(TypedDict):
    event_id: Id
    movie_time: ProgrammeTime


class AvailableSeat(TypedDict):
    movie_id: Id
    theater_id: Id
    event_id: Id
    movie_time: ProgrammeTime
    sales_end: ProgrammeTime
    room_name: str
    as_of: Instant
    currency: Currency
    prices: Prices
    remaining: Remaining
    next_release: Annotated[Instant | None, Field(description="When the first hold ends, if no seat is free.")]
    available_seat: Sequence[SeatId]
    legend: Legend
    rows: Sequence[RowOfMap]
    other_events: Sequence[OtherEvent]
    cancelled_at: NotRequired[Instant]


class SeatMap(TypedDict):
    event_id: Id
    as_of: Instant
    status: Annotated[Mapping[str, StatusLetters], Field(description="By row.")]
    remaining: Remaining
    next_release: Annotated[Instant | None, Field(description="When the first hold ends, if no seat is free.")]
    poll_after: Annotated[Seconds, Field(description="Seconds until the next poll; more under load.")]
    on_sale: bool
    sales_end: ProgrammeTime
    cancelled_at: Instant | None
    layout_version: LayoutVersion


class Hold(TypedDict):
    order_id: Id
    status: Status
    event_id: Id
    movie_time: ProgrammeTime
    selected_seat: Sequence[SeatId]
    price: Money
    currency: Currency
    hold_end_time: Instant
    seconds_left: Annotated[Seconds, Field(description="As of this answer.")]
    extendable_until: Instant


class QueuedHold(TypedDict):
    """Until a worker has written the hold, nothing is certain: GetBooking tells."""

    status: Literal["QUEUED"]
    order_id: Id
    event_id: Id
    selected_seat: Sequence[SeatId]


# Bookings


class SeatOfBooking(TypedDict):
    seat_id: SeatId
    category: Category | None
    price: Money


class Decline(TypedDict):
    code: Annotated[str | None, Field(description="The provider's, or our own.")]
    decline_code: str | None
    message: Annotated[str | None, Field(description="For the customer.")]


class NextAction(TypedDict):
    """What the customer's bank asks them to do: 3-D Secure."""

    type: str | None
    url: str | None
    client_secret: str | None


class RefundOfBooking(TypedDict):
    refund_id: str
    amount: Money
    state: RefundState
    asked_at: Instant
    reason: str | None
    tickets: Annotated[Sequence[Id], Field(description="Their ids.")]
    origin: Origin


class TicketOfBooking(TypedDict):
    ticket_id: Id
    seat_id: SeatId
    code: Annotated[str, Field(description="What the gate scans.")]
    status: TicketStatus
    checked_in_at: Instant | None


class Booking(TypedDict):
    """What a film, a theater or a showing would say is null while the catalogue cannot be read."""

    order_id: Id
    event_id: Id
    movie_id: Id
    theater_id: Id
    title: str | None
    theater_name: str | None
    address: str | None
    time_zone: TimeZone | None
    room_name: str | None
    movie_time: ProgrammeTime
    end_time: ProgrammeTime | None
    event_cancelled_at: Instant | None
    status: Status
    selected_seat: Sequence[SeatId]
    seats: Sequence[SeatOfBooking]
    price: Money
    currency: Currency
    hold_end_time: Instant
    seconds_left: Seconds
    extendable_until: Instant
    decided_by: Annotated[Instant | None, Field(description="While PAYING: when it is decided at the latest.")]
    poll_after: Annotated[Seconds | None, Field(description="Null when the order moves only by its customer.")]
    decline: Decline | None
    next_action: NextAction | None
    paid_with: Literal["card", "cash", "external", "free"] | None
    refundable_until: ProgrammeTime
    refunded: Money
    refunds: Sequence[RefundOfBooking]
    tickets: Sequence[TicketOfBooking]
    reason: NotRequired[Annotated[str, Field(description="Why the order is in this state.")]]


class ListedBooking(TypedDict):
    order_id: Id
    event_id: Id
    status: Status
    selected_seat: Sequence[SeatId]
    price: Money
    currency: Currency
    title: str | None
    theater_name: str | None
    time_zone: TimeZone | None
    room_name: str | None
    movie_time: ProgrammeTime
    refunded: Money
    live_tickets: Annotated[int, Field(ge=0)]


class BookingList(TypedDict):
    bookings: Sequence[ListedBooking]
    next_cursor: Cursor | None


class FoundOrder(Booking):
    user_email: Annotated[str | None, Field(description="Null once the account is gone.")]


class FoundOrders(TypedDict):
    orders: Sequence[FoundOrder]
    next_cursor: Cursor | None


class SubmittedPayment(TypedDict):
    status: Literal["PROCESSING"]
    order_id: Id
    event_id: Id
    change: NotRequired[Annotated[Money, Field(description="In cash: what goes back.")]]


class RefundTaken(TypedDict):
    status: Literal["REFUNDING", "REFUNDED"]
    order_id: Id
    event_id: Id
    price: Annotated[Money, Field(description="What is given back.")]
    currency: Currency


# Who is signed in


class SavedMethodShown(TypedDict):
    brand: str | None
    last4: str | None
    exp: Annotated[str | None, Field(description="Month and year.", examples=["12/29"])]


class Me(TypedDict):
    user_id: str
    email: str | None
    groups: Sequence[str]
    theater_id: str | None
    saved_methods: Sequence[SavedMethodShown]


# The gate


class CheckedInTicket(TypedDict):
    status: Annotated[Literal["CHECKED_IN", "VALID"], Field(description="`VALID` answers a look.")]
    ticket_id: Id
    event_id: Id
    seat_id: SeatId
    title: str
    theater_id: Id
    room_name: str
    movie_time: ProgrammeTime
    checked_in_at: Instant | None


class UndoneCheckIn(TypedDict):
    status: Literal["VALID"]
    ticket_id: Id


class GateTicket(TypedDict):
    ticket_id: Id
    seat_id: SeatId
    status: GateStatus
    checked_in_at: Instant | None


GateCounts = TypedDict("GateCounts", {"sold": int, "in": int})


class TicketsOfShowing(TypedDict):
    event_id: Id
    as_of: Instant
    counts: GateCounts
    tickets: Sequence[GateTicket]
    next_cursor: Cursor | None


class TicketKey(TypedDict):
    key_id: str
    algorithm: Literal["Ed25519"]
    public_key: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{43}$", description="base64url, 32 bytes.")]
    not_before: ProgrammeTime


class TicketKeys(TypedDict):
    keys: Sequence[TicketKey]


class CallbackRecorded(TypedDict):
    received: Literal[True]


# Members that problems of some codes have beside those of every problem


class WrongParam(TypedDict):
    param: NotRequired[Annotated[str, Field(description="The member that is wrong; the gateway does not name it.")]]


class SeatsInTheWay(TypedDict):
    conflicts: Sequence[SeatId]
    next_release: Annotated[Instant | None, Field(description="When the first hold ends, if no seat is free.")]


class TicketNamed(TypedDict):
    ticket_id: Id
    seat_id: SeatId


class WhereItIsGood(TypedDict):
    ticket_id: NotRequired[Id]
    seat_id: NotRequired[SeatId]
    event_id: Id
    title: str
    theater_id: Id
    room_name: str
    movie_time: ProgrammeTime


class UsedBefore(TicketNamed):
    checked_in_at: Instant
    device: str | None
    conflict: NotRequired[Annotated[Literal[True], Field(description="This scan has the earlier time.")]]
