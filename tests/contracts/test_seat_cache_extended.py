"""SeatCache: what moves when a hold's end does. On the fake and on Valkey in cluster mode."""

from dataclasses import replace

from tests.contracts.conftest import Cache
from tests.examples import ADA, CLERK, EV_1, GRACE, MINUTE, SECOND, TODAY, held_row, marks, order

END, NEW_END = TODAY + 10 * MINUTE, TODAY + 18 * MINUTE
NOW = TODAY + 8 * MINUTE


def extended(cache: Cache, seats: str = "A1", **changes: object) -> None:
    cache.port.extend(EV_1, ADA, order(seats=seats, hold_until=NEW_END, **changes), NOW)


def test_a_mark_lasts_until_the_new_end(cache: Cache) -> None:
    cache.port.mark(marks(ADA, "A1 A2", "t1"), TODAY)
    extended(cache, "A1 A2")
    assert not cache.port.mark(marks(GRACE, "A2", "t2"), END + SECOND).marked
    assert cache.letters("A1 A2", NEW_END + SECOND - 1) == "hh"
    assert cache.port.mark(marks(GRACE, "A2", "t3"), NEW_END + SECOND).marked


def test_a_copied_row_lasts_until_the_new_end(cache: Cache) -> None:
    cache.port.load(EV_1, [replace(held_row("A1", user="ada"), order_id="or_1")], TODAY, None)
    extended(cache)
    assert cache.letters("A1", END + SECOND) == "h"
    assert cache.letters("A1", NEW_END + SECOND) == "e"


def test_a_newer_copy_of_the_row_says_when_it_really_ends(cache: Cache) -> None:
    cache.port.load(EV_1, [replace(held_row("A1", user="ada"), order_id="or_1")], TODAY, None)
    extended(cache)
    cache.port.copy(EV_1, [replace(held_row("A1", 2, "ada", TODAY + 12 * MINUTE), order_id="or_1")], NOW)
    assert cache.letters("A1", TODAY + 13 * MINUTE) == "e"


def test_what_is_not_the_orders_stays_as_it_was(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1"), held_row("A2")], TODAY, None)
    cache.port.mark(marks(GRACE, "A3", "t1"), TODAY)
    extended(cache, "A1 A3")
    assert cache.letters("A1 A2 A3", END + SECOND) == "eee"


def test_a_seat_that_was_just_let_go_stays_free(cache: Cache) -> None:
    cache.port.mark(marks(ADA, "A1", "t1"), TODAY)
    cache.port.free(EV_1, ADA, order(), ["A1"], "t2", False, NOW)
    extended(cache)
    assert cache.letters("A1", NOW) == "e"


def test_no_end_becomes_earlier(cache: Cache) -> None:
    cache.port.mark(marks(ADA, "A1", "t1", now=TODAY + 15 * MINUTE), TODAY)
    extended(cache)
    assert cache.letters("A1", NEW_END + SECOND) == "h"


def test_an_undo_after_it_still_finds_the_mark_of_its_token(cache: Cache) -> None:
    asked = marks(ADA, "A1", "t1")
    marked = cache.port.mark(asked, TODAY)
    extended(cache)
    cache.port.undo(asked, marked, [], NOW)
    assert cache.letters("A1", NOW) == "e"


def test_a_hold_that_got_more_time_does_not_count_as_let_go_at_its_old_end(cache: Cache) -> None:
    cache.port.mark(marks(ADA, "A1", "t1"), TODAY)
    extended(cache)
    again = cache.port.mark(marks(ADA, "A1 A2", "t2", now=END), END + MINUTE)
    assert again.held_until_before == NEW_END


def test_the_sale_of_a_clerk_is_extended_and_the_clerks_others_are_not(cache: Cache) -> None:
    for seat, sale in (("A1", "s1"), ("A2", "s2")):
        cache.port.mark(marks(CLERK, seat, f"t-{sale}", sale=sale), TODAY)
    sold = order("or_1", "clerk", "A1 A2", hold_until=NEW_END, sale="s1")
    cache.port.extend(EV_1, CLERK, sold, NOW)
    assert cache.letters("A1 A2", END + SECOND) == "he"


def test_a_cache_that_knows_nothing_of_the_event_stays_empty(cache: Cache) -> None:
    extended(cache)
    assert cache.letters("A1", NOW) == "e"
    assert cache.port.mark(marks(ADA, "A1", "t1", now=NOW), NOW).held_until_before is None
