"""Who is signed in, as an answer shows it."""

from collections.abc import Sequence
from typing import (
    Annotated,  # pydantic cannot read typing's before Python 3.12
)

from pydantic import Field
from typing_extensions import TypedDict


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
