"""Everything that differs between stages, one small class a function, in files by what the functions do.

Each class lengthens the cold start of every function that imports its file: HoldSeat imports `shared` and `seats`.

infra/ builds these objects and renders them with `environment()`; the function reads them back with
`from_environment()`. One class serves both sides, so the two cannot drift apart.
"""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict

ENVIRONMENT_PREFIX = "BOX_OFFICE_"


class Settings(BaseModel):
    """Base of all settings: values are strings and integers, each an environment variable of its own."""

    # Each function reads one of these classes: the validators of the others are never built.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    stage: str
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Raises pydantic.ValidationError naming the variable that is missing or malformed."""
        names = {field: ENVIRONMENT_PREFIX + field.upper() for field in cls.model_fields}
        return cls.model_validate({field: environ[name] for field, name in names.items() if name in environ})

    def environment(self) -> dict[str, str]:
        return {ENVIRONMENT_PREFIX + field.upper(): str(value) for field, value in self.model_dump().items()}
