"""What a run saw: figures by the second, answers, times that people waited."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
NO_TIMES: Times = np.zeros(0)


class Seen:
    def __init__(self, seconds: int) -> None:
        self._seconds = seconds
        self._by_second: dict[str, Times] = defaultdict(lambda: np.zeros(seconds + 1))
        self._times: dict[str, list[Times]] = defaultdict(list)
        self.counted: dict[str, float] = defaultdict(float)
        self.first_refused: dict[str, float] = {}

    def add(self, what: str, now: float, amount: float) -> None:
        """What adds up over a second: requests, units."""
        self._by_second[what][min(int(now), self._seconds)] += amount

    def most(self, what: str, now: float, level: float) -> None:
        """What has a level: concurrency, a queue's length."""
        second = min(int(now), self._seconds)
        self._by_second[what][second] = max(self._by_second[what][second], level)

    def refuse(self, by: str, now: float, amount: float) -> None:
        if amount >= 1:
            self.first_refused.setdefault(by, now)
            self.add(f"refused by {by}", now, amount)
            self.counted[f"refused by {by}"] += amount

    def waited(self, what: str, seconds: Times) -> None:
        self._times[what].append(seconds)

    def by_second(self, what: str) -> Times:
        return self._by_second[what]

    def peak(self, what: str, over: int = 1) -> float:
        """The highest mean of so many seconds."""
        return float(np.convolve(self._by_second[what], np.ones(over) / over).max())

    def total(self, what: str) -> float:
        return float(self._by_second[what].sum())

    def percentile(self, what: str, percent: float) -> float:
        times = np.concatenate(self._times[what]) if what in self._times else NO_TIMES
        return float(np.percentile(times, percent)) if len(times) else float("nan")
