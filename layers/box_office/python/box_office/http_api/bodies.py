"""Bodies of requests. Unknown members are ignored: a client cannot set a time, a price or a state."""

import re
from datetime import datetime
from json import JSONEncoder
from typing import Annotated, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from box_office.domain.errors import InvalidRequest
from box_office.http_api.card_numbers import refuse_card_numbers, refuse_card_numbers_of_machines
from box_office.http_api.endpoint import BODY_BYTES_MAX, Request
from box_office.http_api.representation import JsonObject
from box_office.ports import MethodTokens
from box_office.wrong_values import FORM, ID, explain, named

Id = Annotated[str, Field(pattern=f"^{ID.pattern}$")]
B = TypeVar("B", bound=BaseModel)
json_of = JSONEncoder(ensure_ascii=False).encode
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z")
TIME_WORDS = "a time in UTC such as 2026-11-25T19:12:40.100Z"


class Body(BaseModel):
    # A function reads one or two of these classes: the validators of the others are never built.
    model_config = ConfigDict(strict=True, extra="ignore", defer_build=True)


class HoldBody(Body):
    movie_id: Id
    theater_id: Id
    # The domain limits the seats of an order; this bound only refuses absurd lists early.
    selected_seat: Annotated[list[Id], Field(max_length=1_000)]
    event_id: Id | None = None
    sale: Id | None = None


class ReleaseBody(Body):
    order_id: Id | None = None


class ExtendBody(Body):
    order_id: Id | None = None


class PaymentInfo(Body):
    """Provider references and amounts; never a card number."""

    type: Literal["card", "saved", "cash", "external"]
    # The longest that a body can hold. With a length bound, pydantic also refuses half a character (a lone surrogate).
    payment_method: Annotated[str, Field(max_length=BODY_BYTES_MAX)] | None = None
    confirmation_token: Annotated[str, Field(max_length=BODY_BYTES_MAX)] | None = None
    save: bool | None = None
    reference: Annotated[str, Field(min_length=1, max_length=64)] | None = None  # of the desk's terminal
    tendered: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)] | None = None

    @field_validator("payment_method", "confirmation_token")
    @classmethod
    def is_a_token_of_the_provider(cls, value: str | None, info: ValidationInfo) -> str | None:
        tokens = info.context
        if not isinstance(tokens, MethodTokens):  # our bug, not the client's: pydantic lets a TypeError through
            raise TypeError("read() needs method_tokens of a body with a payment method")
        wanted = tokens if info.field_name == "payment_method" else tokens.confirmation
        if value is not None and not re.fullmatch(wanted.pattern, value):
            raise PydanticCustomError(FORM, "{wanted}", {"wanted": wanted.words})
        return value

    @field_validator("tendered", mode="before")
    @classmethod
    def whole_amounts_are_amounts(cls, value: object) -> object:
        # float() of a huge int raises OverflowError. So it stays an int, and the field's own bound refuses it.
        return float(value) if type(value) is int and abs(value) < 10**15 else value


class SubmitBody(Body):
    event_id: Id
    paymentInfo: PaymentInfo | None = None  # may be left out of an order whose price is 0.00
    order_id: Id | None = None


class RefundBody(Body):
    order_id: Id | None = None
    tickets: Annotated[list[Id], Field(min_length=1, max_length=100)] | None = None
    reason: Annotated[str, Field(max_length=500)] | None = None


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


CARD_DIGITS_MIN = 14
# Members that hold ids, tickets' codes, or lists of them.
IDS = "event_id order_id movie_id theater_id sale tickets ticket event_ids scan_id device code ticket_id".split()
# Members whose values no error message repeats: what pays, a ticket's code, and a person's address.
NEVER_REPEATED = {"paymentInfo", "payment_method", "confirmation_token", "ticket", "code", "email"}
KEPT_IDS = ("sale", "scan_id", "device")  # an order keeps them as the client made them


def matching_event(in_body: str, in_path: str) -> None:
    if in_body != in_path:
        raise InvalidRequest("event_id in the path and in the body differ.", "event_id")


def read(model: type[B], request: Request, required: bool = True, method_tokens: MethodTokens | None = None) -> B:
    """The request's body as a `model`. `method_tokens`: needed for a body with a payment.

    Raises InvalidRequest, which names the first member that is wrong, and TooLarge."""
    body = request.json_object(required)
    # The parsed body is searched, not the raw one, in which a digit may be written as an escape.
    refuse_card_numbers(without_ids(json_of(body), body))
    for kept in map(body.get, KEPT_IDS):
        if isinstance(kept, str):
            refuse_card_numbers_of_machines(kept)
    try:
        return model.model_validate(body, context=method_tokens)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = first["loc"]  # never empty: the body is an object, as `json_object` makes sure
        reason = explain(first, named(place), shown=place[-1] not in NEVER_REPEATED)
        raise InvalidRequest(f"{reason}.", str(place[0])) from None  # pydantic's error would put the value into the log


def without_ids(text: str, body: JsonObject) -> str:
    """The body's text without its ids: one in ten ids with a date, such as `london-2-20261123-1655`, would pass for a
    card number.

    A value counts as an id if it has a letter, or fewer digits than any card in use. So does a ticket's code, whose
    characters are random.
    """
    for value in [one for member in IDS for one in listed(body.get(member))]:
        if isinstance(value, str) and (any(map(str.isalpha, value)) or len(value) < CARD_DIGITS_MIN):
            text = text.replace(f'"{value}"', '"_"')
    return text


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
