"""Tickets at the gate, and what the webhook answers."""

from collections.abc import Sequence
from typing import (
    Annotated,
    Literal,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict

from box_office.domain.gate_list import GateStatus
from box_office.http_api.answers.words import Cursor, Id, Instant, ProgrammeTime, SeatId


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
