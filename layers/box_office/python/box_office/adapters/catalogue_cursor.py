"""Where a list of films goes on: opaque to the caller, and checked, so that a mangled one is refused."""

import base64
import hashlib
import json
from dataclasses import dataclass

from box_office.domain.errors import InvalidRequest

CHECK_BYTES = 6
CURSOR_CHARACTERS_MAX = 2_048


@dataclass(frozen=True, order=True)
class Position:
    """The last film of a page, by the order of the list."""

    title_key: str
    movie_id: str


def encode(position: Position) -> str:
    payload = json.dumps([position.title_key, position.movie_id], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(check_of(payload) + payload).decode().rstrip("=")


def decode(cursor: str) -> Position:
    """Raises InvalidRequest. The check guards against accidents only: titles are public, nothing hides behind it."""
    try:
        if len(cursor) > CURSOR_CHARACTERS_MAX:
            raise ValueError("too long")
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        check, payload = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
        if check != check_of(payload):
            raise ValueError("check")
        position = Position(*json.loads(payload))
        if encode(position) != cursor:  # base64 has several spellings of the same bytes
            raise ValueError("spelling")
    except (ValueError, TypeError) as error:
        raise InvalidRequest("cursor is not one that this API gave out.", "cursor") from error
    return position


def check_of(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:CHECK_BYTES]
