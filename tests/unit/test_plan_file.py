"""Reading a plan's JSON, and finding lines in it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from operations.catalogue import plan_file
from operations.catalogue.plan_document import read_plan
from operations.catalogue.planning.plan import Problem


def written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "plan.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ('{\n "movies": [\n  1,,\n', 3, "not JSON"),
        ("", 1, "not JSON"),
        ('{"a": NaN}', 1, "NaN is no number"),
        (b'{\n "title": "\xff"}', 2, "not UTF-8"),
        ("[" * 100_000, 1, "not JSON"),
        ('{"year": ' + "9" * 5_000 + "}", 1, "not JSON"),
    ],
)
def test_what_is_not_json_is_refused_with_its_line(
    tmp_path: Path, content: str | bytes, line: int, reason: str
) -> None:
    with pytest.raises(plan_file.Unreadable) as refused:
        plan_file.read(written(tmp_path, content))
    assert refused.value.line == line
    assert reason in refused.value.reason


def test_fractions_are_read_exactly(tmp_path: Path) -> None:
    document, _ = plan_file.read(written(tmp_path, '{"price": 0.1}'))
    assert document == {"price": Decimal("0.1")}


def test_a_member_given_twice_does_not_win_silently(tmp_path: Path) -> None:
    document, _ = plan_file.read(written(tmp_path, '{"title": "a", "title": "b"}'))
    assert document == {"title": "a", "title (given twice)": "b"}


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ('{"movies": [], "movies": []}', ("movies",), "movies is given twice"),
        ('{"movies": [{"title": "a", "title": "b"}]}', ("movies", 0, "title"), "movies[0].title is given twice"),
        (
            '{"events": [{"prices": {"standard": 1, "standard": 2}}]}',
            ("events", 0, "prices", "standard"),
            "events[0].prices.standard is given twice",
        ),
    ],
)
def test_a_member_given_twice_is_told_in_plain_words(tmp_path: Path, text: str, path: Any, reason: str) -> None:
    wanted, problems = read_plan(plan_file.read(written(tmp_path, text))[0])
    assert wanted is None
    assert Problem(path, reason) in problems


def test_a_byte_order_mark_is_no_part_of_the_plan(tmp_path: Path) -> None:
    assert plan_file.read(written(tmp_path, b"\xef\xbb\xbf{}"))[0] == {}


TEXT = """{
 "movies": [
  {"movie_id": "a", "title": "quote \\" and ] , {"},
  {
   "movie_id": "b"
  }
 ],
 "events": []
}"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("movies",), 2),
        (("movies", 0, "title"), 3),
        (("movies", 1), 4),
        (("movies", 1, "movie_id"), 5),
        (("movies", 1, "title"), 4),  # missing: the line of the film that lacks it
        (("events",), 8),
        (("rooms", 3), 1),
    ],
)
def test_a_place_is_found_on_its_line(place: plan_file.Place, line: int) -> None:
    assert plan_file.lines_of(TEXT, [place]) == {place: line}


def places_of(value: Any, place: plan_file.Place = ()) -> list[plan_file.Place]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(inner for name, one in members for inner in places_of(one, (*place, name)))]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    )
)
def test_every_value_of_any_document_is_met_once_in_order(document: Any) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=False)
    met = list(plan_file.positions(text))
    assert [place for place, _ in met] == places_of(document)
    assert [line for _, line in met] == sorted(line for _, line in met)
