"""The cursor of the list of films: opaque to the caller, with a check, so that a mangled one is refused."""

import base64
import hashlib
import json
from dataclasses import dataclass

from box_office.domain.errors import InvalidRequest
from box_office.wrong_values import ID

CHECK_BYTES = 6
CURSOR_CHARACTERS_MAX = 9_000  # a title in another script is written as escapes
SORT_KEY_BYTES_MAX = 1_024


@dataclass(frozen=True, order=True)
class Position:
    """The last film of a page, by the keys that the list is sorted by."""

    title_key: str
    movie_id: str


def encode(position: Position) -> str:
    payload = json.dumps([position.title_key, position.movie_id], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(check_of(payload) + payload).decode().rstrip("=")


def decode(cursor: str) -> Position:
    """Raises InvalidRequest. The check guards against accidents only: it is no secret, and titles are public."""
    try:
        if len(cursor) > CURSOR_CHARACTERS_MAX:
            raise ValueError("too long")
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        title_key, movie_id = json.loads(raw[CHECK_BYTES:])
        position = Position(title_key, movie_id)
        if not could_be_a_row(position):
            raise ValueError("no row has such keys")
        if encode(position) != cursor:  # another check, or another spelling of the same bytes
            raise ValueError("not of our making")
    except (ValueError, TypeError) as error:
        raise InvalidRequest("cursor is not one that this API gave out.", "cursor") from error
    return position


def could_be_a_row(position: Position) -> bool:
    """Whether the film index could hold such keys. So a forged cursor lists no film, and DynamoDB raises no error."""
    if not isinstance(position.title_key, str) or not isinstance(position.movie_id, str):
        return False
    fits = len(position.title_key.encode()) <= SORT_KEY_BYTES_MAX
    return fits and bool(ID.fullmatch(position.movie_id)) and position.title_key.endswith(f"#{position.movie_id}")


def check_of(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()[:CHECK_BYTES]
