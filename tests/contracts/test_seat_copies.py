"""SeatCache: copies of the table's rows, and who may make them. On the fake and on Valkey in cluster mode."""

import pytest

from box_office.domain.seats import SeatRow
from tests.contracts.conftest import Cache
from tests.examples import ADA, EV_1, GRACE, MINUTE, SECOND, TODAY, held_row, marks, order


def test_a_newer_copy_replaces_even_a_fresh_mark(cache: Cache) -> None:
    cache.port.mark(marks(ADA, "A1", "t1"), TODAY)
    cache.port.load(EV_1, [SeatRow("A1", "booked", 2, "or_9", "grace", "ev_1")], TODAY, None)

    assert cache.letters("A1") == "b"


@pytest.mark.parametrize(("age_ms", "shown"), [(4_999, "h"), (5_000, "e")], ids=["fresh", "five seconds old"])
def test_an_equal_copy_spares_a_mark_that_was_fresh_when_the_row_was_read(
    cache: Cache, age_ms: int, shown: str
) -> None:
    cache.port.load(EV_1, [SeatRow("A1", "empty", 2)], TODAY, None)
    cache.port.mark(marks(ADA, "A1", "t1"), TODAY)
    cache.port.load(EV_1, [SeatRow("A1", "empty", 2)], TODAY + age_ms, None)

    assert cache.letters("A1", TODAY + age_ms) == shown


def test_an_older_copy_does_nothing(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1", version=3)], TODAY, None)
    cache.port.load(EV_1, [SeatRow("A1", "empty", 2)], TODAY + 10 * SECOND, None)

    assert cache.letters("A1") == "h"


def test_an_equal_copy_restores_what_the_entry_had_wrong(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1", version=3)], TODAY, None)
    cache.port.free(EV_1, GRACE, order("or_grace", "grace"), ["A1"], "t1", True, TODAY)
    cache.port.load(EV_1, [held_row("A1", version=3)], TODAY + 5 * SECOND, None)

    assert cache.letters("A1", TODAY + 5 * SECOND) == "h"


def test_a_loader_that_comes_late_hides_no_mark(cache: Cache) -> None:
    """Its rows were read before the hold was made, and arrive after it."""
    read_at = TODAY
    cache.port.mark(marks(ADA, "A1 A2", "t1"), TODAY + 3 * SECOND)
    cache.port.load(EV_1, [SeatRow("A2", "empty", 0)], read_at, None)

    assert cache.letters("A1 A2", TODAY + 4 * SECOND) == "hh"
    assert cache.port.read_map(EV_1, None, TODAY).loaded_at == read_at


def test_a_late_loader_does_not_make_the_entry_look_older(cache: Cache) -> None:
    cache.port.load(EV_1, [], TODAY + 10 * SECOND, None)
    cache.port.load(EV_1, [], TODAY, None)

    assert cache.port.read_map(EV_1, None, TODAY).loaded_at == TODAY + 10 * SECOND


@pytest.mark.parametrize(("age_ms", "shown"), [(4_999, "h"), (5_000, "e")])
def test_a_whole_load_drops_old_marks_on_seats_without_rows(cache: Cache, age_ms: int, shown: str) -> None:
    """A crash between mark and write: nobody ever wrote what the mark promised."""
    cache.port.mark(marks(ADA, "A1", "t1"), TODAY)
    cache.port.load(EV_1, [SeatRow("A2", "empty", 1)], TODAY + age_ms, None)

    assert cache.letters("A1", TODAY + age_ms) == shown


def test_repairing_single_rows_leaves_the_other_marks_alone(cache: Cache) -> None:
    cache.port.mark(marks(GRACE, "A1", "t1"), TODAY)
    request = marks(ADA, "A2", "t2")
    marked = cache.port.mark(request, TODAY)
    cache.port.undo(request, marked, [held_row("A2", version=2)], TODAY + MINUTE)

    assert cache.letters("A1 A2") == "hh"


def test_one_caller_at_a_time_may_read_the_event(cache: Cache) -> None:
    first = cache.port.lease(EV_1, "t1", TODAY)

    assert first is not None
    assert cache.port.lease(EV_1, "t2", TODAY + 4_999) is None
    assert cache.port.lease(EV_1, "t3", TODAY + 5_000) is not None, "a lease ends by itself: its holder may be dead"


def test_a_load_gives_the_lease_back_and_the_event_is_due_again_after_45_seconds(cache: Cache) -> None:
    lease = cache.port.lease(EV_1, "t1", TODAY)
    cache.port.load(EV_1, [], TODAY, lease)

    assert cache.port.lease(EV_1, "t2", TODAY + 44_999) is None
    assert cache.port.lease(EV_1, "t3", TODAY + 45_000) is not None


def test_a_load_under_a_lease_that_ended_leaves_the_next_one_alone(cache: Cache) -> None:
    late = cache.port.lease(EV_1, "t1", TODAY)
    cache.port.lease(EV_1, "t2", TODAY + 5_000)
    cache.port.load(EV_1, [], TODAY - MINUTE, late)

    assert cache.port.lease(EV_1, "t3", TODAY + 6_000) is None


def test_a_refused_hold_counts_as_looking_and_gets_the_lease(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1")], TODAY, None)

    assert cache.port.mark(marks(ADA, "A1", "t1"), TODAY + 44_999).lease is None
    refused = cache.port.mark(marks(ADA, "A1", "t2"), TODAY + 45_000)
    assert refused.lease is not None
    assert cache.port.lease(EV_1, "t3", TODAY + 46_000) is None
    assert cache.port.mark(marks(ADA, "A2", "t4"), TODAY + 47_000).lease is None, "who wins has no need of it"
