"""Orders, payments and refunds, as answers show them."""

from collections.abc import Sequence
from typing import (
    Annotated,
    Literal,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from box_office.domain.orders import Status
from box_office.domain.payments import Origin, RefundState
from box_office.domain.tickets import TicketStatus
from box_office.http_api.answers.words import (
    Category,
    Currency,
    Cursor,
    Id,
    Instant,
    Money,
    ProgrammeTime,
    SeatId,
    Seconds,
    TimeZone,
)


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
