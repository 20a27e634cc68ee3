"""What members of several answers are made of: ids, money, times."""

from collections.abc import Mapping
from typing import (
    Annotated,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field, StringConstraints

from box_office.domain.catalogue import ACCESS, CATEGORIES, CATEGORY_LETTERS
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
