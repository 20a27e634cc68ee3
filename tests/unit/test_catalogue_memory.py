"""The small parts of the catalogue's adapters: memory, cursors, rows, tags."""

from collections import OrderedDict
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from box_office.adapters.catalogue_cursor import Position, decode, encode
from box_office.adapters.catalogue_memory import Fact, Memory
from box_office.adapters.catalogue_rows import event_of, event_row, movie_row, room_of, room_row, title_key
from box_office.adapters.dynamodb.values import from_item, to_item, to_value
from box_office.adapters.s3_snapshot import bucket_of
from box_office.domain.catalogue import Event, Movie, Room, Row
from box_office.domain.errors import InvalidRequest
from box_office.domain.programme import TIMES_MAX, Display, display_of
from box_office.http_api.etag import etag_of, matches
from operations.catalogue.snapshot_writer import SPREAD, bucket_count

EVENT = Event("ev_1", "m", "t", "r", "3", 10, 30, 10, "EUR", {"standard": 1150}, 5)
MOVIE = Movie("m", "Metropolis", "details", 153, "PG", 1927, "Fritz Lang")

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1), inner, max_size=3),
)


@given(st.dictionaries(st.text(min_size=1), values, max_size=5))
def test_a_row_comes_back_from_the_table_as_it_was(row: dict[str, Any]) -> None:
    assert from_item(to_item(row)) == row


@pytest.mark.parametrize("value", [1.5, {1, 2}, b"bytes", object()])
def test_no_row_holds_a_fraction_or_a_set(value: Any) -> None:
    with pytest.raises(TypeError):
        to_value(value)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 5), st.booleans()), max_size=60))
def test_memory_keeps_what_was_used_last_within_its_weight(steps: list[tuple[str, int, bool]]) -> None:
    memory: Memory[list[int]] = Memory(1_000, 10, len)
    model: OrderedDict[str, list[int]] = OrderedDict()
    for key, size, put in steps:
        if put:
            memory.put(key, Fact([0] * size, 0))
            model.pop(key, None)
            model[key] = [0] * size
            while sum(map(len, model.values())) > 10:
                model.popitem(last=False)
        else:
            fact = memory.get(key)
            assert (fact and fact.value) == model.get(key)
            if key in model:
                model.move_to_end(key)


def test_a_fact_is_fresh_for_less_than_the_time_given() -> None:
    memory: Memory[str] = Memory(1_000, 10)
    memory.put("key", Fact("value", 5_000))
    assert memory.fresh("key", 5_999) is not None
    assert memory.fresh("key", 6_000) is None
    assert memory.get("key") is not None


@given(st.text(max_size=200), st.from_regex(r"\A[A-Za-z0-9_.-]{1,64}\Z"))
def test_a_cursor_leads_back_to_its_position(title: str, movie_id: str) -> None:
    position = Position(title_key(title, movie_id), movie_id)
    assert decode(encode(position)) == position


@pytest.mark.parametrize(
    "position",
    [
        Position("", ""),
        Position("a#", ""),
        Position("a", "m"),
        Position("a#m m", "m m"),
        Position("\ud800#m", "m"),
        Position("a" * 1_024 + "#m", "m"),
        Position(1, 2),
        Position(["#m"], "m"),
    ],
)
def test_a_forged_cursor_to_what_no_row_can_be_is_refused(position: Position) -> None:
    with pytest.raises(InvalidRequest):
        decode(encode(position))


def test_a_cursor_spelt_otherwise_is_refused() -> None:
    cursor = encode(Position("a#m", "m"))
    assert decode(cursor)
    for other in (cursor + "=", cursor + "==", " " + cursor, cursor[:-1], "A" + cursor[1:]):
        with pytest.raises(InvalidRequest):
            decode(other)


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    try:
        position = decode(text)
    except InvalidRequest as refusal:
        assert refusal.members == {"param": "cursor"}
    else:
        assert encode(position) == text


def test_an_events_row_carries_its_cancelling_only_when_it_is_cancelled() -> None:
    assert "cancelled_at" not in event_row(EVENT)
    cancelled = replace(EVENT, cancelled_at=7)
    assert (event_of(event_row(EVENT)), event_of(event_row(cancelled))) == (EVENT, cancelled)


def test_a_films_row_is_in_the_index_only_with_times_to_come() -> None:
    assert {"on_display", "title_key", "movie_times"}.isdisjoint(movie_row(MOVIE, Display()))
    assert movie_row(MOVIE, Display((5,)))["on_display"] == "yes"


def test_a_room_comes_back_with_its_layout() -> None:
    room = Room("r", "t", "3", (Row("A", "sspp", (2,)), Row("B", "wc")))
    assert room_of(room_row(room)) == room
    assert room_row(room)["all_seats"] == ["A1", "A2", "A3", "A4", "B1", "B2"]


def test_titles_sort_without_case_and_accents_and_fit_a_key() -> None:
    assert sorted(["Été", "eta", "ETC"], key=lambda title: title_key(title, "x")) == ["eta", "ETC", "Été"]
    assert title_key("Same", "a") != title_key("Same", "b")
    assert len(title_key("\ufdfa" * 200, "x" * 64).encode()) <= 1_024  # a ligature of eighteen letters


def test_a_film_keeps_its_next_times_and_knows_when_there_are_more() -> None:
    assert display_of([3, 1, 3, 2]) == Display((1, 2, 3), cut=False)
    many = display_of(range(TIMES_MAX + 1))
    assert (len(many.times), many.cut) == (TIMES_MAX, True)


@given(st.text(min_size=1), st.integers(0, 10**7))
def test_a_bucket_is_a_part_of_one_scratch_file_or_made_of_whole_ones(key: str, rows: int) -> None:
    count = bucket_count(rows)
    assert count & (count - 1) == 0
    assert bucket_of(key, SPREAD) % min(count, SPREAD) == bucket_of(key, count) % min(count, SPREAD)


def test_buckets_grow_with_the_rows_and_their_size_does_not() -> None:
    assert [bucket_count(rows) for rows in (0, 1, 256, 257, 100_000)] == [1, 1, 1, 2, 512]


def test_a_tag_is_blind_to_the_time_of_reading_and_to_nothing_else() -> None:
    assert etag_of({"a": 1, "as_of": "x"}) == etag_of({"a": 1, "as_of": "y"})
    assert etag_of({"a": 1}) != etag_of({"a": 2})


@pytest.mark.parametrize(
    ("sent", "same"),
    [
        ('W/"abc"', True),
        ('"abc"', True),
        ('"x", W/"abc"', True),
        ("*", True),
        ('W/"abd"', False),
        ("abc", False),
        ("", False),
        (None, False),
    ],
)
def test_tags_compare_weakly(sent: str | None, same: bool) -> None:
    assert matches(sent, 'W/"abc"') is same
