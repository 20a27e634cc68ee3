"""Pages that ask by themselves: those that show a map while their reader chooses, and those that wait for a ticket."""

import numpy as np
from numpy.typing import NDArray

from box_office.domain.polling import pause_seconds
from rehearsal.resources import Ids

Amounts = NDArray[np.float64]
MAP_POLL_S = 2.0  # POLL_SECONDS of http_api/seats.py: while the map changes
# web/src/holding/polling.ts asks again after 1.5 times as long while nothing changes, at most after four times: after
# 2, 3, 4.5, 6.75 and 8 seconds. So a reader who chooses for 19 seconds makes five looks.
UNCHANGED_MAP_POLL_S = 19.25 / 5.2
UNCHANGED_S = 5.0
ANSWERS_TAKE = 0.15  # of a page's pauses, at most
CALM_TRIES = 2.0  # a second and showing: QUIET_TRIES of adapters/valkey/seats.py in a window


class Watchers:
    """Of the showings' maps. The edge answers all of their looks but one a second, showing and regional cache."""

    def __init__(self, showings: int, edge_caches: int) -> None:
        self._showings, self._edge_caches = showings, edge_caches
        self._counted_at = -1.0
        self._tries = np.zeros(showings)  # to hold seats, since the watchers were counted
        self._tried_at = np.full(showings, -np.inf)
        self.watched: Ids = np.zeros(0, dtype=np.int64)  # showings, in order
        self.reads = self.packs = np.zeros(0)  # a second and watched showing: looks at the API; those that pack a map
        self.asked = self.reached = 0.0  # a second, of all maps: at the edge and at the API

    def tried(self, showings: Ids, now: float) -> None:
        np.add.at(self._tries, showings, 1)
        self._tried_at[showings] = now

    def count(self, now: float, watching: Ids) -> None:
        """`watching`: the showing of each watcher."""
        watchers = np.bincount(watching, minlength=self._showings)
        self.watched = np.flatnonzero(watchers)
        pauses = np.where(now - self._tried_at[self.watched] < UNCHANGED_S, MAP_POLL_S, UNCHANGED_MAP_POLL_S)
        asked = watchers[self.watched] / pauses
        self.reads = np.minimum(asked, self._edge_caches)
        self.packs = packs_of(self.reads, self._tries[self.watched] / max(1.0, now - self._counted_at))
        self.asked, self.reached = float(asked.sum()), float(self.reads.sum())
        self._tries[:] = 0
        self._counted_at = now

    def is_counted(self, now: float) -> bool:
        """Within this second."""
        return now - self._counted_at < 1


def packs_of(reads: Amounts, tries: Amounts) -> Amounts:
    """Of so many looks a second, those that pack the map anew: the first of each second, and those that follow a change
    as long as a window's tries are no rush."""
    calm = np.minimum(1.0, CALM_TRIES / np.maximum(tries, 1e-9))
    return np.asarray(np.minimum(reads, 1.0) + calm * np.minimum(np.maximum(reads - 1.0, 0.0), tries))


class WaitingPages:
    """Of those who have a 202 and no ticket yet. They ask GetBooking as soon as its `poll_after` says."""

    def __init__(self, seconds: int) -> None:
        self._since = np.zeros(seconds)  # how many have waited since this second
        pauses = np.array([pause_seconds(age * 1000) for age in range(seconds)])
        asks = 1 / pauses
        self._looks = looks_after(pauses)
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

    def seen_after(self, waited: Amounts, dice: np.random.Generator) -> Amounts:
        """Seconds from the submit to the look that shows the tickets, which are there after so many. Each page's looks
        take time of their own, so pages do not look at the same moments."""
        slower = 1 + ANSWERS_TAKE * dice.random(len(waited))
        return np.asarray(self._looks[np.searchsorted(self._looks, waited / slower)] * slower)


def looks_after(pauses: NDArray[np.int64]) -> Amounts:
    """Seconds from the submit to each look. `pauses`: after looks at so many seconds."""
    looks = [0]
    while looks[-1] < len(pauses):
        looks.append(looks[-1] + int(pauses[looks[-1]]))
    return np.array(looks, dtype=np.float64)
