"""An order in time, letting go of it, a seat's row, and the map of a room."""

import json
from enum import StrEnum

import pytest

from box_office.adapters.dynamodb.values import from_value, to_value
from box_office.adapters.valkey.seats import packed
from box_office.domain.order_keys import OrderKey, archive_key, current_key, parse_order_key
from box_office.domain.orders import Status
from box_office.domain.provider_answers import OutcomeState
from box_office.domain.seat_map import SeatState, soonest_release, state_of
from box_office.domain.seats import SeatRow, SeatStatus
from tests.examples import MINUTE, SECOND, TODAY, order

END = TODAY + 10 * MINUTE


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.HELD])
def test_time_changes_no_other_state(status: Status) -> None:
    assert order(status=status).status_at(END + MINUTE) is status
    assert order(status=status).seconds_left(TODAY) == 0
    assert not order(status=status).holds_seats(TODAY)


def test_an_order_lies_under_its_event_until_a_newer_one_moves_it_aside() -> None:
    assert (current_key("ev_1"), current_key("ev_1", "s1"), archive_key("ev_1", "or_1")) == (
        "ev_1",
        "ev_1@s1",
        "ev_1#or_1",
    )
    aside = order(revision=4).as_superseded(END)
    assert (aside.key, aside.status, aside.revision) == ("ev_1#or_1", Status.EXPIRED, 5)
    assert order(sale="s1").key == "ev_1@s1"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ev_1", OrderKey("ev_1")),
        ("ev_1@s1", OrderKey("ev_1", sale="s1")),
        ("ev_1#or_1", OrderKey("ev_1", order_id="or_1")),
    ],
)
def test_an_orders_key_is_read_as_it_is_written(text: str, key: OrderKey) -> None:
    assert (str(key), parse_order_key(text)) == (text, key)
    assert key.is_archive is (text == "ev_1#or_1")


def test_keys_of_events_sales_and_orders_never_meet() -> None:
    """Ids have neither sign: no event is called like another event's sale or order."""
    from box_office.wrong_values import ID

    assert ID.fullmatch(current_key("ev_1"))
    assert not ID.fullmatch(current_key("ev_1", "s1"))
    assert not ID.fullmatch(archive_key("ev_1", "or_1"))


def row(
    status: str = "hold", user: str | None = "grace", until: int = END, pinned: bool = False, key: str = "ev_1"
) -> SeatRow:
    return SeatRow("A1", status, 1, "or_9", user, key, until, pinned)


@pytest.mark.parametrize(
    ("seat", "now", "worth_asking"),
    [
        (row("empty"), TODAY, True),
        (row(), END + 999, False),
        (row(), END + 1_000, True),
        (row(user="ada"), TODAY, True),
        (row(user="ada", pinned=True), TODAY, True),
        (row(pinned=True), END + 60 * MINUTE, False),
        (row("booked", user="ada"), END + 60 * MINUTE, False),
        (row(user="ada", key="ev_1@s1"), TODAY, False),
    ],
)
def test_a_row_says_whether_asking_the_table_is_worth_it(seat: SeatRow, now: int, worth_asking: bool) -> None:
    assert seat.can_be_taken("ada", now, 1_000) is worth_asking


@pytest.mark.parametrize(
    ("key", "holder"), [("ev_1", "clerk"), ("ev_1@s1", "clerk@s1"), ("ev_1#or_9", "clerk")], ids=["none", "s1", "aside"]
)
def test_a_row_tells_the_sale_that_holds_it(key: str, holder: str) -> None:
    assert row(user="clerk", key=key).holder == holder
    assert row("empty", user=None).holder is None
    assert row(user="clerk", key="ev_1@s1").holder == order(user_id="clerk", sale="s1").holder


@pytest.mark.parametrize(
    ("seat", "now", "shown"),
    [
        (row("empty"), TODAY, SeatState("empty")),
        (row(), END + 999, SeatState("hold", END + 1_000)),
        (row(), END + 1_000, SeatState("empty")),
        (row(pinned=True), END + 60 * MINUTE, SeatState("hold")),
        (row("booked"), END + 60 * MINUTE, SeatState("booked")),
    ],
)
def test_everybody_sees_a_lapsed_hold_as_empty_a_second_after_its_end(
    seat: SeatRow, now: int, shown: SeatState
) -> None:
    assert state_of(seat, now, 1_000) == shown


@pytest.mark.parametrize(
    ("states", "release"),
    [
        ({}, None),
        ({"A1": SeatState("hold", END)}, None),
        ({"A1": SeatState("hold", END), "A2": SeatState("empty")}, None),
        ({"A1": SeatState("hold", END), "A2": SeatState("booked")}, END),
        ({"A1": SeatState("hold", END), "A2": SeatState("hold", END - SECOND)}, END - SECOND),
        ({"A1": SeatState("hold"), "A2": SeatState("hold", END)}, END),
        ({"A1": SeatState("booked"), "A2": SeatState("hold")}, None),
    ],
)
def test_the_next_release_is_told_when_nothing_is_free_but_a_hold_will_lapse(states: dict, release: int | None) -> None:
    assert soonest_release(states, 2) == release


@pytest.mark.parametrize("word", [*SeatStatus, *OutcomeState, *Status], ids=repr)
def test_a_member_of_an_enumeration_leaves_as_its_plain_word(word: StrEnum) -> None:
    written = to_value(word)

    assert written == {"S": word.value}
    assert type(written["S"]) is str
    assert from_value(written) == word
    assert json.dumps({word: word}) == json.dumps({word.value: word.value})
    assert f"{word}" == word.value


@pytest.mark.parametrize("status", SeatStatus)
def test_the_cache_gets_a_seats_status_as_its_plain_word(status: SeatStatus) -> None:
    assert packed(SeatRow("A1", status, 3)) == f"A1|{status.value}||0|3||0"
