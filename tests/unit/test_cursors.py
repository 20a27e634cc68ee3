"""Cursors of pages: what comes back is what was given out, and nothing else is let in."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from box_office.adapters.cursors import CHECK_BYTES, CURSOR_CHARACTERS_MAX, checksum, cursor_of, keys_of


def forged(payload: bytes) -> str:
    """With a check that is right: only what it holds can be refused."""
    return base64.urlsafe_b64encode(checksum(payload) + payload).decode().rstrip("=")


@given(st.lists(st.text(max_size=30) | st.integers(), max_size=4))
def test_a_cursor_holds_the_keys_that_it_was_made_of(keys: list[str | int]) -> None:
    assert keys_of(cursor_of(keys)) == keys


def test_the_cursors_of_a_release_before_still_lead_on() -> None:
    assert cursor_of(["metropolis#m", "m"]) == "BRIIrxIsWyJtZXRyb3BvbGlzI20iLCJtIl0"


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    try:
        keys = keys_of(text)
    except ValueError:
        return
    assert cursor_of(keys) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("payload", [b"", b"{}", b'"a"', b"1", b"null", b"[1, 2]", b"[1", b"\xff", b"[" * 6_000])
def test_a_forged_cursor_that_is_no_list_as_we_write_it_is_refused(payload: bytes) -> None:
    with pytest.raises(ValueError):
        keys_of(forged(payload))


def test_a_cursor_that_is_too_long_is_refused_before_it_is_read() -> None:
    longest = CURSOR_CHARACTERS_MAX * 3 // 4 - CHECK_BYTES - len('[""]')
    assert keys_of(cursor_of(["a" * longest]))
    with pytest.raises(ValueError, match="too long"):
        keys_of(cursor_of(["a" * (longest + 1)]))
