"""Bodies of requests to pay, and to give back."""

import re
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from box_office.domain.errors import InvalidRequest
from box_office.http_api.bodies import Body, Id
from box_office.http_api.endpoint import BODY_BYTES_MAX
from box_office.ports import MethodTokens
from box_office.wrong_values import FORM


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


def matching_event(in_body: str, in_path: str) -> None:
    if in_body != in_path:
        raise InvalidRequest("event_id in the path and in the body differ.", "event_id")
