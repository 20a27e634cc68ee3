"""The visitor that a request comes from, and admission's answer."""

from dataclasses import dataclass

from box_office.domain.blocks import Block


@dataclass(frozen=True)
class Visitor:
    """Who sends a request: an address, and, once signed in, a user. `desk`: a clerk."""

    address: str
    user_id: str | None = None
    desk: bool = False


@dataclass(frozen=True)
class Admission:
    """Admission's answer. `code`: None if the visitor may pass, else an error code of API.md. `begun`: the blocks that
    this refusal began, because it was one too many."""

    code: str | None = None
    retry_after_seconds: int = 1
    begun: tuple[Block, ...] = ()
