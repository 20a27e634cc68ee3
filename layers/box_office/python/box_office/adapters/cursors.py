"""Where a list goes on, as text: the keys of a page's last row. Opaque to the caller, and checked.

A cursor is base64url, without padding, of a checksum and a JSON list. The check guards against accidents only: keys are
no secrets, and what a caller may read never rests on a cursor.
"""

import base64
import hashlib
import json
from collections.abc import Sequence

CHECK_BYTES = 6
CURSOR_CHARACTERS_MAX = 9_000  # a title in another script is written as escapes


def cursor_of(keys: Sequence[str | int]) -> str:
    payload = json.dumps(keys, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(checksum(payload) + payload).decode().rstrip("=")


def keys_of(cursor: str) -> list[object]:
    """The keys may be of any number and type: the caller checks them. Raises ValueError."""
    if len(cursor) > CURSOR_CHARACTERS_MAX:
        raise ValueError("too long")
    raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    try:
        keys = json.loads(raw[CHECK_BYTES:])
        if not isinstance(keys, list):
            raise ValueError("not a list")
        if cursor_of(keys) != cursor:  # another check, or another spelling of the same bytes
            raise ValueError("not of our making")
    except RecursionError as error:
        raise ValueError("lists too deep within each other") from error
    return keys


def checksum(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:CHECK_BYTES]
