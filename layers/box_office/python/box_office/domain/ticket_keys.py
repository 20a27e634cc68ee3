"""The keys that tickets' codes are signed with, as the tickets' secret has them. Pure.

The secret: `{"key": "<64 random letters>"}` as it was generated, and once keys were rotated also
`{"keys": [{"number": 2, "seed": "<base64url>", "not_before": <epoch ms>}], "retired": 1}`.

`key` signed the codes of before 2026-11-29 (BO1), which stay valid. Key number 1 needs no room in the secret: its seed
is HKDF-SHA256 (RFC 5869) of `key`, without salt, with the info `box-office ticket key 1`, 32 bytes long; so a
deployment that never rotated has one without an operator's doing.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SEED_BYTES = 32  # RFC 8032 section 5.1.5
NUMBER_MAX = 255  # a byte of the code
FIRST_INFO = b"box-office ticket key 1"


@dataclass(frozen=True)
class TicketKey:
    """An Ed25519 key pair, by its seed. It signs from `not_before` on, until a newer one does."""

    number: int
    seed: bytes
    not_before: int  # epoch milliseconds

    @property
    def key_id(self) -> str:
        return f"k{self.number}"


@dataclass(frozen=True)
class KeyRing:
    """`keys`: those whose codes are accepted, by number; never empty. `first`: what BO1 codes are signed with."""

    first: bytes
    keys: tuple[TicketKey, ...]

    def numbered(self, number: int) -> TicketKey | None:
        return next((key for key in self.keys if key.number == number), None)

    def signing(self, now: int) -> TicketKey:
        """The newest key that may sign by now; the oldest one before its time rather than none."""
        return next((key for key in reversed(self.keys) if key.not_before <= now), self.keys[0])


def ring_of(secret: Mapping[str, Any]) -> KeyRing:
    """Raises ValueError for a secret that no release writes."""
    try:
        first = str(secret["key"]).encode()
        later = [key_of(row) for row in secret.get("keys", ())]
        keys = [key for key in (first_key(first), *later) if key.number > secret.get("retired", 0)]
    except (KeyError, TypeError, binascii.Error) as error:
        raise ValueError("the tickets' secret is not as the runbook says") from error
    if not keys:
        raise ValueError("the tickets' secret has no key that may sign")
    return KeyRing(first, tuple(sorted(keys, key=lambda key: key.number)))


def first_key(key: bytes) -> TicketKey:
    return TicketKey(1, hkdf_sha256(key, FIRST_INFO), 0)


def key_of(row: Mapping[str, Any]) -> TicketKey:
    seed = base64.urlsafe_b64decode(row["seed"])
    if len(seed) != SEED_BYTES:
        raise ValueError("a seed has 32 bytes")
    return TicketKey(int(row["number"]), seed, int(row["not_before"]))


def hkdf_sha256(key: bytes, info: bytes) -> bytes:
    """RFC 5869 with the default salt, for one block of output: 32 bytes."""
    extracted = hmac.new(bytes(hashlib.sha256().digest_size), key, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


@dataclass(frozen=True)
class Rotation:
    """What an operator's command writes, and what it says."""

    secret: Mapping[str, Any]
    added: TicketKey
    retired: tuple[int, ...]  # numbers of keys whose codes are accepted no more


def rotated(secret: Mapping[str, Any], seed: bytes, not_before: int) -> Rotation:
    """The secret with a further key. The key before it signs until then, and its codes stay valid; those of older keys
    do not. Raises ValueError when no number is left."""
    ring = ring_of(secret)
    newest = ring.keys[-1]
    return with_key(secret, TicketKey(newest.number + 1, seed, not_before), newest.number - 1)


def replaced(secret: Mapping[str, Any], seed: bytes, now: int) -> Rotation:
    """The secret with a key in the place of all others, at once: theirs may be in a stranger's hands."""
    newest = ring_of(secret).keys[-1]
    return with_key(secret, TicketKey(newest.number + 1, seed, now), newest.number)


def with_key(secret: Mapping[str, Any], added: TicketKey, retired: int) -> Rotation:
    if added.number > NUMBER_MAX:
        raise ValueError(f"a code has room for {NUMBER_MAX} keys")
    before = ring_of(secret).keys
    gone = tuple(key.number for key in before if key.number <= retired)
    kept = [*(key for key in before if key.number > max(retired, 1)), added]
    rows = [{"number": key.number, "seed": seed_text(key.seed), "not_before": key.not_before} for key in kept]
    retired = max(retired, secret.get("retired", 0))
    return Rotation({**secret, "keys": rows, "retired": retired}, added, gone)


def seed_text(seed: bytes) -> str:
    return base64.urlsafe_b64encode(seed).decode()
