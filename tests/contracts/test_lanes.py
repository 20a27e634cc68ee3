"""SeatCache: a session's lane, rows that are copied, what is queued and what is bought. On the fake and on Valkey."""

from dataclasses import replace

import valkey

from box_office.domain.orders import OrderRef
from box_office.domain.seats import SeatRow
from box_office.ports import Visitor
from tests.contracts.conftest import Cache, valkey_cache
from tests.examples import ADA, ADMISSION_LIMITS, CLERK, EV_1, EV_2, GRACE, MINUTE, SECOND, TODAY, held_row, marks


def lane_of(cache: Cache, visitor: Visitor, now: int) -> int | None:
    return cache.port.mark(marks(visitor, "A1", f"t{visitor.user_id}{now}", now), now).lane


def visitors(count: int) -> list[Visitor]:
    return [Visitor("192.0.2.9", f"user{number}") for number in range(count)]


def test_new_sessions_take_the_lane_with_the_fewest(cache: Cache) -> None:
    lanes = [lane_of(cache, visitor, TODAY) for visitor in visitors(6)]
    assert sorted(lanes) == [0, 0, 0, 1, 1, 1]


def test_a_session_keeps_its_lane_for_ten_minutes_after_its_last_request(cache: Cache) -> None:
    first, second, third = visitors(3)
    lane = lane_of(cache, first, TODAY)
    other = lane_of(cache, second, TODAY)
    assert lane != other
    now = TODAY
    for _ in range(8):  # it slides: 72 minutes in all
        now += 9 * MINUTE
        assert lane_of(cache, first, now) == lane
    assert lane_of(cache, third, now) == other, "the second's session lapsed: its lane has the fewest"
    now += 59 * SECOND  # a request so soon after another is not noted by itself
    lane_of(cache, first, now)
    assert lane_of(cache, first, now + 10 * MINUTE) == lane


def test_lapsed_sessions_do_not_count_and_a_hundred_are_trimmed_a_call(cache: Cache) -> None:
    for visitor in visitors(4):
        lane_of(cache, visitor, TODAY)
    late = TODAY + 12 * MINUTE
    new = [lane_of(cache, Visitor("192.0.2.9", f"new{number}"), late) for number in range(4)]
    assert sorted(new) == [0, 0, 1, 1]


def test_one_call_trims_at_most_a_hundred_lapsed_sessions(cache_url: str) -> None:
    cache, server = valkey_cache(cache_url, ADMISSION_LIMITS), valkey.Valkey.from_url(cache_url)
    key = "{us:0}:lane:0"
    server.zadd(key, {f"gone{number}": TODAY for number in range(250)})
    lane_of(cache, visitors(1)[0], TODAY + 60 * MINUTE)
    assert server.zcard(key) == 150


def test_a_queued_hold_is_remembered_for_who_queued_it(cache: Cache) -> None:
    cache.port.remember_queued(EV_1, OrderRef("ada", "ev_1", "or_1"))
    assert cache.port.queued(EV_1, ADA, "or_1") == OrderRef("ada", "ev_1", "or_1")
    assert cache.port.queued(EV_1, GRACE, "or_1") is None
    assert cache.port.queued(EV_1, ADA, "or_2") is None


def test_a_queued_hold_of_a_desk_is_remembered_with_its_sale(cache: Cache) -> None:
    cache.port.remember_queued(EV_1, OrderRef("clerk", "ev_1", "or_1", "s1"))
    assert cache.port.queued(EV_1, CLERK, "or_1") == OrderRef("clerk", "ev_1", "or_1", "s1")


def test_copied_rows_replace_what_was_known(cache: Cache) -> None:
    cache.port.copy(EV_1, [held_row("A1", 2), SeatRow("A2", "booked", 1, "or_x", "grace")], TODAY)
    assert cache.letters("A1 A2 A3") == "hbe"
    cache.port.copy(EV_1, [held_row("A1", 3, until=TODAY - MINUTE, pinned=True)], TODAY)
    assert cache.letters("A1") == "h", "a pinned seat is held whatever its time"
    cache.port.copy(EV_1, [SeatRow("A1", "empty", 2)], TODAY)
    assert cache.letters("A1") == "h", "an older row replaces nothing"
    cache.port.copy(EV_1, [SeatRow("A1", "empty", 4)], TODAY)
    assert cache.letters("A1") == "e"


def test_a_flushed_event_is_forgotten(cache: Cache) -> None:
    cache.port.copy(EV_1, [held_row("A1")], TODAY)
    cache.port.flush(EV_1)
    assert cache.letters("A1") == "e"
    assert cache.port.read_map(EV_1, None, TODAY).loaded_at is None


def test_a_purchase_ends_what_was_counted_against_its_buyer(make_cache) -> None:
    cache = make_cache(live_holds_max=1)
    cache.port.mark(marks(ADA, "A1", "t1"), TODAY)
    other = marks(ADA, "A1", "t2", event=EV_2)
    assert cache.port.mark(other, TODAY).admission.code == "hold_limit_reached"
    cache.port.purchased(EV_1, ADA, None)
    assert cache.port.mark(replace(other, token="t3"), TODAY).admission.code is None
