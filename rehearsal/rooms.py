"""Every seat of every showing: free or not, and how people choose among the free ones."""

import numpy as np
from numpy.typing import NDArray

from rehearsal.crowd import SEATS_MAX, Crowd

PROBES = 8
NONE = -1

Ids = NDArray[np.int64]


class Rooms:
    def __init__(self, crowd: Crowd, dice: np.random.Generator) -> None:
        self._crowd, self._dice = crowd, dice
        self._taken = np.zeros(crowd.total_seats, dtype=bool)
        self.free = np.full(crowd.showings, crowd.seats, dtype=np.int64)

    def choose(self, showings: Ids, wanted: Ids) -> Ids:
        """Seats side by side for each person, as numbers over all rooms, NONE beyond those wanted. A row of NONE: the
        showing has fewer seats than they want. People want the middle, so many want the same."""
        seats, row = self._crowd.seats, self._crowd.row
        count = len(showings)
        chosen = np.full((count, SEATS_MAX), NONE, dtype=np.int64)
        open_to = np.flatnonzero(self.free[showings] >= wanted)
        for _ in range(PROBES):
            if not len(open_to):
                break
            want = wanted[open_to]
            start = self._dice.triangular(0, 0.55 * seats, seats, len(open_to)).astype(np.int64)
            start -= np.maximum(0, start % row + want - row)  # not over the row's end
            places = start[:, None] + np.arange(SEATS_MAX)
            inside = np.arange(SEATS_MAX) < want[:, None]
            numbers = np.where(inside, showings[open_to][:, None] * seats + places, NONE)
            free = ~(self._taken[np.where(inside, numbers, 0)] & inside).any(axis=1)
            chosen[open_to[free]] = numbers[free]
            open_to = open_to[~free]
        for one in open_to:
            chosen[one] = self._any_free(int(showings[one]), int(wanted[one]))
        return chosen

    def _any_free(self, showing: int, wanted: int) -> Ids:
        """Seats of a nearly full room, side by side as far as may be."""
        begin = showing * self._crowd.seats
        free = begin + np.flatnonzero(~self._taken[begin : begin + self._crowd.seats])
        first = int(self._dice.integers(0, len(free) - wanted + 1))
        found = np.full(SEATS_MAX, NONE, dtype=np.int64)
        found[:wanted] = free[first : first + wanted]
        return found

    def taken_part(self, showings: Ids) -> NDArray[np.float64]:
        return np.asarray(1 - self.free[showings] / self._crowd.seats)

    def winners(self, chosen: Ids) -> NDArray[np.bool_]:
        """Who gets their seats if the requests come in this order: all of the seats, or none."""
        inside = chosen != NONE
        won = ~(self._taken[np.where(inside, chosen, 0)] & inside).any(axis=1)
        left = np.flatnonzero(won)
        won = np.zeros(len(chosen), dtype=bool)
        marked: set[int] = set()
        numbers, counts = np.unique(chosen[left][inside[left]], return_counts=True)
        contested = numbers[counts > 1]
        fights = np.isin(chosen[left], contested).any(axis=1)
        won[left[~fights]] = True
        for one in left[fights]:
            seats = [int(seat) for seat in chosen[one] if seat != NONE]
            if marked.isdisjoint(seats):
                marked.update(seats)
                won[one] = True
        return won

    def take(self, chosen: Ids) -> None:
        self._set(chosen, True)

    def give_back(self, chosen: Ids) -> None:
        self._set(chosen, False)

    def _set(self, chosen: Ids, taken: bool) -> None:
        numbers = chosen[chosen != NONE]
        self._taken[numbers] = taken
        np.add.at(self.free, numbers // self._crowd.seats, -1 if taken else 1)
