"""SeatCache's admission: buckets, blacklist, caps, the pause of who lets go too often. On the fake and on Valkey."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import valkey

from box_office.adapters.valkey.seats import Bucket
from box_office.domain.blocks import CachedBlock, Kind, Subject, overflow
from box_office.domain.seats import SeatRow
from box_office.ports import Admission, CacheDown, Visitor
from tests.contracts.conftest import Cache
from tests.examples import ADA, CLERK, EV_1, GRACE, HOUR, MINUTE, SECOND, TODAY, event, marks, order
from tests.examples import SMALL_ROOM as ROOM

END = TODAY + 10 * MINUTE
MakeCache = Callable[..., Cache]
BLOCKABLE = (Subject(Kind.USER, "ada"), Subject(Kind.ADDRESS, ADA.address))


def passed(cache: Cache, visitor: Visitor, action: str, tries: int, now: int = TODAY) -> int:
    """How many of so many requests at one instant pass."""
    return sum(cache.port.admit(visitor, action, now).code is None for _ in range(tries))


@pytest.mark.parametrize(
    ("visitor", "action", "burst", "per_second"),
    [(ADA, "hold", 20, 5), (ADA, "look", 40, 10), (CLERK, "hold", 100, 25), (CLERK, "look", 200, 50)],
    ids=["a user's holds", "a user's maps", "a desk's holds", "a desk's maps"],
)
def test_a_bucket_lets_a_burst_pass_and_then_leaks(
    cache: Cache, visitor: Visitor, action: str, burst: int, per_second: int
) -> None:
    assert passed(cache, visitor, action, burst + 5) == burst
    assert passed(cache, visitor, action, per_second + 5, TODAY + SECOND) == per_second
    assert passed(cache, visitor, action, burst + 5, TODAY + HOUR) == burst


def test_a_full_bucket_says_when_to_come_again(make_cache: MakeCache) -> None:
    cache = make_cache(hold=Bucket(1, 2))
    passed(cache, ADA, "hold", 2)
    admission = cache.port.admit(ADA, "hold", TODAY)

    assert (admission.code, admission.retry_after_seconds) == ("rate_limited", 1)
    assert cache.port.admit(ADA, "hold", TODAY + admission.retry_after_seconds * SECOND).code is None


def test_buckets_are_the_users_own_and_one_for_each_kind_of_request(cache: Cache) -> None:
    passed(cache, ADA, "hold", 25)

    assert cache.port.admit(ADA, "look", TODAY).code is None
    assert cache.port.admit(GRACE, "hold", TODAY).code is None


def test_a_hold_fills_the_bucket_and_its_refusal_comes_with_the_marks_answer(make_cache: MakeCache) -> None:
    cache = make_cache(hold=Bucket(1, 2))
    answers = [cache.port.mark(marks(ADA, f"B{number}", f"t{number}"), TODAY).admission.code for number in (1, 2, 3)]
    assert answers == [None, None, "rate_limited"]


def test_an_address_has_a_bucket_of_its_own_whoever_asks(make_cache: MakeCache) -> None:
    cache = make_cache(address=Bucket(1_000, 4))
    visitors = [replace(ADA, user_id=f"user-{number}") for number in range(5)]
    codes = [cache.port.admit(visitor, "look", TODAY).code for visitor in visitors]

    assert codes == [None, None, None, None, "rate_limited"]
    assert cache.port.admit(replace(visitors[0], address="198.51.100.7"), "look", TODAY).code is None
    assert cache.port.read_map(EV_1, Visitor(ADA.address), TODAY).admission.code == "rate_limited"


def test_an_address_may_send_a_thousand_a_second_after_a_burst_of_four_thousand(cache: Cache) -> None:
    nobody = Visitor("192.0.2.77")
    assert passed(cache, nobody, "look", 4_001) == 4_000
    assert passed(cache, nobody, "look", 1_001, TODAY + SECOND) == 1_000


def test_a_clock_that_is_a_second_behind_neither_fills_nor_empties_a_bucket(make_cache: MakeCache) -> None:
    cache = make_cache(hold=Bucket(1, 3))
    passed(cache, ADA, "hold", 2, TODAY + SECOND)

    assert passed(cache, ADA, "hold", 3, TODAY) == 1
    assert passed(cache, ADA, "hold", 3, TODAY + SECOND) == 0
    assert passed(cache, ADA, "hold", 3, TODAY + 2 * SECOND) == 1


def test_refusals_without_end_block_a_user_for_ten_minutes(make_cache: MakeCache) -> None:
    cache = make_cache(hold=Bucket(1, 1), user_refusals_max=3)
    codes = [cache.port.admit(ADA, "hold", TODAY).code for _ in range(5)]

    assert codes == [None, "rate_limited", "rate_limited", "rate_limited", "blocked"]
    assert cache.port.admit(ADA, "look", TODAY + 10 * MINUTE - 1).code == "blocked"
    assert cache.port.admit(ADA, "hold", TODAY + 10 * MINUTE).code is None
    assert cache.port.admit(GRACE, "hold", TODAY).code is None


def test_refusals_of_more_than_ten_minutes_ago_do_not_count(make_cache: MakeCache) -> None:
    cache = make_cache(hold=Bucket(1, 1), user_refusals_max=3)
    passed(cache, ADA, "hold", 3)  # two refusals
    later = TODAY + 10 * MINUTE + 1

    assert passed(cache, ADA, "hold", 3, later) == 1
    assert cache.port.admit(ADA, "hold", later + SECOND).code is None


def test_refusals_without_end_block_an_address(make_cache: MakeCache) -> None:
    cache = make_cache(address=Bucket(1, 1), address_refusals_max=2)
    codes = [cache.port.admit(ADA, "look", TODAY).code for _ in range(4)]
    assert codes == [None, "rate_limited", "rate_limited", "blocked"]


def test_the_refusal_that_begins_a_block_says_so_once(make_cache: MakeCache) -> None:
    cache = make_cache(hold=Bucket(1, 1), address=Bucket(1, 1), user_refusals_max=2, address_refusals_max=3)
    refused = [cache.port.admit(ADA, "hold", TODAY).begun for _ in range(6)]

    ada, address = Subject(Kind.USER, "ada"), Subject(Kind.ADDRESS, ADA.address)
    end = TODAY + 10 * MINUTE
    assert refused == [(), (), (overflow(ada, 2, TODAY, end),), (overflow(address, 3, TODAY, end),), (), ()]


@pytest.mark.parametrize("minutes", [1, 30])
def test_a_subject_blocks_itself_for_as_long_as_the_stage_says(make_cache: MakeCache, minutes: int) -> None:
    cache = make_cache(hold=Bucket(1, 1), user_refusals_max=1, block_ms=minutes * MINUTE)
    passed(cache, ADA, "hold", 2)

    assert cache.port.admit(ADA, "look", TODAY + minutes * MINUTE - 1).code == "blocked"
    assert cache.port.admit(ADA, "look", TODAY + minutes * MINUTE).code is None


@pytest.mark.parametrize("subject", BLOCKABLE)
def test_a_blocked_subject_is_refused_until_the_block_ends(cache: Cache, subject: Subject) -> None:
    cache.blocks.carry([CachedBlock(subject, TODAY, TODAY + MINUTE)], TODAY)

    assert cache.port.admit(ADA, "hold", TODAY).code == "blocked"
    assert cache.port.mark(marks(ADA, "A1", "t1"), TODAY).admission.code == "blocked"
    assert cache.port.read_map(EV_1, ADA, TODAY).admission.code == "blocked"
    assert cache.port.admit(GRACE, "hold", TODAY).code is None
    assert cache.port.admit(ADA, "hold", TODAY + MINUTE - 1).code == "blocked"
    assert cache.port.admit(ADA, "hold", TODAY + MINUTE).code is None


@pytest.mark.parametrize("subject", BLOCKABLE)
def test_no_block_refuses_a_release_but_there_is_a_rate_for_it(make_cache: MakeCache, subject: Subject) -> None:
    cache = make_cache(hold=Bucket(1, 2), address=Bucket(1, 2))
    passed(cache, ADA, "hold", 2)
    assert cache.port.admit(ADA, "release", TODAY).code == "rate_limited", "the bucket of holds is full"
    cache.blocks.carry([CachedBlock(subject, TODAY, TODAY + 9 * MINUTE)], TODAY)

    later = TODAY + 2 * SECOND  # the buckets of subjects that are not blocked have leaked
    assert [cache.port.admit(ADA, "release", later).code for _ in range(3)] == [None, None, "rate_limited"]


@pytest.mark.parametrize("subject", BLOCKABLE)
def test_a_block_that_was_ended_is_taken_out(cache: Cache, subject: Subject) -> None:
    cache.blocks.carry([CachedBlock(subject, TODAY, TODAY + HOUR)], TODAY)
    ended = TODAY + MINUTE
    cache.blocks.carry([CachedBlock(subject, ended, ended)], ended)
    assert cache.port.admit(ADA, "hold", ended).code is None


def test_an_end_takes_out_no_block_that_began_after_it(make_cache: MakeCache) -> None:
    """Ada overflowed again after an operator had unblocked her, and the table does not have that block yet."""
    cache = make_cache(hold=Bucket(1, 1), user_refusals_max=1)
    ended, again = TODAY, TODAY + SECOND
    passed(cache, ADA, "look", 1)
    assert passed(cache, ADA, "hold", 3, again) == 1
    cache.blocks.carry([CachedBlock(BLOCKABLE[0], ended, ended)], again)
    assert cache.port.admit(ADA, "hold", again).code == "blocked"


def test_an_operator_may_shorten_a_block_and_an_overflow_may_not(make_cache: MakeCache) -> None:
    cache = make_cache(hold=Bucket(1, 1), user_refusals_max=1)
    ada = BLOCKABLE[0]
    cache.blocks.carry([CachedBlock(ada, TODAY, TODAY + HOUR)], TODAY)
    passed(cache, ADA, "release", 5)
    assert cache.port.admit(ADA, "hold", TODAY + HOUR - 1).code == "blocked", "ten minutes more begin within the hour"

    cache.blocks.carry([CachedBlock(ada, TODAY + SECOND, TODAY + MINUTE)], TODAY + SECOND)
    assert cache.port.admit(ADA, "hold", TODAY + MINUTE).code is None


def test_many_blocks_are_carried_at_once(cache: Cache) -> None:
    many = [CachedBlock(Subject(Kind.USER, f"user-{number}"), TODAY, TODAY + HOUR) for number in range(1_201)]
    cache.blocks.carry(many, TODAY)
    for number in (0, 500, 1_200):
        assert cache.port.admit(replace(GRACE, user_id=f"user-{number}"), "hold", TODAY).code == "blocked"


def test_a_cache_that_is_down_takes_no_blocks(cache: Cache) -> None:
    cache.take_down()
    with pytest.raises(CacheDown):
        cache.blocks.carry([CachedBlock(BLOCKABLE[0], TODAY, TODAY + HOUR)], TODAY)


def hold_on(cache: Cache, number: int, now: int = TODAY, visitor: Visitor = ADA) -> Admission:
    showing = event(f"ev_{number}", ROOM, TODAY + 8 * HOUR)
    return cache.port.mark(marks(visitor, "A1", f"t{number}", now=now, event=showing), now).admission


@pytest.fixture
def three_holds(make_cache: MakeCache) -> Iterator[Cache]:
    cache = make_cache(live_holds_max=3)
    assert [hold_on(cache, number).code for number in range(3)] == [None, None, None]
    yield cache


def test_a_user_has_so_many_live_holds_and_no_more(three_holds: Cache) -> None:
    assert hold_on(three_holds, 4).code == "hold_limit_reached"
    assert hold_on(three_holds, 4, visitor=GRACE).code is None


def test_a_hold_of_an_event_that_counts_already_passes(three_holds: Cache) -> None:
    assert hold_on(three_holds, 1).code is None


def test_a_hold_that_ended_counts_no_more(three_holds: Cache) -> None:
    assert hold_on(three_holds, 4, END - 1).code == "hold_limit_reached"
    assert hold_on(three_holds, 4, END).code is None


def test_a_shorter_hold_does_not_make_the_cache_forget_longer_ones(three_holds: Cache) -> None:
    """A stage may shorten its holds while sales go on. On Valkey: the fake has no expiry."""
    showing = event("ev_0", ROOM, TODAY + 8 * HOUR)
    shorter = marks(ADA, "A2", "t9", event=showing, hold_until=TODAY + MINUTE)
    assert three_holds.port.mark(shorter, TODAY).admission.code is None
    if three_holds.url:
        with valkey.Valkey.from_url(three_holds.url) as client:
            [key] = client.keys("*holds*")
            assert client.pexpiretime(key) == END
    assert hold_on(three_holds, 4, TODAY + 2 * MINUTE).code is None, "the shorter one has ended"


def test_letting_go_makes_room_for_another_hold(three_holds: Cache) -> None:
    showing = event("ev_1", ROOM, TODAY + 8 * HOUR)
    three_holds.port.free(showing, ADA, order(event_id="ev_1"), ["A1"], "t9", True, TODAY)
    assert hold_on(three_holds, 4).code is None


def test_an_undone_first_hold_makes_room_for_another(three_holds: Cache) -> None:
    showing = event("ev_9", ROOM, TODAY + 8 * HOUR)
    three_holds.port.free(showing, ADA, order(event_id="ev_0"), [], "t9", False, TODAY)
    request = marks(GRACE, "A2", "t9", event=showing)
    marked = three_holds.port.mark(request, TODAY)
    three_holds.port.undo(request, marked, (), TODAY)

    assert [hold_on(three_holds, number, visitor=GRACE).code for number in (11, 12, 13)] == [None, None, None]


def test_a_desk_has_no_cap_of_live_holds(make_cache: MakeCache) -> None:
    cache = make_cache(live_holds_max=1)
    assert [hold_on(cache, number, visitor=CLERK).code for number in range(3)] == [None, None, None]


def test_marks_are_counted_by_user_event_and_minute(make_cache: MakeCache) -> None:
    cache = make_cache(marks_per_minute_max=4)
    assert cache.port.mark(marks(ADA, "A1 A2 A3", "t1"), TODAY).marked

    limited = cache.port.mark(marks(ADA, "B1 B2", "t2"), TODAY + 15 * SECOND)
    assert (limited.marked, limited.admission) == (False, Admission("rate_limited", 45))
    assert cache.port.mark(marks(ADA, "B1", "t3"), TODAY + 15 * SECOND).marked, "four in a minute may be marked"
    assert cache.port.mark(marks(GRACE, "B2", "t4"), TODAY).marked
    assert cache.port.mark(marks(ADA, "B3 B4", "t5"), TODAY + MINUTE).marked


def let_go(cache: Cache, times: int, since: int = TODAY, visitor: Visitor = ADA) -> int:
    """Holds and releases so many times, ten seconds apart; the time of the last release."""
    now = since
    for number in range(times):
        now = since + number * 10 * SECOND
        held = cache.port.mark(marks(visitor, "A1", f"go-{now}", now=now, order_id="or_1"), now)
        assert held.marked, f"letting go {number} times must not pause yet: {held}"
        cache.port.free(EV_1, visitor, order(user_id=visitor.user_id), ["A1"], f"free-{now}", True, now)
    return now


def wait_after(cache: Cache, now: int) -> int:
    """Seconds that a hold just after `now` is told to wait."""
    return cache.port.mark(marks(ADA, "A2", f"probe-{now}", now=now), now).admission.retry_after_seconds


def test_letting_go_four_times_in_five_minutes_pauses_new_holds_of_that_event(cache: Cache) -> None:
    last = let_go(cache, 4)
    paused = cache.port.mark(marks(ADA, "A2", "t1", now=last), last)

    assert (paused.marked, paused.admission) == (False, Admission("rate_limited", 2))
    other = event("ev_2", ROOM, TODAY + 8 * HOUR)
    assert cache.port.mark(marks(ADA, "A2", "t2", event=other), last).marked
    assert cache.port.mark(marks(GRACE, "A2", "t3"), last).marked
    assert cache.port.mark(marks(ADA, "A3", "t4", now=last), last + 2 * SECOND).marked


def test_the_pause_doubles_to_thirty_seconds(cache: Cache) -> None:
    now, waits = let_go(cache, 4), []
    for number in range(6):
        waits.append(wait_after(cache, now))
        now += waits[-1] * SECOND
        assert cache.port.mark(marks(ADA, "A1", f"again-{number}", now=now), now).marked
        cache.port.free(EV_1, ADA, order(f"or_again-{number}"), ["A1"], f"free-{number}", True, now)

    assert waits == [2, 4, 8, 16, 30, 30]


def test_three_times_is_no_offence_and_five_quiet_minutes_clear(cache: Cache) -> None:
    last = let_go(cache, 4)
    quiet = last + 5 * MINUTE
    assert let_go(cache, 3, quiet) == quiet + 20 * SECOND


def test_what_was_let_go_five_minutes_ago_counts_no_more(cache: Cache) -> None:
    for second in (0, 100, 200, 299):
        now = TODAY + second * SECOND
        cache.port.mark(marks(ADA, "A1", f"go-{second}", now=now, order_id="or_1"), now)
        cache.port.free(EV_1, ADA, order(), ["A1"], f"free-{second}", True, now)

    assert wait_after(cache, TODAY + 5 * MINUTE - 1) == 2
    assert cache.port.mark(marks(ADA, "A1", "t1", now=TODAY + 5 * MINUTE), TODAY + 5 * MINUTE).marked


def test_a_lapse_is_letting_go(cache: Cache) -> None:
    cache.port.mark(marks(ADA, "B1", "t1"), TODAY)
    now = END + SECOND
    for number in range(3):
        cache.port.mark(marks(ADA, "A1", f"go-{number}", now=now, order_id="or_1"), now)
        cache.port.free(EV_1, ADA, order(), ["A1"], f"free-{number}", True, now)

    assert wait_after(cache, now) == 2


def test_one_lapse_counts_once(cache: Cache) -> None:
    """A hold that lapsed, and three tries that came to nothing: only the first of these let anything go."""
    cache.port.mark(marks(ADA, "B1", "t0"), TODAY)
    now = END + SECOND
    for number in range(5):
        request = marks(ADA, "A1", f"lost-{number}", now=now)
        marked = cache.port.mark(request, now)
        assert marked.marked, "coming to nothing is not letting go"
        cache.port.undo(request, marked, (), now)


def test_replacing_a_selection_is_not_letting_go(cache: Cache) -> None:
    for number in range(6):
        now = TODAY + number * SECOND
        assert cache.port.mark(marks(ADA, f"A{number % 2 + 1}", f"t{number}", now=now), now).marked
        cache.port.free(EV_1, ADA, order(), [f"A{number % 2 + 1}"], f"f{number}", False, now)


def test_who_still_holds_seats_is_not_paused(cache: Cache) -> None:
    """The pause is for new holds: changing a hold is not one."""
    last = let_go(cache, 4)
    assert cache.port.mark(marks(ADA, "A1", "t1", now=last), last + 2 * SECOND).marked
    assert cache.port.mark(marks(ADA, "A2", "t2", now=last), last + 2 * SECOND).marked


def test_a_desk_lets_go_as_often_as_it_must(cache: Cache) -> None:
    last = let_go(cache, 6, visitor=CLERK)
    assert cache.port.mark(marks(CLERK, "A1", "t1", now=last), last).marked


def test_losing_everything_forgets_counts_too_and_nobody_is_stopped_by_it(cache: Cache) -> None:
    last = let_go(cache, 4)
    cache.lose_everything()

    assert cache.port.mark(marks(ADA, "A1", "t1", now=last), last).marked
    cache.port.load(EV_1, [SeatRow("A2", "empty", 1)], last, None)


def test_a_hold_that_passed_admission_before_fills_no_bucket_again(make_cache: MakeCache) -> None:
    cache = make_cache(hold=Bucket(1, 2), live_holds_max=1)
    for number in range(2):
        assert cache.port.admit(ADA, "hold", TODAY).code is None
        admitted = marks(ADA, "A1", f"t{number}", admitted=True)
        assert cache.port.mark(admitted, TODAY).admission.code is None
    assert cache.port.admit(ADA, "hold", TODAY).code == "rate_limited"
    other = marks(ADA, "A1", "t9", event=event("ev_9", ROOM, TODAY + 9 * HOUR), admitted=True)
    assert cache.port.mark(other, TODAY).admission.code == "hold_limit_reached", "the cap of live holds is asked"
