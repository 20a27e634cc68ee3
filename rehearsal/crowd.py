"""The people of an on-sale, and what they come for: their number, when, to which films, and how they behave.

A page's behaviour (tries, pauses) is our page's: a test holds these figures to web/src.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# web/src/holding/hold.ts
TRIES = 5
AGAIN_SECONDS = 2.0
WANTED = ((1, 0.15), (2, 0.6), (3, 0.1), (4, 0.15))  # seats, by which part of the people
SEATS_MAX = 4
SEATS_COUNTED = 2  # of each request whose units `make bench` counted


@dataclass(frozen=True)
class Crowd:
    people: int
    arrive_seconds: float = 60
    front: bool = False  # half of them within the first sixth, else evenly
    films: int = 100
    showings_per_film: int = 48
    seats: int = 450  # of a room
    row: int = 25  # seats side by side
    seats_wanted: tuple[tuple[int, float], ...] = WANTED
    hot: float = 0.1  # of the people come for the first film, which has no more showings than the others
    look_seconds: tuple[float, float] = (5, 30)  # from the map to the choice
    card_seconds: tuple[float, float] = (60, 300)  # median and 99th percentile, from the seats to the submit
    abandon: float = 0.08  # of the holders never pay
    decline: float = 0.05  # of the cards
    showings_tried: int = 4  # of the film that they came for; then half of them take any other
    any_film: float = 0.5
    come_back: float = 0.3  # of those who find all sold out look again when holds have lapsed
    leave: float = 0.1  # of those whose five tries all failed leave at each time
    seed: int = 1

    @property
    def showings(self) -> int:
        return self.films * self.showings_per_film

    @property
    def total_seats(self) -> int:
        return self.showings * self.seats

    def arrivals(self, dice: np.random.Generator) -> NDArray[np.float64]:
        if not self.front:
            return dice.random(self.people) * self.arrive_seconds
        early = dice.random(self.people) < 0.5
        return dice.random(self.people) * np.where(early, self.arrive_seconds / 6, self.arrive_seconds)

    def wanted_films(self, dice: np.random.Generator) -> NDArray[np.int64]:
        """The first film is the hot one; the others are equally popular, as a cinema has showings by popularity."""
        others = dice.integers(min(1, self.films - 1), self.films, self.people)
        return np.where(dice.random(self.people) < self.hot, 0, others).astype(np.int64)

    def wanted_seats(self, dice: np.random.Generator) -> NDArray[np.int64]:
        seats, parts = zip(*self.seats_wanted, strict=True)
        return dice.choice(np.array(seats), self.people, p=np.array(parts))

    def showings_of(self, films: NDArray[np.int64], dice: np.random.Generator) -> NDArray[np.int64]:
        """One showing each of these films: evenings are wanted twice as often as the rest, which are two thirds."""
        number = (dice.random(len(films)) * self.showings_per_film).astype(np.int64)
        evening = dice.random(len(films)) < 0.25
        number = np.where(evening, number // 3, number)
        return films * self.showings_per_film + number
