"""How bodies of requests are read, and those of holds; `payments` and `staff` have the others. Unknown members are
ignored: a client cannot set a time, a price or a state."""

from json import JSONEncoder
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from box_office.domain.errors import InvalidRequest
from box_office.http_api.card_numbers import refuse_card_numbers, refuse_card_numbers_of_machines
from box_office.http_api.endpoint import Request
from box_office.http_api.representation import JsonObject
from box_office.ports import MethodTokens
from box_office.wrong_values import ID, explain, named

Id = Annotated[str, Field(pattern=f"^{ID.pattern}$")]
B = TypeVar("B", bound=BaseModel)
json_of = JSONEncoder(ensure_ascii=False).encode


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


CARD_DIGITS_MIN = 14
# Members that hold ids, tickets' codes, or lists of them.
IDS = "event_id order_id movie_id theater_id sale tickets ticket event_ids scan_id device code ticket_id".split()
# Members whose values no error message repeats: what pays, a ticket's code, and a person's address.
NEVER_REPEATED = {"paymentInfo", "payment_method", "confirmation_token", "ticket", "code", "email"}
KEPT_IDS = ("sale", "scan_id", "device")  # an order keeps them as the client made them


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
