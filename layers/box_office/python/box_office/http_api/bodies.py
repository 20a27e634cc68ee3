"""Bodies of requests. Members that we don't know are ignored, never obeyed."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from box_office.domain.errors import InvalidRequest
from box_office.http_api.endpoint import ID, Request

Id = Annotated[str, Field(pattern=f"^{ID.pattern}$")]
B = TypeVar("B", bound=BaseModel)


class Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class HoldBody(Body):
    movie_id: Id
    theater_id: Id
    # Its length is the domain's matter; this bound only ends nonsense early.
    selected_seat: Annotated[list[Id], Field(max_length=1_000)]
    event_id: Id | None = None
    sale: Id | None = None


class ReleaseBody(Body):
    order_id: Id | None = None


def read(model: type[B], request: Request, required: bool = True) -> B:
    """Raises InvalidRequest naming the first member that is wrong, TooLarge."""
    body: dict[str, Any] = request.json_object(required)
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        param = ".".join(map(str, first["loc"])) or "body"
        raise InvalidRequest(f"{param}: {first['msg']}.", str(first["loc"][0]) if first["loc"] else "body") from error
