"""GetTicketKeys: with what a gate tells a ticket from a forged one while it has no network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from box_office.domain.ticket_keys import KeyRing
from box_office.ports import Signatures


@dataclass(frozen=True)
class PublicKey:
    key_id: str
    public_key: bytes
    not_before: int  # epoch milliseconds


def get_ticket_keys(ring: KeyRing, signatures: Callable[[], Signatures]) -> Sequence[PublicKey]:
    """Of every key whose codes are accepted, also of one that is to sign later: gates learn it before they meet it."""
    public_key = signatures().public_key
    return [PublicKey(key.key_id, public_key(key.seed), key.not_before) for key in ring.keys]
