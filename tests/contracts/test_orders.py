"""Orders and Seats: the lock. Every condition of a change by itself, on the fake and on DynamoDB."""

import base64
from dataclasses import replace

import pytest

from box_office.adapters.cursors import cursor_of, keys_of
from box_office.domain.errors import InvalidRequest
from box_office.domain.orders import KeyRecord, Order, Status
from box_office.domain.seats import SeatAct, SeatRow
from box_office.ports import ChangeRefused
from tests.contracts.conftest import Table
from tests.examples import MINUTE, SECOND, TODAY, begun, changed, order, ticket

TAKE, KEEP, EXTEND, FREE = SeatAct.TAKE, SeatAct.KEEP, SeatAct.EXTEND, SeatAct.FREE
LATER = TODAY + 20 * MINUTE


def held_row(seat_id: str = "A1", until: int = TODAY + 10 * MINUTE, version: int = 3, pinned: bool = False) -> SeatRow:
    return SeatRow(seat_id, "hold", version, "or_9", "grace", "ev_1", until, pinned)


def as_written(order: Order, now: int = TODAY) -> Order:
    """Every change says when it was made."""
    return replace(order, changed_at=now)


def refused(table: Table, change, now: int = TODAY) -> ChangeRefused:
    with pytest.raises(ChangeRefused) as caught:
        table.orders.commit(change, now, "token-refused")
    return caught.value


def test_a_first_hold_writes_the_order_and_a_first_version_of_its_seats(table: Table) -> None:
    table.orders.commit(begun(order(seats="A1 A2")), TODAY, "t1")

    assert table.orders.newest("ada", "ev_1", None) == as_written(order(seats="A1 A2"))
    assert sorted(table.seats.of_event("ev_1"), key=lambda row: row.seat_id) == [
        SeatRow("A1", "hold", 1, "or_1", "ada", "ev_1", TODAY + 10 * MINUTE, False),
        SeatRow("A2", "hold", 1, "or_1", "ada", "ev_1", TODAY + 10 * MINUTE, False),
    ]


def test_everything_that_an_order_knows_comes_back(table: Table) -> None:
    key = KeyRecord("HoldSeat", "k", "f", 201, {"seats": [["A1", 1150]], "hold_until": TODAY})
    full = order(earlier_tickets=2, reason="queued_too_long", keys=(key,), tickets=(ticket("A1"),))
    table.orders.commit(begun(full), TODAY, "t1")

    assert table.orders.newest("ada", "ev_1", None) == as_written(full)


@pytest.mark.parametrize(
    ("row", "now"),
    [
        (SeatRow("A1", "empty", 4), TODAY),
        (held_row(until=TODAY - 1 * SECOND), TODAY),
    ],
    ids=["empty", "lapsed a second ago"],
)
def test_a_seat_that_is_empty_or_lapsed_may_be_taken(table: Table, row: SeatRow, now: int) -> None:
    table.put_seat("ev_1", row)
    table.orders.commit(begun(order()), now, "t1")

    taken = table.seat("A1")
    assert taken is not None
    assert (taken.order_id, taken.user_id, taken.version) == ("or_1", "ada", row.version + 1)


@pytest.mark.parametrize(
    "row",
    [
        held_row(),
        held_row(until=TODAY - 999),
        held_row(until=TODAY - 60 * MINUTE, pinned=True),
        SeatRow("A1", "booked", 5, "or_9", "grace", "ev_1"),
    ],
    ids=["held", "lapsed less than a second ago", "pinned, whatever its time", "booked"],
)
def test_a_seat_that_is_somebodys_is_not_taken_and_its_row_comes_back(table: Table, row: SeatRow) -> None:
    table.put_seat("ev_1", row)
    refusal = refused(table, begun(order(seats="A1 A2")))

    assert (refusal.order_failed, refusal.seats) == (False, (row,))
    assert table.orders.newest("ada", "ev_1", None) is None
    assert table.seats.of_event("ev_1") == [row], "all or nothing: the other seat was written"


def test_only_one_order_begins(table: Table) -> None:
    first = order()
    table.orders.commit(begun(first), TODAY, "t1")
    refusal = refused(table, begun(order("or_2", seats="A2")))

    assert (refusal.order_failed, refusal.order) == (True, as_written(first))
    assert table.seat("A2") is None


@pytest.mark.parametrize("before", [order(revision=2), order("or_0")], ids=["another revision", "another order"])
def test_a_change_expects_the_order_that_was_read(table: Table, before) -> None:
    first = order(seats="A1 A2")
    table.orders.commit(begun(first), TODAY, "t1")
    after = replace(first, seat_prices={"A1": 1150}, revision=3)
    refusal = refused(table, changed(before, after, {"A1": KEEP, "A2": FREE}))

    assert (refusal.order_failed, refusal.order) == (True, as_written(first))
    assert table.seat("A2").status == "hold"


def test_kept_extended_freed_and_taken_seats_move_together(table: Table) -> None:
    first = order(seats="A1 A2")
    table.orders.commit(begun(first), TODAY, "t1")
    later = TODAY + 15 * MINUTE
    after = replace(first, seat_prices={"A1": 1150, "A3": 1500}, revision=2, hold_until=later)
    table.orders.commit(changed(first, after, {"A1": EXTEND, "A3": TAKE, "A2": FREE}), TODAY, "t2")

    assert table.seat("A1") == SeatRow("A1", "hold", 2, "or_1", "ada", "ev_1", later, False)
    assert table.seat("A2") == SeatRow("A2", "empty", 2)
    assert table.seat("A3") == SeatRow("A3", "hold", 1, "or_1", "ada", "ev_1", later, False)
    assert table.orders.newest("ada", "ev_1", None) == as_written(after)


def test_a_kept_seat_is_not_written(table: Table) -> None:
    first = order(seats="A1 A2")
    table.orders.commit(begun(first), TODAY, "t1")
    after = replace(first, seat_prices={"A1": 1150}, revision=2)
    table.orders.commit(changed(first, after, {"A1": KEEP, "A2": FREE}), TODAY, "t2")

    assert table.seat("A1").version == 1


@pytest.mark.parametrize("act", [KEEP, EXTEND, FREE])
@pytest.mark.parametrize(
    "row",
    [
        held_row("A2"),
        SeatRow("A2", "empty", 9),
        SeatRow("A2", "hold", 9, "or_1", "ada", "ev_1", TODAY, True),
        SeatRow("A2", "booked", 9, "or_1", "ada", "ev_1"),
    ],
    ids=["a newer owner's", "empty", "pinned", "booked"],
)
def test_a_seat_that_is_no_longer_the_orders_is_left_alone(table: Table, act: SeatAct, row: SeatRow) -> None:
    first = order(seats="A1 A2")
    table.orders.commit(begun(first), TODAY, "t1")
    table.put_seat("ev_1", row)
    refusal = refused(table, changed(first, replace(first, revision=2), {"A1": FREE, "A2": act}))

    assert (refusal.order_failed, refusal.seats) == (False, (row,))
    assert table.seat("A1").status == "hold"
    assert table.orders.newest("ada", "ev_1", None).revision == 1


def test_a_new_order_moves_the_old_one_aside_and_takes_over_its_lapsed_seats_at_once(table: Table) -> None:
    first = order(seats="A1")
    table.orders.commit(begun(first), TODAY, "t1")
    end = TODAY + 10 * MINUTE  # others must wait a second more
    second = order("or_2", seats="A1 A2", revision=2, hold_until=end + 10 * MINUTE, first_held_at=end)
    table.orders.commit(begun(second, first, end), end, "t2")

    assert table.orders.newest("ada", "ev_1", None) == as_written(second, end)
    assert table.orders.current("ada", "ev_1", "or_1") is None
    aside = table.orders.find("ada", "ev_1", "or_1")
    assert (aside.status, aside.seat_prices, aside.revision) == (Status.EXPIRED, {"A1": 1150}, 2)
    assert table.seat("A1").order_id == "or_2"


@pytest.mark.parametrize(
    "row",
    [
        SeatRow("A1", "booked", 2, "or_1", "ada", "ev_1"),
        SeatRow("A1", "hold", 2, "or_1", "ada", "ev_1", TODAY, pinned=True),
    ],
    ids=["booked", "pinned"],
)
def test_not_even_its_owner_takes_a_booked_or_pinned_seat_again(table: Table, row: SeatRow) -> None:
    booked = order(status=Status.BOOKED, tickets=(ticket("A1"),))
    table.put_order(booked)
    table.put_seat("ev_1", row)
    refusal = refused(table, begun(order("or_2", seats="A1", revision=2), booked, LATER), LATER)

    assert (refusal.order_failed, refusal.seats) == (False, (row,))
    assert table.seat("A1") == row, "a seat with a ticket went back on hold: it can be sold twice"


def test_a_new_order_takes_over_no_seat_that_another_holds_by_now(table: Table) -> None:
    """The order that it sets aside names the seat still."""
    first = order(seats="A1", hold_until=TODAY)
    table.put_order(first)
    table.put_seat("ev_1", held_row("A1", until=LATER + 10 * MINUTE))
    refusal = refused(table, begun(order("or_2", seats="A1", revision=2), first, LATER), LATER)

    assert (refusal.order_failed, [row.order_id for row in refusal.seats]) == (False, ["or_9"])
    assert table.seat("A1").order_id == "or_9"


def test_the_same_token_writes_once(table: Table) -> None:
    first = order(seats="A1 A2")
    table.orders.commit(begun(first), TODAY, "t1")
    table.orders.commit(begun(first), TODAY, "t1")

    assert table.seat("A1").version == 1
    assert table.orders.newest("ada", "ev_1", None).revision == 1


def test_reads_of_seats_leave_out_what_nobody_touched(table: Table) -> None:
    table.put_seat("ev_1", held_row("A1"))
    table.put_seat("ev_2", held_row("A2"))

    assert table.seats.named("ev_1", ["A1", "A2"]) == [held_row("A1")]
    assert table.seats.of_event("ev_1") == [held_row("A1")]
    assert table.seats.of_event("ev_3") == []


def test_a_clerks_sales_of_one_event_stand_beside_each_other(table: Table) -> None:
    plain = order("or_1", "clerk", "A1")
    first = order("or_2", "clerk", "A2", sale="s1")
    second = order("or_3", "clerk", "A3", sale="s2")
    for each in (plain, first, second):
        table.orders.commit(begun(each), TODAY, f"token-{each.order_id}")
    plain, first, second = as_written(plain), as_written(first), as_written(second)

    assert table.orders.newest("clerk", "ev_1", None) == plain
    assert table.orders.newest("clerk", "ev_1", "s1") == first
    assert [table.orders.current("clerk", "ev_1", name) for name in ("or_1", "or_2", "or_3")] == [plain, first, second]
    assert table.orders.find("clerk", "ev_1", "or_3") == second
    assert table.orders.current("grace", "ev_1", "or_2") is None


def test_an_order_set_aside_by_the_next_of_its_sale_is_found_but_not_current(table: Table) -> None:
    first = order("or_1", "clerk", "A1", sale="s1", status=Status.RELEASED)
    table.put_order(first)
    table.orders.commit(begun(order("or_2", "clerk", "A2", sale="s1", revision=2), first), TODAY, "t1")

    assert table.orders.current("clerk", "ev_1", "or_1") is None
    assert table.orders.find("clerk", "ev_1", "or_1").status is Status.RELEASED


def test_newest_orders_of_several_events_come_in_one_call(table: Table) -> None:
    for event_id in ("ev_1", "ev_3"):
        table.orders.commit(begun(order(f"or_{event_id}", event_id=event_id)), TODAY, f"token-{event_id}")

    found = table.orders.newest_of_events("ada", ["ev_1", "ev_2", "ev_3"])
    assert sorted(each.event_id for each in found) == ["ev_1", "ev_3"]
    assert list(table.orders.newest_of_events("ada", [])) == []


def test_only_orders_that_hold_seats_count_as_live_holds(table: Table) -> None:
    for event_id, facts in {
        "ev_1": {},
        "ev_2": {"status": Status.RELEASED},
        "ev_3": {"hold_until": TODAY + 1},
        "ev_4": {"first_held_at": TODAY - 30 * MINUTE},
        "ev_5": {"status": Status.BOOKED},
    }.items():
        each = order(f"or_{event_id}", event_id=event_id, **facts)
        table.put_order(each)

    live = table.orders.live_holds("ada", TODAY - 30 * MINUTE, TODAY + 1)
    assert [each.event_id for each in live] == ["ev_1"]


def test_history_pages_through_all_orders_newest_first(table: Table) -> None:
    for number in range(5):
        table.put_order(
            order(f"or_{number}", event_id=f"ev_{number}", first_held_at=TODAY + number, superseded=number == 0)
        )
    foreign = order("or_9", "grace")
    table.put_order(foreign)

    pages, cursor = [], None
    for _ in range(5):
        page, cursor = table.orders.history("ada", 2, cursor)
        pages.append([each.order_id for each in page])
        if cursor is None:
            break
    assert [name for page in pages for name in page] == ["or_4", "or_3", "or_2", "or_1", "or_0"]
    assert all(len(page) <= 2 for page in pages)


def test_the_orders_of_a_theater_are_found_among_a_users_next_five_hundred(table: Table) -> None:
    for number in range(1, 506):
        theater = "lisboa" if number in (1, 5, 6, 505) else "london"
        facts = {"event_id": f"ev_{number}", "theater_id": theater, "first_held_at": TODAY - number}
        table.put_order(order(f"or_{number}", **facts))
    table.put_order(order("or_0", "grace"))

    first, cursor = table.orders.in_theater("ada", "lisboa", 2, None)
    assert [each.order_id for each in first] == ["or_1", "or_5"]
    assert cursor is not None and keys_of(cursor) == ["ev_5", TODAY - 5], "the cursor is of an order that was given"
    second, end = table.orders.in_theater("ada", "lisboa", 2, cursor)
    assert ([each.order_id for each in second], end) == (["or_6", "or_505"], None), "five hundred from the cursor on"
    whole, end = table.orders.in_theater("ada", "lisboa", 3, None)
    assert ([each.order_id for each in whole], end) == (["or_1", "or_5", "or_6"], None), "what is further is not read"
    assert table.orders.in_theater("ada", "porto", 2, None) == ([], None)


def test_a_foreign_cursor_shows_nothing_foreign(table: Table) -> None:
    for user in ("ada", "grace"):
        for number in range(3):
            each = order(f"or_{user}_{number}", user, event_id=f"ev_{number}", first_held_at=TODAY + number)
            table.put_order(each)
    _, cursor = table.orders.history("grace", 1, None)

    page, _ = table.orders.history("ada", 10, cursor)
    assert {each.user_id for each in page} <= {"ada"}


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "%%%", "bm90IGpzb24=", "WzEsMl0=", "🎬", "WyJhIiwgMWU5XQ==", "WyIiLCAxXQ==", "[" * 7_000],
)
def test_a_cursor_that_no_page_gave_is_refused(table: Table, cursor: str) -> None:
    with pytest.raises(InvalidRequest):
        table.orders.history("ada", 10, cursor)


@pytest.mark.parametrize("keys", [[], ["ev_1"], ["", 1], ["x" * 201, 1], ["ev_1", -1], ["ev_1", 10**50], [1, "ev_1"]])
def test_a_forged_cursor_to_what_no_row_can_be_is_refused(table: Table, keys: list[str | int]) -> None:
    with pytest.raises(InvalidRequest):
        table.orders.history("ada", 10, cursor_of(keys))


def test_a_cursor_of_an_earlier_release_is_refused(table: Table) -> None:
    with pytest.raises(InvalidRequest):
        table.orders.history("ada", 10, base64.urlsafe_b64encode(b'["ev_1", 1790000000000]').decode())


END_OF_A_QUEUED_HOLD = order(status=Status.RELEASED, superseded=True, sale="s1")


@pytest.fixture
def in_two_places(table: Table) -> Table:
    """A hold of a sale was let go while it waited; then its write of unknown outcome was done after all."""
    table.put_order(END_OF_A_QUEUED_HOLD)
    table.put_order(order(sale="s1"))
    return table


def test_an_order_in_two_places_is_found_as_the_newest(in_two_places: Table) -> None:
    made = order(sale="s1")
    assert in_two_places.orders.find("ada", "ev_1", "or_1") == made
    assert in_two_places.orders.by_id("or_1") == made
    assert in_two_places.orders.history("ada", 10, None)[0] == [made], "one order is listed twice"
    assert in_two_places.orders.archived(made.ref) == END_OF_A_QUEUED_HOLD


def test_an_order_is_set_aside_over_an_older_state_of_itself_and_never_over_a_newer(in_two_places: Table) -> None:
    made, new = order(sale="s1"), order("or_2", seats="B1", sale="s1", revision=2)
    in_two_places.orders.commit(begun(new, made, LATER), LATER, "t1")

    aside = in_two_places.orders.archived(made.ref)
    assert aside is not None
    assert (aside.status, aside.revision) == (Status.EXPIRED, 2)
    in_two_places.put_order(made)  # as if it had come back
    assert refused(in_two_places, begun(order("or_3", seats="B2", sale="s1", revision=2), made, LATER)).order_failed
