"""Pages that ask by themselves: those that show a map while their reader chooses, and those that wait for a ticket."""

import numpy as np
from numpy.typing import NDArray

from box_office.domain.polling import LONG_PAUSE_SECONDS, PAUSES
from rehearsal.resources import Ids

Amounts = NDArray[np.float64]
EDGE_CACHES = 3  # ASSUMED: regional caches of the edge that a country's people come through
MAP_POLL_S = 2.0  # POLL_SECONDS of http_api/seats.py: while the map changes


class Watchers:
    """Of the showings' maps. The edge answers all of their looks but one a second, showing and regional cache."""

    def __init__(self, showings: int) -> None:
        self._showings = showings
        self._counted_at = -1.0
        self.reads = np.zeros(showings)  # a second and showing, that reach the API
        self.asked = self.reached = self.most = 0.0  # a second: of all maps, at the edge and at the API; of one map

    def count(self, now: float, watched: Ids) -> None:
        """`watched`: the showing of each watcher."""
        asked = np.bincount(watched, minlength=self._showings) / MAP_POLL_S
        self._counted_at = now
        self.asked = float(asked.sum())
        self.reads = np.minimum(asked, EDGE_CACHES, out=asked)
        self.reached, self.most = float(self.reads.sum()), float(self.reads.max())

    def is_counted(self, now: float) -> bool:
        """Within this second."""
        return now - self._counted_at < 1


class WaitingPages:
    """Of those who have a 202 and no ticket yet. They ask GetBooking as soon as its `poll_after` says."""

    def __init__(self, seconds: int) -> None:
        self._since = np.zeros(seconds)  # how many have waited since this second
        asks = 1 / np.array([pause_of(age) for age in range(seconds)])
        self._asks = (asks + np.r_[asks[0], asks[:-1]]) / 2  # half of them came in the second before

    def come(self, count: int, now: float) -> None:
        self._since[int(now)] += count

    def leave(self, since: Amounts) -> None:
        np.subtract.at(self._since, since.astype(np.int64), 1)

    @property
    def count(self) -> float:
        return float(self._since.sum())

    def asks_a_second(self, now: float) -> float:
        begun = int(now) + 1
        return float(self._since[:begun] @ self._asks[begun - 1 :: -1])


def pause_of(age: int) -> float:
    """Seconds from one look to the next, so many seconds after the submit."""
    return next((pause for until_ms, pause in PAUSES if age * 1000 < until_ms), LONG_PAUSE_SECONDS)
