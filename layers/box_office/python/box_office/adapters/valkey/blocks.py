"""The blocks that admission reads: a key for each user and each address that is blocked, gone when the block lapses."""

from collections.abc import Sequence

from box_office.adapters.valkey.admission_keys import block_key
from box_office.adapters.valkey.connection import Call, Script, ValkeyConnection
from box_office.domain.blocks import CachedBlock

BLOCK = Script("block")
CALLS_AT_ONCE = 500


class ValkeyBlocks:
    """ports.BlockedInCache."""

    def __init__(self, connection: ValkeyConnection, shards: int) -> None:
        self._connection = connection
        self._shards = shards

    def carry(self, blocks: Sequence[CachedBlock], now: int) -> None:
        calls = [
            Call(BLOCK, (block_key(block.subject, self._shards),), (now, block.ends_at, block.began_at))
            for block in blocks
        ]
        for first in range(0, len(calls), CALLS_AT_ONCE):
            self._connection.run(calls[first : first + CALLS_AT_ONCE])
