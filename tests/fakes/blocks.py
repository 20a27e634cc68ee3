"""The table of blocks, the blocks in the cache and the edge's IP sets, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from box_office.domain.blocks import Block, CachedBlock, Source, Subject
from box_office.domain.errors import Unavailable
from box_office.ports import CacheDown
from tests.fakes.seat_cache import FakeSeatCache


@dataclass
class FakeBlocks:
    """ports.Blocks. `down`: the table does not answer."""

    rows: dict[tuple[Source, Subject], Block] = field(default_factory=dict)
    down: bool = False

    def put(self, block: Block) -> None:
        self._answer()
        self.rows[block.source, block.subject] = block

    def of_subject(self, subject: Subject) -> list[Block]:
        self._answer()
        return [self.rows[source, subject] for source in Source if (source, subject) in self.rows]

    def end(self, block: Block, now: int) -> bool:
        self._answer()
        if not block.live(now) or self.rows.get((block.source, block.subject)) != block:
            return False
        self.rows[block.source, block.subject] = replace(block, ends_at=now)
        return True

    def ending_after(self, source: Source, ended_since: int, most: int) -> list[Block]:
        self._answer()
        found = [block for block in self.rows.values() if block.source is source and block.ends_at > ended_since]
        return sorted(found, key=lambda block: -block.ends_at)[:most]

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("Cannot read the blocks just now.")


@dataclass
class FakeBlockedInCache:
    """ports.BlockedInCache."""

    cache: FakeSeatCache

    def carry(self, blocks: Sequence[CachedBlock], now: int) -> None:
        if self.cache.down:
            raise CacheDown("the fake is down")
        self.cache.admission.carry(blocks, now)


@dataclass
class FakeBlockedAtEdge:
    """ports.BlockedAtEdge. `there`: the edge is deployed."""

    there: bool = True
    networks: dict[int, tuple[str, ...]] = field(default_factory=lambda: {4: (), 6: ()})

    def replace(self, by_version: Mapping[int, Sequence[str]]) -> int | None:
        if not self.there:
            return None
        wanted = {version: tuple(networks) for version, networks in by_version.items()}
        changed = sum(self.networks[version] != networks for version, networks in wanted.items())
        self.networks |= wanted
        return changed
