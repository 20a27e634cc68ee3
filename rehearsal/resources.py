"""What an on-sale can run out of: token buckets, functions' environments, the cache, partitions of a table, queues."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


@dataclass
class Bucket:
    """API Gateway's throttle: `rate` a second, and `burst` at once."""

    rate: float
    burst: float
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def share(self, wanted: float, step: float) -> float:
        """Which part of `wanted` gets through in this step."""
        self.tokens = min(max(self.burst, self.rate * step), self.tokens + self.rate * step)
        part = 1.0 if wanted <= self.tokens else self.tokens / wanted
        self.tokens -= part * wanted
        return part


@dataclass
class Environments:
    """Of one function. It may add `burst` at once and `rate` a second; one that starts serves its first request late,
    and no other until then."""

    burst: float
    rate: float
    warm: float = 0.0
    tokens: float = field(init=False)
    starting: list[tuple[float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tokens = self.burst

    def serve(
        self, now: float, step: float, wanted: float, mean_s: float, limit: float, cold_s: float
    ) -> tuple[float, float]:
        """How many of `wanted` requests are served in this step, and how many of these by a new environment. `limit`:
        the concurrency that the function may have."""
        self.tokens = min(self.burst, self.tokens + self.rate * step)
        ready = [count for at, count in self.starting if at <= now]
        if ready:
            self.warm += sum(ready)
            self.starting = [one for one in self.starting if one[0] > now]
        begun = sum(count for _, count in self.starting)
        capacity = max(0.0, min(self.warm, limit - begun)) * step / mean_s
        missing = max(0.0, wanted - capacity)
        cold = max(0.0, min(missing, self.tokens, limit - self.warm - begun))
        if cold:
            self.tokens -= cold
            self.starting.append((now + cold_s, cold))
        return min(wanted, capacity + cold), cold

    @property
    def begun(self) -> float:
        return sum(count for _, count in self.starting)


@dataclass
class Cache:
    """ElastiCache Serverless: what it takes doubles while it is busy, up to the stage's maximum; a slot never more than
    its own."""

    level: float
    most: float
    slot: float
    doubling_s: float

    def refused_of_users(self, of_users: float) -> float:
        """Which part of requests finds the slot of its user full, at so many ECPU a second of each such slot."""
        return 0.0 if of_users <= self.slot else 1 - self.slot / of_users

    def refused(self, ecpu: float, by_slot: NDArray[np.float64], step: float) -> tuple[float, NDArray[np.float64]]:
        """Which part of all is refused, and which part of each slot's. All figures are a second's."""
        part = 0.0 if ecpu <= self.level else 1 - self.level / ecpu
        over = np.where(by_slot > self.slot, 1 - self.slot / np.maximum(by_slot, 1e-9), 0.0)
        if ecpu > self.level / 2:
            self.level = min(self.most, self.level * 2 ** (step / self.doubling_s))
        return part, over


class Partitions:
    """Write units of the showings' rows, a partition each at the worst: what one may write in a second."""

    def __init__(self, count: int, units: float) -> None:
        self._units = units
        self._left = np.full(count, float(units))
        self._at = np.zeros(count)  # when so many were left

    def take(self, now: float, showings: Ids, units: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of the writes, in this order, find units."""
        order = np.argsort(showings, kind="stable")
        where, cost = showings[order], units[order]
        self._refill(now, where)
        total = np.cumsum(cost)
        first = np.r_[True, where[1:] != where[:-1]] if len(where) else np.zeros(0, dtype=bool)
        before = np.maximum.accumulate(np.where(first, total - cost, 0.0)) if len(where) else total
        found = total - before <= self._left[where]
        np.subtract.at(self._left, where[found], cost[found])
        taken = np.zeros(len(showings), dtype=bool)
        taken[order] = found
        return taken

    def _refill(self, now: float, showings: Ids) -> None:
        """Only those that are written to: a hundred thousand films have millions of showings."""
        since = now - self._at[showings]
        self._left[showings] = np.minimum(self._left[showings] + self._units * since, self._units)
        self._at[showings] = now


class Queue:
    """First in, first out, of people; each with the time at which they came."""

    def __init__(self) -> None:
        self._people = np.zeros(1_024, dtype=np.int64)
        self._since = np.zeros(1_024)
        self._head = self._tail = 0

    def __len__(self) -> int:
        return self._tail - self._head

    def put(self, people: Ids, now: float) -> None:
        while self._tail + len(people) > len(self._people):
            self._people = np.concatenate([self._people, np.zeros_like(self._people)])
            self._since = np.concatenate([self._since, np.zeros_like(self._since)])
        self._people[self._tail : self._tail + len(people)] = people
        self._since[self._tail : self._tail + len(people)] = now
        self._tail += len(people)

    def pop(self, count: int) -> Ids:
        head, self._head = self._head, min(self._tail, self._head + count)
        return self._people[head : self._head]

    def pop_older(self, since: float) -> Ids:
        """Those who have waited since before `since`."""
        return self.pop(int(np.searchsorted(self._since[self._head : self._tail], since)))


@dataclass
class Consumer:
    """A queue's workers: the mapping adds some a second, up to its maximum; how much they have done but not whole."""

    start: float
    rate: float
    most: float
    workers: float = field(init=False)
    done: float = 0.0

    def __post_init__(self) -> None:
        self.workers = min(self.start, self.most)

    def finished(self, waiting: int, step: float, seconds_each: float, part: float = 1.0) -> int:
        """How many messages are done in this step. `part`: of the workers that find an environment."""
        if not waiting:
            self.done, self.workers = 0.0, max(min(self.start, self.most), self.workers - self.rate * step)
            return 0
        self.done += self.workers * part * step / seconds_each
        if waiting > self.workers:
            self.workers = min(self.most, self.workers + self.rate * step)
        count = min(waiting, int(self.done))
        self.done -= count
        return count
