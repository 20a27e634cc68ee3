"""Answers by their keys, bounded in bytes: whatever was used longest ago goes first."""

from collections import OrderedDict
from dataclasses import dataclass

from local.edge.cache_key import Key
from local.edge.lifetimes import Lifetime
from local.edge.messages import Answer

BYTES_MAX = 64_000_000
HEAD_BYTES = 2_000  # of an entry's own, beside its body and its key: roughly


@dataclass(frozen=True)
class Entry:
    """An answer of the origin's, kept or not: `lifetime` says."""

    answer: Answer
    stored_at: float
    lifetime: Lifetime

    def age(self, now: float) -> float:
        return max(0.0, now - self.stored_at)

    def is_fresh(self, now: float) -> bool:
        return self.age(now) < self.lifetime.fresh

    def may_be_shown_while_revalidating(self, now: float) -> bool:
        return self.age(now) < self.lifetime.fresh + self.lifetime.stale_while_revalidating

    def may_be_shown_on_error(self, now: float) -> bool:
        return self.age(now) < self.lifetime.fresh + self.lifetime.stale_if_error


class Cache:
    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._bytes, self._bytes_max = 0, bytes_max

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Entry | None:
        entry = self._entries.get(key)
        if entry:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: Key, entry: Entry) -> None:
        """An entry larger than the cache is not kept, nor what was kept before it."""
        before = self._entries.pop(key, None)
        self._bytes -= size(key, before) if before else 0
        if size(key, entry) > self._bytes_max:
            return
        self._entries[key] = entry
        self._bytes += size(key, entry)
        while self._bytes > self._bytes_max:
            self._bytes -= size(*self._entries.popitem(last=False))


def size(key: Key, entry: Entry) -> int:
    return HEAD_BYTES + len(key.path) + len(key.query) + len(entry.answer.body)
