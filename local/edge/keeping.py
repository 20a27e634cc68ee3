"""Answers that are shared: out of the cache, or from the origin once for all who ask at the same time.

Requests are put together only where a policy caches. The answer of a request that others waited for is theirs only if
it may be kept: each of them asks for itself when it turns out to be one person's own, or an error.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from local.edge.cache import Cache, Entry
from local.edge.cache_key import Key
from local.edge.lifetimes import Lifetime
from local.edge.messages import Answer, with_header, without

SERVER_ERRORS = range(500, 600)
OF_A_304 = ("cache-control", "date", "expires", "last-modified")  # which replace what was kept
HIT, MISS, REFRESHED = "Hit", "Miss", "RefreshHit"

# Asks the origin; with an entity tag, whether the answer that has it is still the one.
Ask = Callable[[str | None], Awaitable[Answer]]
LifetimeOf = Callable[[Answer], Lifetime]
Found = tuple[Entry, str]  # and how, as X-Cache says it


@dataclass(frozen=True)
class Kept:
    answer: Answer
    age: float | None  # in seconds; None: straight from the origin
    how: str  # as X-Cache says it


class Keeper:
    def __init__(self, cache: Cache, clock: Callable[[], float]) -> None:
        """`clock`: seconds since the epoch."""
        self._cache, self._clock = cache, clock
        self._asking: dict[Key, asyncio.Task[Found]] = {}

    async def own(self, key: Key, ask: Ask, lifetime_of: LifetimeOf) -> Kept:
        """For a policy that caches nothing. Errors may be kept all the same, by the distribution's own times."""
        entry = self._cache.get(key)
        if entry and entry.is_fresh(self._clock()):
            return self._kept(entry, HIT)
        return self._kept(*await self._fetch(key, None, ask, lifetime_of))

    async def shared(self, key: Key, ask: Ask, lifetime_of: LifetimeOf) -> Kept:
        entry, now = self._cache.get(key), self._clock()
        if entry and entry.is_fresh(now):
            return self._kept(entry, HIT)
        others = self._asking.get(key)
        asking = others or self._start(key, entry, ask, lifetime_of)
        if entry and entry.may_be_shown_while_revalidating(now):
            return self._kept(entry, HIT)
        # A viewer that hangs up ends its own waiting, not that of the others.
        found, how = await asyncio.shield(asking)
        if others and not found.lifetime.is_kept:
            found, how = await self._fetch(key, None, ask, lifetime_of)
        return self._kept(found, how)

    def _start(self, key: Key, entry: Entry | None, ask: Ask, lifetime_of: LifetimeOf) -> "asyncio.Task[Found]":
        asking = asyncio.create_task(self._fetch(key, entry, ask, lifetime_of))
        self._asking[key] = asking
        asking.add_done_callback(lambda _: self._asking.pop(key, None))
        return asking

    async def _fetch(self, key: Key, entry: Entry | None, ask: Ask, lifetime_of: LifetimeOf) -> "Found":
        """The answer that is to be shown, kept if it may be. `entry`: the one that is no longer fresh."""
        answer = await ask(entry.answer.header("ETag") if entry else None)
        now = self._clock()
        if entry and answer.status in SERVER_ERRORS and entry.may_be_shown_on_error(now):
            return entry, HIT
        is_confirmed = entry is not None and answer.status == 304
        if entry and is_confirmed:
            answer = confirmed(entry.answer, answer)
        found = Entry(answer, now, lifetime_of(answer))
        if found.lifetime.is_kept:
            self._cache.put(key, found)
        return found, REFRESHED if is_confirmed else MISS

    def _kept(self, entry: Entry, how: str) -> Kept:
        return Kept(entry.answer, None if how == MISS else entry.age(self._clock()), how)


def confirmed(kept: Answer, not_modified: Answer) -> Answer:
    newer = [(name, value) for name, value in not_modified.headers if name.lower() in OF_A_304]
    headers = without(kept.headers, [name for name, _ in newer])
    for name, value in newer:
        headers = with_header(headers, name, value)
    return replace(kept, headers=headers)
