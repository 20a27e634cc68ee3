"""Blocks of users and addresses: their table, and the two places that they are carried to."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from box_office.domain.blocks import Block, CachedBlock, Source, Subject


class Blocks(Protocol):
    """The table of blocks. Every method raises Unavailable if the table does not answer."""

    def put(self, block: Block) -> None:
        """Takes the place of the subject's earlier block of the same source."""
        ...

    def of_subject(self, subject: Subject) -> list[Block]:
        """Also those that have ended."""
        ...

    def end(self, block: Block, now: int) -> bool:
        """Ends a block now. False: it had ended, or another one has taken its place."""
        ...

    def ending_after(self, source: Source, ended_since: int, most: int) -> list[Block]:
        """At most so many of the blocks that end, or ended, after `ended_since`: those that end last come first."""
        ...


class BlockedInCache(Protocol):
    """The blocks that admission reads."""

    def carry(self, blocks: Sequence[CachedBlock], now: int) -> None:
        """Sets or ends each. A block in the cache that is newer than the one given, and ends later, stays. Raises
        CacheDown."""
        ...


class BlockedAtEdge(Protocol):
    """The edge's IP sets of blocked addresses."""

    def replace(self, by_version: Mapping[int, Sequence[str]]) -> int | None:
        """The networks of IPv4 and IPv6 that are refused from now on. How many sets were changed; None if there is no
        edge. Raises Unavailable."""
        ...
