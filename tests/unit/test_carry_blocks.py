"""Blocks on their way from the table to the cache and to the edge, over the fakes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from box_office.domain.blocks import Block, Kind, Source, Subject, address_subject
from box_office.domain.errors import Unavailable
from box_office.ports import CacheDown
from box_office.use_cases.carry_blocks import CarryPorts, carry_blocks
from box_office.use_cases.carry_blocks_to_edge import CarryToEdgePorts, carry_blocks_to_edge
from tests.examples import ADA, ADMISSION_LIMITS, HOUR, MINUTE, SECOND, TODAY
from tests.fakes.blocks import FakeBlockedAtEdge, FakeBlockedInCache, FakeBlocks
from tests.fakes.money import FakeCounters
from tests.fakes.seat_cache import FakeSeatCache

USER, ADDRESS = Subject(Kind.USER, "ada"), address_subject(ADA.address)


def block(subject: Subject, began_at: int = TODAY, ends_at: int = TODAY + HOUR, **changes: object) -> Block:
    return replace(Block(subject, Source.OPERATOR, began_at, ends_at, "a flood", "ops"), **changes)  # type: ignore[arg-type]


@dataclass
class World:
    table: FakeBlocks = field(default_factory=FakeBlocks)
    cache: FakeSeatCache = field(default_factory=lambda: FakeSeatCache(ADMISSION_LIMITS))
    edge: FakeBlockedAtEdge = field(default_factory=FakeBlockedAtEdge)
    counters: FakeCounters = field(default_factory=FakeCounters)

    def put(self, *blocks: Block) -> None:
        for one in blocks:
            self.table.put(one)

    def to_cache(self, now: int = TODAY) -> int:
        return carry_blocks(CarryPorts(self.table, FakeBlockedInCache(self.cache), self.counters), now)

    def to_edge(self, now: int = TODAY) -> int | None:
        return carry_blocks_to_edge(CarryToEdgePorts(self.table, self.edge, self.counters), now)

    def refused(self, now: int) -> bool:
        return self.cache.admit(ADA, "hold", now).code == "blocked"


@pytest.fixture
def world() -> Iterator[World]:
    yield World()


@pytest.mark.parametrize("subject", [USER, ADDRESS])
def test_a_block_acts_from_the_next_run_to_its_end(world: World, subject: Subject) -> None:
    world.put(block(subject))
    assert not world.refused(TODAY)
    assert world.to_cache() == 1
    assert world.refused(TODAY) and world.refused(TODAY + HOUR - 1)
    assert not world.refused(TODAY + HOUR)


def test_a_block_that_an_operator_ended_is_taken_out_by_the_next_run(world: World) -> None:
    world.put(block(USER))
    world.to_cache()
    world.table.end(block(USER), TODAY + MINUTE)
    assert world.refused(TODAY + MINUTE)
    assert world.to_cache(TODAY + MINUTE) == 0
    assert not world.refused(TODAY + MINUTE)


def test_a_block_that_ended_while_no_run_came_for_an_hour_is_taken_out(world: World) -> None:
    world.put(block(USER, ends_at=TODAY + 9 * HOUR))
    world.to_cache()
    ended = TODAY + MINUTE
    world.table.end(block(USER, ends_at=TODAY + 9 * HOUR), ended)
    world.to_cache(ended + HOUR - 1)
    assert not world.refused(ended + HOUR)


@pytest.mark.shows("cache failed over and lost blocks")
def test_a_cache_that_lost_everything_has_its_blocks_again_after_a_run(world: World) -> None:
    world.put(block(USER), block(ADDRESS, source=Source.AUTOMATIC))
    world.to_cache()
    world.cache.wipe()
    assert not world.refused(TODAY + MINUTE)
    assert world.to_cache(TODAY + MINUTE) == 2
    assert world.refused(TODAY + MINUTE)


def test_an_automatic_block_neither_shortens_nor_outlives_the_end_of_an_operators(world: World) -> None:
    world.put(block(USER), block(USER, TODAY + SECOND, TODAY + 10 * MINUTE, source=Source.AUTOMATIC))
    world.to_cache(TODAY + SECOND)
    assert world.refused(TODAY + HOUR - 1)
    for one in world.table.of_subject(USER):
        world.table.end(one, TODAY + MINUTE)
    world.to_cache(TODAY + MINUTE)
    assert not world.refused(TODAY + MINUTE)


def test_who_is_blocked_by_itself_is_counted_while_blocked(world: World) -> None:
    world.put(*(block(Subject(Kind.USER, f"u{n}"), source=Source.AUTOMATIC) for n in range(3)), block(USER))
    world.to_cache()
    assert world.counters.counted["SelfBlocks"] == 3
    world.to_cache(TODAY + HOUR)
    assert world.counters.counted["SelfBlocks"] == 3, "those that have ended count no more"


def test_a_table_or_cache_that_does_not_answer_fails_the_run(world: World) -> None:
    world.cache.down = True
    with pytest.raises(CacheDown):
        world.to_cache()
    world.table.down = True
    with pytest.raises(Unavailable):
        world.to_cache()
    with pytest.raises(Unavailable):
        world.to_edge()


def test_the_edge_refuses_what_operators_block_and_nothing_else(world: World) -> None:
    world.put(block(USER), block(ADDRESS), block(address_subject("2001:db8::/48")))
    world.put(block(address_subject("198.51.100.9"), source=Source.AUTOMATIC))
    assert world.to_edge() == 2
    assert world.edge.networks == {4: ("192.0.2.1/32",), 6: ("2001:db8::/48",)}
    assert world.to_edge(TODAY + HOUR) == 0
    assert world.edge.networks == {4: (), 6: ()}


def test_without_an_edge_nothing_is_carried_to_it(world: World) -> None:
    world.edge.there = False
    world.put(block(ADDRESS))
    assert world.to_edge() is None


def test_what_is_more_than_the_edge_takes_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("box_office.domain.blocks.at_edge.__defaults__", (2,))
    world.put(*(block(address_subject(f"192.0.2.{n}")) for n in range(5)))
    assert world.to_edge() == 2
    assert world.counters.counted["BlocksLeftOut"] == 3


def test_what_is_more_than_a_run_reads_is_counted_and_those_that_end_first_are_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("box_office.use_cases.carry_blocks.BLOCKS_MAX", 2)
    users = [Subject(Kind.USER, f"u{n}") for n in range(3)]
    world.put(*(block(one, ends_at=TODAY + (n + 1) * MINUTE, source=Source.AUTOMATIC) for n, one in enumerate(users)))
    assert world.to_cache() == 2
    assert world.counters.counted["BlocksLeftOut"] == 1
    refused = [world.cache.admit(replace(ADA, user_id=one.value), "hold", TODAY).code for one in users]
    assert refused == [None, "blocked", "blocked"]
