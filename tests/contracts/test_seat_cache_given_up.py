"""SeatCache: what a new selection gives up shows as empty with its marks. On the fake and on Valkey in cluster mode."""

import pytest

from box_office.domain.seats import SeatRow
from box_office.ports import Visitor
from tests.contracts.conftest import Cache
from tests.examples import ADA, CLERK, EV_1, GRACE, MINUTE, SECOND, TODAY, held_row, marks, order

LATER = TODAY + MINUTE
ADAS_ROWS = [held_row("A1", user="ada"), held_row("A2", user="ada")]  # of or_ada


def first_hold(cache: Cache, seats: str = "A1 A2") -> None:
    assert cache.port.mark(marks(ADA, seats, "t1", order_id="or_ada"), TODAY).given_up == ()


def test_a_seat_that_is_wanted_no_more_is_anybodys_at_once(cache: Cache) -> None:
    first_hold(cache)
    swapped = cache.port.mark(marks(ADA, "A1 A3", "t2", now=LATER), LATER)

    assert (swapped.marked, swapped.given_up) == (True, ("A2",))
    assert cache.letters("A1 A2 A3", LATER) == "heh"
    assert cache.port.mark(marks(GRACE, "A2", "t3", now=LATER), LATER).marked


def test_a_seat_shown_by_its_row_is_given_up_as_well(cache: Cache) -> None:
    """A reload has replaced the marks."""
    first_hold(cache)
    cache.port.load(EV_1, ADAS_ROWS, LATER, None)
    for token, seats, given_up in (("t2", "A1 A2 A3", ()), ("t3", "A2", ("A1", "A3")), ("t4", "A4", ("A2",))):
        cache.port.load(EV_1, ADAS_ROWS, LATER, None)
        assert cache.port.mark(marks(ADA, seats, token, now=LATER), LATER).given_up == given_up
    assert cache.letters("A1 A2 A3 A4", LATER) == "eeeh"


@pytest.mark.parametrize(
    "row",
    [
        held_row("A2", user="ada", pinned=True),
        SeatRow("A2", "booked", 2, "or_ada", "ada", "ev_1"),
        held_row("A2", user="grace"),
        SeatRow("A2", "hold", 2, "or_other", "ada", "ev_1@s1", TODAY + 10 * MINUTE),
    ],
    ids=["pinned", "booked", "somebody else's", "of a sale of the same user"],
)
def test_what_is_not_this_hold_s_to_give_up_stays_as_it_is(cache: Cache, row: SeatRow) -> None:
    first_hold(cache)
    cache.port.copy(EV_1, [row], LATER)

    assert cache.port.mark(marks(ADA, "A3", "t2", now=LATER), LATER).given_up == ("A1",)
    assert cache.letters("A2", LATER) == row.status[0]
    assert not cache.port.mark(marks(Visitor("192.0.2.4", "linus"), "A2", "t3", now=LATER), LATER).marked


def test_a_seat_that_lapsed_and_went_to_somebody_else_is_not_touched(cache: Cache) -> None:
    first_hold(cache)
    cache.port.mark(marks(ADA, "A1 A2 A3", "t2", now=LATER), LATER)  # the same user's end moves on, ...
    cache.port.load(EV_1, [held_row("A2", version=3, user="grace")], LATER, None)  # ... the table knew better

    assert cache.port.mark(marks(ADA, "A1 A4", "t3", now=LATER), LATER).given_up == ("A3",)
    assert cache.letters("A1 A2 A3 A4", LATER) == "hheh"


@pytest.mark.parametrize("end", ["lapsed", "released", "bought"])
def test_who_begins_anew_gives_nothing_up(cache: Cache, end: str) -> None:
    """Nothing is freed by the write either: no second trip would be worth its while."""
    first_hold(cache)
    now = TODAY + 10 * MINUTE if end == "lapsed" else LATER
    if end == "released":
        cache.port.free(EV_1, ADA, order("or_ada", seats="A1 A2"), ["A1", "A2"], "t9", True, now)
    if end == "bought":
        cache.port.purchased(EV_1, ADA, None)

    assert cache.port.mark(marks(ADA, "A3", "t2", now=now), now).given_up == ()


def test_a_loser_gives_nothing_up(cache: Cache) -> None:
    first_hold(cache)
    cache.port.mark(marks(GRACE, "A3", "t2"), TODAY)

    assert cache.port.mark(marks(ADA, "A3", "t3", now=LATER), LATER).given_up == ()
    assert cache.letters("A1 A2", LATER) == "hh"
    assert cache.port.mark(marks(ADA, "A4", "t4", now=LATER), LATER).given_up == ("A1", "A2")


@pytest.mark.parametrize("shown_by", ["marks", "rows"])
def test_undo_shows_again_what_was_given_up(cache: Cache, shown_by: str) -> None:
    first_hold(cache)
    if shown_by == "rows":
        cache.port.load(EV_1, ADAS_ROWS, LATER, None)
    failed = marks(ADA, "A1 A3", "t2", now=LATER)
    cache.port.undo(failed, cache.port.mark(failed, LATER), (), LATER)

    assert cache.letters("A1 A2 A3", LATER) == "hhe"
    assert cache.port.mark(marks(GRACE, "A2", "t3", now=LATER), LATER).taken == ("A2",)
    swapped = cache.port.mark(marks(ADA, "A1 A3", "t4", now=LATER), LATER)
    assert swapped.given_up == ("A2",), "what was marked before the failure was forgotten"


def test_undo_leaves_alone_who_took_what_was_given_up(cache: Cache) -> None:
    first_hold(cache)
    failed = marks(ADA, "A1 A3", "t2", now=LATER)
    marked = cache.port.mark(failed, LATER)
    cache.port.mark(marks(GRACE, "A2", "t3", now=LATER), LATER)
    cache.port.undo(failed, marked, (), LATER)

    assert cache.port.mark(marks(ADA, "A2", "t4", now=LATER), LATER).taken == ("A2",)


@pytest.mark.parametrize("order_of_undo", ["older first", "newer first"])
def test_two_selections_of_one_user_undo_in_either_order(cache: Cache, order_of_undo: str) -> None:
    first_hold(cache)
    older, newer = marks(ADA, "A1 A3", "t2", now=LATER), marks(ADA, "A4", "t3", now=LATER + 1)
    pairs = [(older, cache.port.mark(older, LATER)), (newer, cache.port.mark(newer, LATER + 1))]
    assert [marked.given_up for _, marked in pairs] == [("A2",), ("A1", "A3")]
    if order_of_undo == "newer first":
        pairs.reverse()
    for request, marked in pairs:
        cache.port.undo(request, marked, (), LATER + 2)

    # Marks cover one another one deep: what lay two deep waits for the next reload, and never shows as somebody's.
    assert cache.letters("A2 A3 A4", LATER + 2) == "hee"
    cache.port.load(EV_1, ADAS_ROWS, LATER + 6 * SECOND, None)
    assert cache.letters("A1 A2 A3 A4", LATER + 6 * SECOND) == "hhee"


def test_an_undo_that_comes_late_leaves_the_next_selection_to_be_given_up(cache: Cache) -> None:
    first_hold(cache)
    failed = marks(ADA, "A3", "t2", now=LATER)
    marked = cache.port.mark(failed, LATER)
    cache.port.mark(marks(ADA, "A4", "t3", now=LATER + 1), LATER + 1)
    cache.port.undo(failed, marked, (), LATER + 2)

    assert cache.port.mark(marks(ADA, "A3", "t4", now=LATER + 3), LATER + 3).given_up == ("A4",)


def test_some_seats_are_taken_back_and_the_selection_stays(cache: Cache) -> None:
    first_hold(cache)
    swapped = marks(ADA, "A3", "t2", now=LATER)
    assert cache.port.mark(swapped, LATER).given_up == ("A1", "A2")
    cache.port.take_back(swapped, ["A1"], TODAY)

    assert cache.letters("A1 A2 A3", LATER) == "heh"
    next_one = cache.port.mark(marks(ADA, "A4", "t3", now=LATER), LATER)
    assert (next_one.given_up, next_one.held_until_before) == (("A3",), LATER + 10 * MINUTE)


def test_the_same_request_again_gives_up_the_same_seats(cache: Cache) -> None:
    first_hold(cache)
    swapped = marks(ADA, "A1 A3", "t2", now=LATER)
    marked = [cache.port.mark(swapped, LATER + late) for late in (0, 1)]
    assert [one.given_up for one in marked] == [("A2",), ("A2",)]
    cache.port.undo(swapped, marked[0], (), LATER + 2)

    assert cache.letters("A1 A2 A3", LATER + 2) == "hhe"


def test_a_first_request_that_comes_again_is_remembered(cache: Cache) -> None:
    first_hold(cache)
    first_hold(cache)

    assert cache.port.mark(marks(ADA, "A3", "t2", now=LATER), LATER).given_up == ("A1", "A2")


@pytest.mark.parametrize(("age_ms", "shown"), [(4_999, "e"), (5_000, "h")], ids=["fresh", "five seconds old"])
def test_what_was_given_up_and_never_freed_shows_again_with_the_next_reload(
    cache: Cache, age_ms: int, shown: str
) -> None:
    """A crash between marks and write: the row is as old as it was."""
    first_hold(cache)
    cache.port.load(EV_1, ADAS_ROWS, LATER, None)
    cache.port.mark(marks(ADA, "A1 A3", "t2", now=LATER), LATER)
    cache.port.load(EV_1, ADAS_ROWS, LATER + age_ms, None)

    assert cache.letters("A2", LATER + age_ms) == shown


def test_a_seat_that_is_being_paid_for_is_not_given_up_though_its_part_marked_it_again(cache: Cache) -> None:
    first_hold(cache)
    cache.port.load(EV_1, [held_row("A1", 2, "ada", pinned=True)], LATER, None)
    cache.port.mark(marks(ADA, "A1 A2", "t2", now=LATER), LATER)

    assert cache.port.mark(marks(ADA, "A3", "t3", now=LATER), LATER).given_up == ("A2",)
    assert cache.letters("A1 A2 A3", LATER) == "heh"


@pytest.mark.parametrize("shown_by", ["marks", "rows"])
def test_the_same_seats_again_and_their_undo_leave_everything_as_it_stood(cache: Cache, shown_by: str) -> None:
    first_hold(cache)
    if shown_by == "rows":
        cache.port.load(EV_1, ADAS_ROWS, LATER, None)
    again = marks(ADA, "A1 A2", "t2", now=LATER)
    cache.port.undo(again, cache.port.mark(again, LATER), (), LATER)

    end = TODAY + 10 * MINUTE
    assert not cache.port.mark(marks(GRACE, "A1", "t3", now=end), end + 999).marked
    lapsed = cache.port.mark(marks(ADA, "A3", "t4", now=end), end)
    assert (lapsed.held_until_before, lapsed.given_up) == (0, ()), "asking again prolonged the hold"
    assert cache.port.mark(marks(GRACE, "A1", "t5", now=end), end + 1_000).marked


def test_a_double_click_leaves_a_mark_whichever_is_undone(cache: Cache) -> None:
    """Two requests for the same seats at once: one is answered the other's hold, and takes its own marks back."""
    first = marks(ADA, "A1 A2", "t1")
    marked = cache.port.mark(first, TODAY)
    cache.port.mark(marks(ADA, "A1 A2", "t2"), TODAY)
    cache.port.undo(first, marked, (), TODAY)

    assert cache.letters("A1 A2") == "hh"


def test_a_clerks_new_selection_gives_up_nothing_of_the_other_sale(cache: Cache) -> None:
    cache.port.mark(marks(CLERK, "A1", "t1", sale="s1"), TODAY)
    cache.port.mark(marks(CLERK, "A2", "t2", sale="s2"), TODAY)

    assert cache.port.mark(marks(CLERK, "A3", "t3", sale="s1"), TODAY).given_up == ("A1",)
    assert cache.letters("A1 A2 A3") == "ehh"


@pytest.mark.parametrize("shown_by", ["marks", "rows"])
def test_a_seat_that_went_to_the_clerks_other_sale_is_not_given_up(cache: Cache, shown_by: str) -> None:
    """The first sale's hold is over in the table, which the cache learns with the rows."""
    cache.port.mark(marks(CLERK, "A1 A2", "t1", sale="s1"), TODAY)
    cache.port.load(EV_1, [SeatRow("A2", "empty", 2)], LATER, None)
    if shown_by == "marks":
        cache.port.mark(marks(CLERK, "A2", "t2", sale="s2"), LATER)
    else:
        row = SeatRow("A2", "hold", 3, "or_2", "clerk", "ev_1@s2", TODAY + 10 * MINUTE)
        cache.port.load(EV_1, [row], LATER, None)

    assert "A2" not in cache.port.mark(marks(CLERK, "A3", "t3", sale="s1"), LATER).given_up
    assert cache.letters("A2", LATER) == "h"


@pytest.mark.parametrize("shown_by", ["marks", "rows"])
@pytest.mark.parametrize("other", ["s2", None], ids=["another sale", "no sale"])
def test_a_clerks_seat_stops_what_is_not_of_the_same_sale(cache: Cache, shown_by: str, other: str | None) -> None:
    cache.port.mark(marks(CLERK, "A1", "t1", sale="s1"), TODAY)
    if shown_by == "rows":
        cache.port.load(EV_1, [SeatRow("A1", "hold", 1, "or_t1", "clerk", "ev_1@s1", TODAY + 10 * MINUTE)], LATER, None)

    assert cache.port.mark(marks(CLERK, "A1 A2", "t2", sale=other), LATER).taken == ("A1",)
    assert cache.port.mark(marks(CLERK, "A1 A2", "t3", sale="s1"), LATER).marked


def test_what_one_sale_dropped_is_not_shown_free_over_the_other_sales_mark(cache: Cache) -> None:
    """The first sale's write has freed the seat; the other's is still to come."""
    cache.port.mark(marks(CLERK, "A1", "t2", sale="s2"), TODAY)
    dropped = order("or_1", "clerk", "A2", sale="s1")
    cache.port.free(EV_1, CLERK, dropped, ["A1"], "t3", False, TODAY + SECOND)

    assert cache.letters("A1", TODAY + SECOND) == "h"


@pytest.mark.parametrize("shown_by", ["marks", "rows"])
def test_what_was_let_go_under_another_requests_mark_is_not_shown_again_by_its_undo(
    cache: Cache, shown_by: str
) -> None:
    """A device gives up what another device's hold has; that hold is let go; then the first comes to nothing."""
    first_hold(cache)
    if shown_by == "rows":
        cache.port.load(EV_1, ADAS_ROWS, LATER, None)
    failed = marks(ADA, "A3", "t2", now=LATER)
    marked = cache.port.mark(failed, LATER)
    assert marked.given_up == ("A1", "A2")
    cache.port.free(EV_1, ADA, order("or_ada", seats="A1 A2"), ["A1", "A2"], "t3", True, LATER)
    cache.port.undo(failed, marked, (), LATER)

    assert cache.letters("A1 A2 A3", LATER) == "eee"
    assert cache.port.mark(marks(GRACE, "A1 A2", "t4", now=LATER), LATER).marked


@pytest.mark.parametrize(("changed_at", "shown"), [(LATER, "e"), (LATER - 1, "h")], ids=["written", "in the making"])
def test_a_mark_is_let_go_if_the_order_was_changed_since_and_stays_if_not(
    cache: Cache, changed_at: int, shown: str
) -> None:
    """The device that frees began before the other one marked; the order says whether that one has written."""
    first_hold(cache, "A1")
    cache.port.mark(marks(ADA, "A1 A2", "t2", now=LATER), LATER)
    before = order("or_written", seats="A1 A2", changed_at=changed_at)
    cache.port.free(EV_1, ADA, before, ["A1", "A2"], "t3", False, TODAY + SECOND)

    assert cache.letters("A1 A2", LATER) == shown * 2


def test_what_somebody_else_marked_over_a_seat_that_is_let_go_stays_theirs(cache: Cache) -> None:
    first_hold(cache)
    cache.port.mark(marks(ADA, "A3", "t2", now=LATER), LATER)
    cache.port.mark(marks(GRACE, "A1", "t3", now=LATER), LATER)
    cache.port.free(EV_1, ADA, order("or_ada", seats="A1 A2", changed_at=LATER), ["A1", "A2"], "t4", True, LATER)

    assert cache.letters("A1 A2", LATER) == "he"
    assert cache.port.mark(marks(ADA, "A1", "t5", now=LATER), LATER).taken == ("A1",)
