"""Where a list of films goes on."""

from dataclasses import dataclass

from box_office.adapters.cursors import cursor_of, keys_of
from box_office.domain.errors import InvalidRequest
from box_office.wrong_values import ID

SORT_KEY_BYTES_MAX = 1_024


@dataclass(frozen=True, order=True)
class Position:
    """The last film of a page, by the keys that the list is sorted by."""

    title_key: str
    movie_id: str


def encode(position: Position) -> str:
    return cursor_of([position.title_key, position.movie_id])


def decode(cursor: str) -> Position:
    """Raises InvalidRequest."""
    try:
        title_key, movie_id = keys_of(cursor)
        if not isinstance(title_key, str) or not isinstance(movie_id, str) or not could_be_a_row(title_key, movie_id):
            raise ValueError("no row has such keys")
    except ValueError as error:
        raise InvalidRequest("cursor is not one that this API gave out.", "cursor") from error
    return Position(title_key, movie_id)


def could_be_a_row(title_key: str, movie_id: str) -> bool:
    """A caller who forges the check as well gets an empty page, not an error of the table's."""
    fits = len(title_key.encode()) <= SORT_KEY_BYTES_MAX
    return fits and bool(ID.fullmatch(movie_id)) and title_key.endswith(f"#{movie_id}")
