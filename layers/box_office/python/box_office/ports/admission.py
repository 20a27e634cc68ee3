"""Who comes, and whether they may pass."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visitor:
    """Who asks for admission."""

    address: str
    user_id: str | None = None
    desk: bool = False


@dataclass(frozen=True)
class Admission:
    """What admission says: `code` is None to pass, else an error code of API.md."""

    code: str | None = None
    retry_after_seconds: int = 1
