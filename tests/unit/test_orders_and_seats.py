"""An order in time, letting go of it, a seat's row, and the map of a room."""

import json
from enum import StrEnum

import pytest

from box_office.adapters.dynamodb.values import from_value, to_value
from box_office.adapters.valkey.seats import packed
from box_office.domain.catalogue import Room, Row
from box_office.domain.errors import AlreadyBooked, PaymentInProgress
from box_office.domain.holding import decide_release
from box_office.domain.order_keys import OrderKey, archive_key, current_key, parse_order_key
from box_office.domain.orders import Status
from box_office.domain.seat_map import SeatState, map_of_room, soonest_release, state_of
from box_office.domain.seats import SeatAct, SeatRow, SeatStatus
from box_office.ports import OutcomeState
from tests.examples import MINUTE, ROOM, SECOND, TODAY, order, ticket

END = TODAY + 10 * MINUTE


@pytest.mark.parametrize(
    ("now", "status", "left"), [(END - 1, "HELD", 0), (END - 1_000, "HELD", 1), (END, "EXPIRED", 0)]
)
def test_a_hold_is_live_until_its_very_end(now: int, status: str, left: int) -> None:
    held = order()
    assert (held.status_at(now), held.seconds_left(now), held.holds_seats(now)) == (status, left, status == "HELD")


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


def test_refunded_tickets_are_not_live() -> None:
    assert order(tickets=(ticket("A1"), ticket("A2", "refunded"), ticket("A3", "checked_in"))).live_tickets == 2


def test_an_orders_price_is_the_sum_of_its_seats() -> None:
    assert order(seat_prices={"A1": 1150, "A3": 1500}).price == 2650


def test_letting_go_frees_all_seats_in_one_change() -> None:
    held = order(seats="A1 A2", revision=3)
    change = decide_release(held, END - 1)

    assert change.acts == {"A1": SeatAct.FREE, "A2": SeatAct.FREE}
    assert (change.before, change.after.status, change.after.revision) == (held, Status.RELEASED, 4)
    assert change.superseded is None


@pytest.mark.parametrize(
    ("status", "now"),
    [(Status.HELD, END), (Status.RELEASED, TODAY), (Status.EXPIRED, TODAY), (Status.UNRESOLVED, TODAY)],
)
def test_what_holds_nothing_has_nothing_to_let_go(status: Status, now: int) -> None:
    assert decide_release(order(status=status), now) is None


@pytest.mark.parametrize(
    ("status", "error"),
    [(Status.PAYING, PaymentInProgress), (Status.PAID, PaymentInProgress), (Status.BOOKED, AlreadyBooked)],
)
def test_what_is_paid_or_booked_is_not_let_go(status: Status, error: type[Exception]) -> None:
    with pytest.raises(error):
        decide_release(order(status=status), END + MINUTE)


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


STATES = {"A1": SeatState("hold", END), "A4": SeatState("booked"), "C1": SeatState("hold")}


def test_the_map_shows_each_row_and_counts_what_is_left_by_category() -> None:
    seen = map_of_room(ROOM, STATES, on_sale=True)

    assert seen.letters == {"A": "heeb", "B": "eeeeeeeeeeee", "C": "heee"}
    assert seen.remaining == {"standard": 13, "premium": 1, "wheelchair": 1, "companion": 2}
    assert seen.available[:3] == ("A2", "A3", "B1")
    assert seen.next_release is None


def test_what_is_not_on_sale_shows_its_seats_and_offers_none() -> None:
    seen = map_of_room(ROOM, STATES, on_sale=False)
    assert seen.letters["A"] == "heeb"
    assert (seen.available, seen.next_release) == ((), None)
    assert set(seen.remaining.values()) == {0}


def test_free_held_and_booked_are_all_of_the_room() -> None:
    letters = "".join(map_of_room(ROOM, STATES, on_sale=True).letters.values())
    assert (letters.count("e"), letters.count("h"), letters.count("b"), len(letters)) == (17, 2, 1, 20)


def test_a_room_shows_only_categories_that_it_has() -> None:
    room = Room("r", "lisboa", "1", (Row("A", "ss"),))
    assert map_of_room(room, {}, on_sale=True).remaining == {"standard": 2}


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
