"""Carries blocks from their table into the cache, which admission reads; carry_blocks_to_edge.py carries blocked
addresses to the edge's firewall.

Two functions do it, each minute and whenever an operator blocks or unblocks: the cache is reached from inside of the
network only, and AWS WAF from outside of it only. Both carry the table as it is, so a run that was lost costs a minute,
and a cache that lost everything has its blocks again after one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from box_office.domain.blocks import EDGE_NETWORKS_MAX, Block, Source, in_cache
from box_office.ports import BlockedInCache, Blocks, Counters

# Longer than the cache and its function can be away without an alarm: a block that an operator ended is taken out of
# the cache by the first run that reaches it again.
ENDED_MS = 3_600_000
BLOCKS_MAX = 20_000  # of each source that one run carries: those that end last
# An operator may block as many addresses of each version of IP as the edge takes, and as many users.
OPERATORS_BLOCKS_MAX = 3 * EDGE_NETWORKS_MAX


@dataclass(frozen=True)
class CarryPorts:
    blocks: Blocks
    cache: BlockedInCache
    counters: Counters


def carry_blocks(ports: CarryPorts, now: int) -> int:
    """How many subjects the cache blocks by the table. Raises Unavailable, CacheDown."""
    blocks = [
        *read(ports.blocks, Source.OPERATOR, now - ENDED_MS, OPERATORS_BLOCKS_MAX, ports.counters),
        *read(ports.blocks, Source.AUTOMATIC, now - ENDED_MS, BLOCKS_MAX, ports.counters),
    ]
    wanted = in_cache(blocks, now)
    ports.cache.carry(wanted, now)
    ports.counters.count("SelfBlocks", number=blocked_by_themselves(blocks, now))
    return sum(block.ends_at > now for block in wanted)


def blocked_by_themselves(blocks: Iterable[Block], now: int) -> int:
    return sum(block.source is Source.AUTOMATIC and block.live(now) for block in blocks)


def read(table: Blocks, source: Source, ended_since: int, most: int, counters: Counters) -> list[Block]:
    found = table.ending_after(source, ended_since, most + 1)
    if len(found) > most:
        counters.count("BlocksLeftOut")
    return found[:most]
