"""SeatCache: marks, and what shows of them. On the fake and on Valkey in cluster mode."""

from dataclasses import replace

import pytest
import valkey

from box_office.adapters.valkey.seats import QUIET_TRIES
from box_office.domain.seats import SeatRow
from box_office.ports import CacheDown
from tests.contracts.conftest import Cache
from tests.examples import ADA, CLERK, EV_1, GRACE, MINUTE, SECOND, TODAY, held_row, marks, order

END = TODAY + 10 * MINUTE  # of a hold made TODAY


def test_all_wanted_seats_are_marked(cache: Cache) -> None:
    marked = cache.port.mark(marks(ADA, "A1 A2", "t1"), TODAY)

    assert (marked.marked, marked.admission.code, marked.taken) == (True, None, ())
    assert cache.letters("A1 A2 A3") == "hhe"


def test_a_loser_stops_without_a_mark_and_hears_which_seats_are_taken(cache: Cache) -> None:
    cache.port.mark(marks(ADA, "A2", "t1"), TODAY)
    lost = cache.port.mark(marks(GRACE, "A1 A2 A3", "t2"), TODAY)

    assert (lost.marked, lost.taken) == (False, ("A2",))
    assert cache.letters("A1 A2 A3") == "ehe", "all wanted seats are marked, or none"


@pytest.mark.parametrize(
    ("row", "wait_ms", "free"),
    [
        (held_row("A1"), 10 * MINUTE + 999, False),
        (held_row("A1"), 10 * MINUTE + 1_000, True),
        (held_row("A1", pinned=True), 60 * MINUTE, False),
        (SeatRow("A1", "booked", 2, "or_9", "grace", "ev_1"), 60 * MINUTE, False),
        (SeatRow("A1", "empty", 2), 0, True),
    ],
    ids=["less than a second after its end", "a second after its end", "pinned", "booked", "empty"],
)
def test_a_copied_row_stops_others_as_the_table_would(cache: Cache, row: SeatRow, wait_ms: int, free: bool) -> None:
    cache.port.load(EV_1, [row], TODAY, None)
    assert cache.port.mark(marks(ADA, "A1", "t1"), TODAY + wait_ms).marked is free


def test_a_mark_lapses_for_others_a_second_after_its_holds_end(cache: Cache) -> None:
    cache.port.mark(marks(ADA, "A1", "t1"), TODAY)

    assert not cache.port.mark(marks(GRACE, "A1", "t2"), END + 999).marked
    assert cache.letters("A1", END + 999) == "h"
    assert cache.port.mark(marks(GRACE, "A1", "t3"), END + 1_000).marked


@pytest.mark.parametrize("row", [held_row("A1", user="ada"), held_row("A1", user="ada", pinned=True)])
def test_nothing_of_its_own_stops_a_user_but_a_ticket(cache: Cache, row: SeatRow) -> None:
    cache.port.load(EV_1, [row, SeatRow("A2", "booked", 1, "or_0", "ada", "ev_1")], TODAY, None)
    cache.port.mark(marks(ADA, "A3", "t1"), TODAY)

    assert cache.port.mark(marks(ADA, "A1 A3", "t2"), TODAY).marked
    assert cache.port.mark(marks(ADA, "A2", "t3"), TODAY).taken == ("A2",)


@pytest.mark.parametrize(
    ("seats", "booked_in"),
    [
        ("A1 A2", ("or_0",)),
        ("A2", ("or_0",)),
        ("A2 B1 A1", ("or_0", "or_1")),
        ("A1 A3", ()),
        ("A1 A4", ()),
        ("A3", ()),
    ],
    ids=["all", "one of them", "of two orders", "with one of another user", "with a free one", "only another user's"],
)
def test_the_orders_that_booked_all_the_wanted_seats_for_the_asker_are_named(
    cache: Cache, seats: str, booked_in: tuple[str, ...]
) -> None:
    bought = [SeatRow(seat, "booked", 2, "or_0", "ada", "ev_1") for seat in ("A1", "A2")]
    bought.append(SeatRow("B1", "booked", 2, "or_1", "ada", "ev_1"))
    cache.port.load(EV_1, [*bought, SeatRow("A3", "booked", 2, "or_9", "grace", "ev_1")], TODAY, None)
    refused = cache.port.mark(marks(ADA, seats, "t1"), TODAY)

    assert (refused.marked, refused.booked_in) == (False, booked_in)
    assert set(refused.taken) == set(seats.split()) - {"A4"}
    assert cache.port.mark(marks(GRACE, "A1", "t2"), TODAY).booked_in == ()


def test_what_a_clerk_booked_in_another_sale_is_not_the_sales_own(cache: Cache) -> None:
    cache.port.load(EV_1, [SeatRow("A1", "booked", 2, "or_0", "clerk", "ev_1@s1")], TODAY, None)

    assert not cache.port.mark(marks(CLERK, "A1", "t1", sale="s2"), TODAY).booked_in
    assert cache.port.mark(marks(CLERK, "A1", "t2", sale="s1"), TODAY).booked_in == ("or_0",)


def test_undo_removes_only_the_marks_of_its_own_token(cache: Cache) -> None:
    lost, won = marks(ADA, "A1", "t1"), marks(GRACE, "A1", "t2", now=END + 1_000)
    marked = cache.port.mark(lost, TODAY)
    cache.port.mark(won, END + 1_000)
    cache.port.undo(lost, marked, (), END + 2_000)

    assert cache.letters("A1", END + 2_000) == "h", "a late undo took another's mark away"
    assert not cache.port.mark(marks(ADA, "A1", "t3"), END + 3_000).marked


def test_undo_shows_again_what_the_mark_covered(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1", user="ada"), SeatRow("A2", "empty", 4)], TODAY, None)
    request = marks(ADA, "A1 A2", "t1")
    cache.port.undo(request, cache.port.mark(request, TODAY), (), TODAY)

    assert cache.letters("A1 A2") == "he"
    assert not cache.port.mark(marks(GRACE, "A1", "t2"), TODAY).marked
    assert cache.port.mark(marks(GRACE, "A2", "t3"), TODAY).marked


@pytest.mark.parametrize("order_of_undo", ["older first", "newer first"])
def test_two_requests_of_one_user_on_one_seat_undo_in_either_order(cache: Cache, order_of_undo: str) -> None:
    older, newer = marks(ADA, "A1", "t1"), marks(ADA, "A1 A2", "t2", now=TODAY + 1)
    pairs = [(older, cache.port.mark(older, TODAY)), (newer, cache.port.mark(newer, TODAY + 1))]
    if order_of_undo == "newer first":
        pairs.reverse()

    request, marked = pairs[0]
    cache.port.undo(request, marked, (), TODAY + 2)
    assert cache.letters("A1") == "h", "the other request's mark went with it"
    request, marked = pairs[1]
    cache.port.undo(request, marked, (), TODAY + 3)
    assert cache.letters("A1 A2") == "ee"


def test_undo_twice_is_the_same(cache: Cache) -> None:
    request = marks(ADA, "A1", "t1")
    marked = cache.port.mark(request, TODAY)
    cache.port.undo(request, marked, (), TODAY)
    cache.port.mark(marks(GRACE, "A1", "t2"), TODAY)
    cache.port.undo(request, marked, (), TODAY)

    assert cache.letters("A1") == "h"


@pytest.mark.shows("stale map")
def test_the_rows_that_came_back_repair_the_entry(cache: Cache) -> None:
    request = marks(ADA, "A1 A2", "t1")
    marked = cache.port.mark(request, TODAY)
    cache.port.undo(request, marked, [held_row("A2", version=7)], TODAY)

    assert cache.letters("A1 A2") == "eh"
    assert cache.port.mark(marks(ADA, "A2", "t2"), TODAY).taken == ("A2",)


def test_marking_again_under_the_same_token_changes_nothing(cache: Cache) -> None:
    request = marks(ADA, "A1", "t1")
    first = cache.port.mark(request, TODAY)
    cache.port.mark(request, TODAY + 1)
    cache.port.undo(request, first, (), TODAY + 2)

    assert cache.letters("A1") == "e"


def test_free_shows_only_seats_of_that_order_as_empty(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1", user="ada"), held_row("A2", user="grace")], TODAY, None)
    cache.port.mark(marks(ADA, "A3", "t1", order_id="or_ada"), TODAY)
    cache.port.free(EV_1, ADA, order("or_ada", seats="A1 A2 A3"), ["A1", "A2", "A3"], "t2", True, TODAY)

    assert cache.letters("A1 A2 A3") == "ehe"
    assert cache.port.mark(marks(GRACE, "A1 A3", "t3"), TODAY).marked


def test_a_late_equal_copy_does_not_undo_free_within_five_seconds(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1", user="ada")], TODAY, None)
    cache.port.free(EV_1, ADA, order("or_ada"), ["A1"], "t1", True, TODAY + SECOND)
    cache.port.load(EV_1, [held_row("A1", user="ada")], TODAY + 2 * SECOND, None)

    assert cache.letters("A1", TODAY + 2 * SECOND) == "e"


def test_free_that_comes_late_leaves_the_next_owner_alone(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1", user="ada")], TODAY, None)
    cache.port.free(EV_1, ADA, order("or_ada"), ["A1"], "t1", True, TODAY)
    cache.port.mark(marks(GRACE, "A1", "t2"), TODAY + SECOND)
    cache.port.free(EV_1, ADA, order("or_ada"), ["A1"], "t1", True, TODAY)

    assert cache.letters("A1") == "h"


def test_free_that_comes_late_leaves_the_same_users_next_hold_alone(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1", user="ada")], TODAY, None)
    cache.port.mark(marks(ADA, "A1", "t2"), TODAY + SECOND)
    cache.port.free(EV_1, ADA, order("or_ada"), ["A1"], "t1", True, TODAY)

    assert cache.letters("A1") == "h"


def test_free_shows_the_seats_that_a_replacement_marked_under_another_id(cache: Cache) -> None:
    """Marks are made before it is known which order the user has: they carry an id that was never written."""
    cache.port.mark(marks(ADA, "A1", "t1", order_id="or_ada"), TODAY)
    cache.port.mark(marks(ADA, "A1 A2", "t2", order_id="or_never_written"), TODAY + SECOND)
    cache.port.free(EV_1, ADA, order("or_ada", seats="A1 A2"), ["A1", "A2"], "t3", True, TODAY + 2 * SECOND)

    assert cache.letters("A1 A2", TODAY + 2 * SECOND) == "ee"


def test_the_map_tells_when_a_hold_comes_free(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1"), held_row("A2", pinned=True)], TODAY, None)
    cache.port.mark(marks(ADA, "A3", "t1"), TODAY)
    seen = cache.port.read_map(EV_1, None, TODAY).seats

    assert [seen[seat].free_at for seat in ("A1", "A2", "A3")] == [END + 1_000, None, END + 1_000]


def test_next_release_comes_only_when_nothing_is_free(cache: Cache) -> None:
    rows = [held_row("A1", until=END), held_row("A2", until=END - MINUTE), held_row("A3", pinned=True)]
    cache.port.load(EV_1, [*rows, SeatRow("A4", "booked", 1, "or_9", "grace", "ev_1")], TODAY, None)

    assert cache.port.mark(marks(ADA, "A1", "t1", seat_count=5), TODAY).next_release is None
    # Reckoned once a second at most: the walk over a room is not every loser's.
    full = cache.port.mark(marks(ADA, "A1", "t2", seat_count=4), TODAY + SECOND)
    assert full.next_release == END - MINUTE + 1_000


def test_what_only_time_does_not_free_has_no_next_release(cache: Cache) -> None:
    cache.port.load(EV_1, [SeatRow("A1", "booked", 1, "or_9", "grace", "ev_1")], TODAY, None)
    assert cache.port.mark(marks(ADA, "A1", "t1", seat_count=1), TODAY).next_release is None


def test_an_entry_that_was_lost_reads_as_never_loaded(cache: Cache) -> None:
    cache.port.load(EV_1, [held_row("A1")], TODAY, None)
    cache.lose_everything()
    seen = cache.port.read_map(EV_1, None, TODAY)

    assert (seen.loaded_at, dict(seen.seats)) == (None, {})
    assert cache.port.lease(EV_1, "t1", TODAY) is not None


@pytest.mark.shows("cache failed over and lost marks")
def test_an_undo_after_everything_was_lost_hurts_nobody(cache: Cache) -> None:
    request = marks(ADA, "A1", "t1")
    marked = cache.port.mark(request, TODAY)
    cache.lose_everything()
    cache.port.mark(marks(GRACE, "A1", "t2"), TODAY)
    cache.port.undo(request, marked, (), TODAY)

    assert cache.letters("A1") == "h"


def test_clocks_that_differ_by_a_second_change_nothing(cache: Cache) -> None:
    ahead, behind = TODAY + SECOND, TODAY
    cache.port.load(EV_1, [held_row("A1", until=behind)], ahead, None)
    cache.port.mark(marks(ADA, "A2", "t1", now=ahead), ahead)

    assert not cache.port.mark(marks(ADA, "A1", "t2", now=ahead), ahead - 1).marked, "a second's grace for the holder"
    assert not cache.port.mark(marks(GRACE, "A2", "t3", now=behind), behind).marked
    assert cache.port.lease(EV_1, "t4", behind) is None
    assert cache.letters("A2", behind) == "h"
    cache.port.load(EV_1, [SeatRow("A2", "empty", 0)], behind, None)
    assert cache.letters("A2", behind) == "h"


def test_the_users_own_end_is_remembered_for_the_next_request(cache: Cache) -> None:
    assert cache.port.mark(marks(ADA, "A1", "t1"), TODAY).began_before is False
    again = cache.port.mark(marks(ADA, "A2", "t2", now=TODAY + MINUTE), TODAY + MINUTE)
    assert (again.began_before, again.held_until_before) == (True, END)
    assert cache.port.mark(marks(GRACE, "A3", "t3"), TODAY).began_before is False


def test_a_first_request_that_came_to_nothing_began_nothing(cache: Cache) -> None:
    request = marks(ADA, "A1", "t1")
    cache.port.undo(request, cache.port.mark(request, TODAY), (), TODAY)

    assert cache.port.mark(marks(ADA, "A2", "t2"), TODAY).began_before is False


@pytest.mark.parametrize("end", ["released", "lapsed"])
def test_who_let_go_has_begun_before(cache: Cache, end: str) -> None:
    """Whoever held once is read first: their newest order must be moved aside, their key may have committed."""
    cache.port.mark(marks(ADA, "A1", "t1", order_id="or_1"), TODAY)
    if end == "released":
        cache.port.free(EV_1, ADA, order(), ["A1"], "t2", True, TODAY)
    later = END + 2 * SECOND
    cache.port.mark(marks(GRACE, "A1", "t3", now=later), later)

    for token in ("t4", "t5"):
        lost = cache.port.mark(marks(ADA, "A1", token, now=later), later)
        assert (lost.marked, lost.began_before) == (False, True)


def test_a_clerks_sales_are_parts_of_their_own(cache: Cache) -> None:
    cache.port.mark(marks(CLERK, "A1", "t1", sale="s1"), TODAY)

    assert cache.port.mark(marks(CLERK, "A2", "t2", sale="s2"), TODAY).began_before is False
    assert cache.port.mark(marks(CLERK, "A3", "t3", sale="s1"), TODAY).began_before is True


def test_tries_to_hold_seats_of_an_event_are_counted_won_and_lost(cache: Cache) -> None:
    for second in range(10):
        cache.port.mark(marks(ADA, "A1", f"a{second}"), TODAY + second * SECOND)
        cache.port.mark(marks(GRACE, "A1", f"g{second}"), TODAY + second * SECOND)

    assert cache.port.read_map(EV_1, None, TODAY + 9 * SECOND).tries_per_second == 0
    assert cache.port.read_map(EV_1, None, TODAY + 10 * SECOND).tries_per_second == 2.0
    assert cache.port.read_map(EV_1, None, TODAY + 20 * SECOND).tries_per_second == 0


def rush(cache: Cache) -> None:
    """So many tries to hold a seat that looks share a reading."""
    for number in range(QUIET_TRIES + 1):
        cache.port.mark(marks(GRACE, "B1", f"rush-{number}", now=TODAY), TODAY)


def test_without_a_rush_each_change_is_seen_at_once(sharing_cache: Cache) -> None:
    port, held = sharing_cache.port, marks(ADA, "A1", "t1")
    assert sharing_cache.letters("A1", TODAY) == "e"
    marked = port.mark(held, TODAY)
    assert sharing_cache.letters("A1", TODAY) == "h"
    port.undo(held, marked, [], TODAY)
    assert sharing_cache.letters("A1", TODAY) == "e"
    port.copy(EV_1, [held_row("A1")], TODAY)
    assert sharing_cache.letters("A1", TODAY) == "h"


def test_in_a_rush_all_who_look_within_a_second_share_one_reading(sharing_cache: Cache) -> None:
    port = sharing_cache.port
    port.load(EV_1, [held_row("A1")], TODAY, None)
    rush(sharing_cache)
    first = port.read_map(EV_1, ADA, TODAY)
    port.mark(marks(GRACE, "A2", "t1", now=TODAY), TODAY)

    assert sharing_cache.letters("A1 A2", TODAY + SECOND - 1) == "he"
    assert port.read_map(EV_1, GRACE, TODAY - SECOND + 1) == first, "as is a function whose clock is behind"
    assert (first.packed_at, first.loaded_at) == (TODAY, TODAY)
    assert sharing_cache.letters("A1 A2", TODAY + SECOND) == "hh"


def test_who_has_just_read_the_event_from_the_table_looks_anew_and_all_others_with_them(sharing_cache: Cache) -> None:
    port = sharing_cache.port
    rush(sharing_cache)
    assert port.read_map(EV_1, None, TODAY).loaded_at is None
    port.load(EV_1, [held_row("A1")], TODAY, None)

    assert port.read_map(EV_1, None, TODAY + 1).loaded_at is None
    assert port.read_map(EV_1, None, TODAY + 1, fresh=True).loaded_at == TODAY
    assert port.read_map(EV_1, None, TODAY + 2).loaded_at == TODAY


def test_a_mark_never_waits_for_the_reading_that_others_share(sharing_cache: Cache) -> None:
    port = sharing_cache.port
    rush(sharing_cache)
    port.read_map(EV_1, None, TODAY)
    assert port.mark(marks(ADA, "A1", "t1"), TODAY).marked

    assert sharing_cache.letters("A1", TODAY) == "e"
    assert port.mark(marks(GRACE, "A1", "t2"), TODAY).taken == ("A1",)


def test_a_flushed_event_leaves_no_reading_behind(sharing_cache: Cache) -> None:
    sharing_cache.port.load(EV_1, [held_row("A1")], TODAY, None)
    assert sharing_cache.letters("A1") == "h"
    sharing_cache.port.flush(EV_1)

    assert sharing_cache.letters("A1") == "e"


def test_an_event_that_is_over_leaves_no_entry(cache: Cache) -> None:
    over = replace(EV_1, movie_time=1, end_time=2)
    cache.port.load(over, [held_row("A1")], TODAY, None)
    cache.port.mark(marks(ADA, "A2", "t1", event=over), TODAY)

    assert cache.port.read_map(over, None, TODAY).loaded_at is None


def test_the_entry_expires_at_the_events_end_whoever_wrote_it_last(on_valkey: Cache) -> None:
    writes = [
        lambda: on_valkey.port.mark(marks(ADA, "A1", "t1"), TODAY),
        lambda: on_valkey.port.load(EV_1, [held_row("A1", user="ada")], TODAY, None),
        lambda: on_valkey.port.free(EV_1, ADA, order("or_ada"), ["A1"], "t2", True, TODAY),
        lambda: on_valkey.port.lease(EV_1, "t3", TODAY + MINUTE),
        lambda: on_valkey.port.mark(marks(GRACE, "A1", "t4"), TODAY),
    ]
    with valkey.Valkey.from_url(on_valkey.url, decode_responses=True) as server:
        for write in writes:
            server.delete("{ev:ev_1}:seats")
            write()
            if server.exists("{ev:ev_1}:seats"):
                assert server.pexpiretime("{ev:ev_1}:seats") == EV_1.end_time
        assert [key for key in server.keys("*") if server.ttl(key) < 0] == [], "a key without an end stays for ever"


def test_scripts_that_the_server_forgot_are_sent_again(on_valkey: Cache) -> None:
    on_valkey.port.mark(marks(ADA, "A1", "t1"), TODAY)
    with valkey.Valkey.from_url(on_valkey.url) as server:
        server.script_flush()
    assert not on_valkey.port.mark(marks(GRACE, "A1", "t2"), TODAY).marked


def test_a_cache_that_is_down_says_so_everywhere(cache: Cache) -> None:
    request = marks(ADA, "A1", "t1")
    marked = cache.port.mark(request, TODAY)
    cache.take_down()

    for call in (
        lambda: cache.port.mark(request, TODAY),
        lambda: cache.port.undo(request, marked, (), TODAY),
        lambda: cache.port.free(EV_1, ADA, order(), ["A1"], "t2", True, TODAY),
        lambda: cache.port.admit(ADA, "hold", TODAY),
        lambda: cache.port.read_map(EV_1, ADA, TODAY),
        lambda: cache.port.lease(EV_1, "t3", TODAY),
        lambda: cache.port.load(EV_1, [], TODAY, None),
    ):
        with pytest.raises(CacheDown):
            call()
