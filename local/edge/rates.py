"""Requests of one address in a sliding window, counted by the second. AWS WAF counts the same requests, and looks at
the count every ten seconds or so: it refuses later than this does."""

from collections import OrderedDict, deque

ADDRESSES_MAX = 10_000  # those that were counted longest ago go first


class Rate:
    def __init__(self, limit: int, window_seconds: int) -> None:
        self._limit, self._window = limit, window_seconds
        self._counts: OrderedDict[str, Counts] = OrderedDict()

    def exceeds(self, address: str, now: float) -> bool:
        """Counts one more of `address`. `now`: seconds that only grow."""
        counts = self._counts.setdefault(address, Counts())
        self._counts.move_to_end(address)
        if len(self._counts) > ADDRESSES_MAX:
            self._counts.popitem(last=False)
        return counts.add(int(now), self._window) > self._limit


class Counts:
    def __init__(self) -> None:
        self._seconds: deque[list[int]] = deque()  # [second, requests in it]
        self._total = 0

    def add(self, second: int, window: int) -> int:
        """The requests in the window, this one among them."""
        while self._seconds and self._seconds[0][0] <= second - window:
            self._total -= self._seconds.popleft()[1]
        if not self._seconds or self._seconds[-1][0] != second:
            self._seconds.append([second, 0])
        self._seconds[-1][1] += 1
        self._total += 1
        return self._total
