"""A ticket's code since 2026-11-29, `BO2:...`: signed, so that a gate without a network can tell it from a forged one.

BO2:<Base45 of payload and signature>

payload, 32 to 35 bytes                          signature, 64 bytes
1   the version, 2                               Ed25519 over the ASCII `BO2:` and the payload
1   the key's number
16  the order's id: `or_` and 32 hex digits
8   of SHA-256 of the event's id, the first
4   the start, minutes since the epoch, big endian
1   the seat's length
n   the seat, ASCII
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from box_office.domain import base45
from box_office.domain.errors import UnknownTicket
from box_office.domain.ticket_keys import KeyRing, TicketKey

PREFIX = "BO2:"
VERSION = 2
EVENT_BYTES, SIGNATURE_BYTES = 8, 64
HEAD_BYTES = 31  # of the payload, before the seat
SEAT_BYTES_MAX = 4
MINUTE_MS = 60_000
ORDER_ID = re.compile(r"or_([0-9a-f]{32})")
CODE_LENGTH_MAX = len(PREFIX) + 149  # 99 bytes in Base45

Sign = Callable[[bytes, bytes], bytes]  # message, seed -> signature
Verify = Callable[[bytes, bytes, bytes], bool]  # message, signature, seed of the key that should have made it


@dataclass(frozen=True)
class Seat:
    """Which ticket a code names: that of one seat of an order."""

    order_id: str
    event_id: str
    movie_time: int  # epoch milliseconds
    seat_id: str

    @property
    def fits(self) -> bool:
        """Only ids that some earlier release may have made do not."""
        seat = self.seat_id
        return bool(ORDER_ID.fullmatch(self.order_id)) and seat.isascii() and 0 < len(seat) <= SEAT_BYTES_MAX


def signed_code(named: Seat, key: TicketKey, sign: Sign) -> str:
    """`named` fits."""
    payload = payload_of(named, key.number)
    return PREFIX + base45.encode(payload + sign(PREFIX.encode() + payload, key.seed))


def payload_of(named: Seat, key_number: int) -> bytes:
    seat = named.seat_id.encode("ascii")
    return (
        bytes([VERSION, key_number])
        + bytes.fromhex(named.order_id.removeprefix("or_"))
        + event_mark(named.event_id)
        + (named.movie_time // MINUTE_MS).to_bytes(4, "big")
        + bytes([len(seat)])
        + seat
    )


def event_mark(event_id: str) -> bytes:
    return hashlib.sha256(event_id.encode()).digest()[:EVENT_BYTES]


def read_signed_code(code: str, ring: KeyRing, verify: Verify) -> tuple[str, str]:
    """Order and seat. Raises UnknownTicket for anything that no key of the ring signed."""
    unknown = UnknownTicket("This is no ticket of ours.")
    if not code.startswith(PREFIX) or len(code) > CODE_LENGTH_MAX:
        raise unknown
    try:
        raw = base45.decode(code.removeprefix(PREFIX))
    except ValueError as error:
        raise unknown from error
    payload, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    if len(payload) <= HEAD_BYTES or len(payload) != HEAD_BYTES + payload[HEAD_BYTES - 1] or payload[0] != VERSION:
        raise unknown
    key = ring.numbered(payload[1])
    if key is None or not verify(PREFIX.encode() + payload, signature, key.seed):
        raise unknown
    return f"or_{payload[2:18].hex()}", payload[HEAD_BYTES:].decode("ascii")
