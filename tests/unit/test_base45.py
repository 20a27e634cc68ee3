"""Base45: the examples of RFC 9285, and that every text has one meaning."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from box_office.domain import base45

# RFC 9285 sections 4.3 and 4.4
EXAMPLES = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")]


@pytest.mark.parametrize(("raw", "text"), EXAMPLES)
def test_bytes_are_written_as_in_the_rfc(raw: bytes, text: str) -> None:
    assert base45.encode(raw) == text
    assert base45.decode(text) == raw


@pytest.mark.parametrize("text", ["A", "GGW0", "GGX", ":::", "::", "bb8", "B B8é", "BB8\n", "_AA", "FGX"])
def test_what_no_bytes_are_written_as_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        base45.decode(text)


def test_the_greatest_group_of_the_rfc_is_read() -> None:
    assert base45.decode("FGW") == b"\xff\xff"


@given(st.binary(max_size=120))
def test_what_is_written_is_read(raw: bytes) -> None:
    text = base45.encode(raw)
    assert base45.decode(text) == raw
    assert len(text) == len(raw) // 2 * 3 + len(raw) % 2 * 2
    assert text == text.rstrip(), "a scanner may trim what it read"


@given(st.text(base45.ALPHABET, max_size=12))
def test_bytes_are_written_in_one_way_only(text: str) -> None:
    try:
        raw = base45.decode(text)
    except ValueError:
        return
    assert base45.encode(raw) == text
