"""What an on-sale can run out of, in virtual time: throttles, environments, the cache, partitions, queues, seats."""

import numpy as np
import pytest

from rehearsal.crowd import Crowd
from rehearsal.pages import WaitingPages, Watchers, packs_of
from rehearsal.resources import Bucket, Cache, Consumer, Environments, Partitions, Queue
from rehearsal.rooms import NONE, Rooms


def test_a_throttle_lets_its_burst_through_and_then_its_rate() -> None:
    gateway = Bucket(rate=100, burst=50)
    assert gateway.share(50, 0.1) == 1
    assert gateway.share(100, 0.1) == pytest.approx(0.1)  # ten tokens came back


def test_a_function_adds_a_thousand_environments_at_once_and_a_hundred_a_second() -> None:
    """AWS Lambda Developer Guide, "Lambda function scaling": 1,000 every ten seconds."""
    function = Environments(burst=1_000, rate=100)
    assert function.serve(0.0, 0.1, wanted=5_000, mean_s=0.1, limit=10_000, cold_s=1.0) == (1_000, 1_000)
    served, cold = function.serve(0.1, 0.1, wanted=5_000, mean_s=0.1, limit=10_000, cold_s=1.0)
    assert (served, cold) == (pytest.approx(10), pytest.approx(10)), "the thousand are still starting"
    served, _ = function.serve(1.0, 0.1, wanted=5_000, mean_s=0.1, limit=10_000, cold_s=1.0)
    assert served >= 1_000, "each that has started answers one request in a tenth of a second"


def test_a_function_never_has_more_environments_than_it_may() -> None:
    function = Environments(burst=1_000, rate=100)
    assert function.serve(0.0, 0.1, wanted=5_000, mean_s=0.1, limit=40, cold_s=1.0) == (40, 40)
    assert function.serve(0.1, 0.1, wanted=5_000, mean_s=0.1, limit=40, cold_s=1.0) == (0, 0)


def test_warm_environments_answer_at_once() -> None:
    assert Environments(1_000, 100, warm=200).serve(0.0, 0.1, 150, 0.1, 10_000, 1.0) == (150, 0)


def test_a_busy_cache_doubles_up_to_the_stages_maximum() -> None:
    cache = Cache(level=30_000, most=100_000, slot=30_000, doubling_s=150)
    refused, _ = cache.refused(60_000, np.zeros(1), 150)
    assert (refused, cache.level) == (0.5, 60_000)
    cache.refused(60_000, np.zeros(1), 150)
    assert cache.level == 100_000


def test_one_showings_slot_is_full_although_the_cache_is_not() -> None:
    cache = Cache(level=1e6, most=1e6, slot=30_000, doubling_s=150)
    refused, by_slot = cache.refused(70_000, np.array([60_000.0, 10_000.0]), 1)
    assert refused == 0 and list(by_slot) == [0.5, 0]


def test_a_showing_writes_no_more_than_its_partition_takes() -> None:
    partitions = Partitions(2, 10)
    showings = np.array([0, 1, 0, 0])
    assert list(partitions.take(0.0, showings, np.full(4, 4.0))) == [True, True, True, False]
    assert list(partitions.take(0.4, np.array([0, 0]), np.full(2, 4.0))) == [True, False]


def test_a_lane_is_first_in_first_out_and_names_those_who_waited_too_long() -> None:
    lane = Queue()
    lane.put(np.arange(1_500), now=0.0)
    lane.put(np.arange(1_500, 2_000), now=10.0)
    assert list(lane.pop(2)) == [0, 1]
    assert len(lane.pop_older(5.0)) == 1_498
    assert list(lane.pop(1)) == [1_500] and len(lane) == 499


def test_a_queues_mapping_adds_five_workers_a_second() -> None:
    """AWS Lambda Developer Guide, "Scaling behavior for Amazon SQS event source mappings": five, and 300 a minute."""
    lane = Consumer(start=5, rate=5, most=12)
    assert lane.finished(1_000, step=1, seconds_each=1) == 5
    assert lane.finished(1_000, step=1, seconds_each=1) == 10
    assert lane.finished(1_000, step=1, seconds_each=1) == 12 == lane.workers


def test_the_edge_answers_all_looks_but_one_a_second_and_cache() -> None:
    watchers = Watchers(showings=3, edge_caches=1)
    watchers.tried(np.array([0]), now=0.0)
    watchers.count(0.0, np.array([0] * 100 + [2]))
    assert list(watchers.watched) == [0, 2]
    assert watchers.asked == pytest.approx(50 + 0.27, abs=0.01), "the one whose map does not change asks less often"
    assert list(watchers.reads) == pytest.approx([1, 0.27], abs=0.01)


def test_looks_pack_a_map_once_a_second_and_after_each_change_while_there_is_no_rush() -> None:
    reads, tries = np.array([3.0, 3.0, 3.0, 0.5]), np.array([0.0, 1.0, 200.0, 9.0])
    assert list(packs_of(reads, tries)) == pytest.approx([1, 2, 1.02, 0.5])


def test_pages_that_wait_longer_ask_less_often_and_show_the_ticket_a_third_of_the_time_late_at_most() -> None:
    pages = WaitingPages(1_000)
    pages.come(60, now=0.0)
    assert pages.asks_a_second(0.0) == 60 and pages.asks_a_second(900.0) == 3
    waited = np.array([0.5, 2.5, 30.0, 170.0])
    late = pages.seen_after(waited, np.random.default_rng(1)) - waited
    assert all(late >= 0) and all(late <= np.minimum(np.maximum(1, waited / 3), 20) * 1.2)
    pages.leave(np.zeros(60))
    assert pages.count == 0


@pytest.fixture
def rooms() -> Rooms:
    return Rooms(Crowd(people=1, films=1, showings_per_film=2, seats=50), np.random.default_rng(1))


def test_who_comes_first_gets_all_of_the_seats_and_the_next_none(rooms: Rooms) -> None:
    chosen = np.array([[1, 2, NONE, NONE], [2, 3, NONE, NONE], [3, 4, NONE, NONE], [9, NONE, NONE, NONE]])
    assert list(rooms.winners(chosen)) == [True, False, True, True]
    rooms.take(chosen[[0, 2, 3]])
    assert list(rooms.winners(chosen)) == [False] * 4 and list(rooms.free) == [45, 50]
    rooms.give_back(chosen[[0]])
    assert list(rooms.winners(chosen)) == [True, False, False, False]


def test_a_room_is_sold_to_its_last_seat_and_to_no_one_twice(rooms: Rooms) -> None:
    sold: list[int] = []
    while True:
        chosen = rooms.choose(np.zeros(1, dtype=np.int64), np.ones(1, dtype=np.int64))
        if chosen[0, 0] == NONE:
            break
        assert rooms.winners(chosen).all()
        rooms.take(chosen)
        sold.append(int(chosen[0, 0]))
    assert sorted(sold) == list(range(50))


def test_who_wants_more_seats_than_are_left_finds_none(rooms: Rooms) -> None:
    rooms.take(np.arange(48).reshape(12, 4))
    want = np.array([2, 3])
    chosen = rooms.choose(np.zeros(2, dtype=np.int64), want)
    assert list((chosen != NONE).sum(axis=1)) == [2, 0]
