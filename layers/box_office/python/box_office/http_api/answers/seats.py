"""Seat maps and holds, as answers show them."""

from collections.abc import Mapping, Sequence
from typing import (
    Annotated,
    Literal,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from box_office.domain.orders import Status
from box_office.http_api.answers.words import (
    Currency,
    Id,
    Instant,
    LayoutVersion,
    Legend,
    Letters,
    Money,
    Prices,
    ProgrammeTime,
    Remaining,
    SeatId,
    Seconds,
    StatusLetters,
)


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
