"""Members that problems of some codes have beside those of every problem."""

from collections.abc import Sequence
from typing import (
    Annotated,
    Literal,
    NotRequired,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from box_office.http_api.answers.words import Id, Instant, ProgrammeTime, SeatId


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
