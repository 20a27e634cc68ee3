"""Bodies of requests of gates, clerks and managers."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue, StringConstraints
from pydantic_core import PydanticCustomError

from box_office.http_api.bodies import Body, Id
from box_office.wrong_values import FORM

TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z")
TIME_WORDS = "a time in UTC such as 2026-11-25T19:12:40.100Z"

Code = Annotated[str, Field(min_length=1, max_length=1_000)]  # of a ticket


def is_utc(text: str) -> bool:
    if not TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:  # the 30th of February
        return False
    return True


def is_a_time(value: str) -> str:
    if not is_utc(value):
        raise PydanticCustomError(FORM, "{wanted}", {"wanted": TIME_WORDS})
    return value


TIME_SCHEMA: dict[str, JsonValue] = {"format": "date-time", "pattern": f"^{TIME.pattern}$"}


Time = Annotated[str, AfterValidator(is_a_time), Field(json_schema_extra=TIME_SCHEMA)]


class CheckInBody(Body):
    ticket: Code
    event_ids: Annotated[list[Id], Field(min_length=1, max_length=100)] | None = None
    scan_id: Id | None = None
    scanned_at: Time | None = None
    device: Id | None = None
    look: bool = False


class UndoBody(Body):
    ticket: Code
    reason: Annotated[str, Field(min_length=1, max_length=500)]


def is_printable(value: str) -> str:
    if not value.isprintable():
        raise PydanticCustomError(FORM, "{wanted}", {"wanted": "an address without hidden characters"})
    return value


# What the user pool takes as a name: longer, with a space or a hidden character in it, it would refuse the call.
Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=128, pattern=r"^[^@\s]+@[^@\s]+$"),
    AfterValidator(is_printable),
]


class FindBody(Body):
    code: Code | None = None
    order_id: Id | None = None
    ticket_id: Id | None = None
    email: Address | None = None
    cursor: Annotated[str, Field(max_length=1_000)] | None = None
