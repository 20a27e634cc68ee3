"""What each person of the on-sale wants, has and does next: one array a property, one number a person."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from rehearsal.crowd import SEATS_MAX, TRIES
from rehearsal.resources import Ids
from rehearsal.rooms import NONE, Rooms
from rehearsal.scene import Scene
from rehearsal.service_times import ServiceTime

NEVER = np.inf


class Phase(IntEnum):
    ARRIVING = 0
    LOOKING = 1
    CLICKING = 2  # the hold is asked for
    TYPING = 3  # the card; the seats are held
    IDLE = 4  # holds seats that they will not pay for
    PAYING = 5  # has a 202; on a lane
    CHARGED = 6
    TICKET = 7  # and all below are final
    SOLD_OUT = 8
    GAVE_UP = 9  # told 429 or 503 until they left
    TURNED_AWAY = 10  # held seats; SubmitPayment asked them to come back until the hold ended
    EXPIRED = 11  # had a 202, and no worker came in time
    LEFT = 12  # of their own will: did not pay, card declined


class People:
    def __init__(self, scene: Scene, rooms: Rooms):
        self._crowd, self._seen, self._dice = scene.crowd, scene.seen, scene.dice
        self._rooms, self._hold_seconds = rooms, scene.deployed.hold_seconds
        crowd, dice = scene.crowd, scene.dice
        people = crowd.people
        self._film = crowd.wanted_films(dice)
        self.wanted = crowd.wanted_seats(dice)
        self.showing = crowd.showings_of(self._film, dice)
        self.chosen: Ids = np.full((people, SEATS_MAX), NONE, dtype=np.int64)
        self.phase = np.zeros(people, dtype=np.int8)
        self.next_at = crowd.arrivals(dice)
        self._tries = np.zeros(people, dtype=np.int16)  # of the same click
        self._showings_tried = np.ones(people, dtype=np.int16)
        self._came_back = np.zeros(people, dtype=bool)
        self.attempt = np.zeros(people, dtype=np.int8)
        self.clicked_at, self.held_at, self.hold_until = (np.full(people, NEVER) for _ in range(3))
        self.submitted_at, self.pinned_at = (np.full(people, NEVER) for _ in range(2))
        self.lane = dice.integers(0, scene.deployed.lanes, people)

    def is_anyone_left(self) -> bool:
        return bool((self.phase < Phase.TICKET).any())

    def due(self, end: float) -> Ids:
        """Who acts before `end`, in the order of their times."""
        due = np.flatnonzero(self.next_at < end)
        return due[np.argsort(self.next_at[due], kind="stable")]

    def ended(self) -> dict[str, int]:
        return {phase.name: int((self.phase == phase).sum()) for phase in Phase}

    def end(self, people: Ids, phase: Phase) -> None:
        self.phase[people] = phase
        self.next_at[people] = NEVER

    def arrive(self, people: Ids) -> None:
        self.phase[people] = Phase.LOOKING
        least, most = self._crowd.look_seconds
        self.next_at[people] = self.next_at[people] + least + self._dice.random(len(people)) * (most - least)

    def choose(self, people: Ids) -> None:
        """On the map as it is; the click follows seconds later, and meets what others took meanwhile."""
        if not len(people):
            return
        chosen = self._rooms.choose(self.showing[people], self.wanted[people])
        found = chosen[:, 0] != NONE
        choosing, without = people[found], people[~found]
        self.chosen[choosing] = chosen[found]
        self.phase[choosing] = Phase.CLICKING
        self._tries[choosing] = 0
        self.next_at[choosing] += 0.5 + 2.5 * self._dice.random(len(choosing))
        self.clicked_at[choosing] = self.next_at[choosing]
        self._look_elsewhere(without)

    def _look_elsewhere(self, people: Ids) -> None:
        """Another showing of their film, then any film, then home; some come back when holds have lapsed."""
        crowd, dice, tried = self._crowd, self._dice, self._showings_tried[people]
        any_film = (tried == crowd.showings_tried) & (dice.random(len(people)) < crowd.any_film)
        more = (tried < crowd.showings_tried) | any_film
        others, out = people[more], people[~more]
        self._showings_tried[others] += 1
        self._film[people[any_film]] = dice.integers(0, crowd.films, int(any_film.sum()))
        self.showing[others] = crowd.showings_of(self._film[others], dice)
        self.phase[others] = Phase.ARRIVING
        self.next_at[others] += 1.0
        again = out[(dice.random(len(out)) < crowd.come_back) & ~self._came_back[out]]
        self._came_back[again] = True
        self._showings_tried[again] = 1
        self.phase[again] = Phase.ARRIVING
        self.next_at[again] += self._hold_seconds * (0.5 + dice.random(len(again)))
        gone = out[self.phase[out] == Phase.LOOKING]
        self.end(gone, Phase.SOLD_OUT)

    def look_again(self, people: Ids, now: float) -> None:
        """Others have the seats that they clicked."""
        self.phase[people] = Phase.LOOKING
        self.next_at[people] = now + 1 + 4 * self._dice.random(len(people))

    def hold(self, people: Ids, now: float, waited: NDArray[np.float64]) -> None:
        """They have their seats, `waited` seconds from now on: most type a card's number, some never pay."""
        self.held_at[people] = now + waited
        self.hold_until[people] = self.held_at[people] + self._hold_seconds
        median, p99 = self._crowd.card_seconds
        typing = ServiceTime(median * 1000, p99 * 1000, "people").sample(self._dice, len(people))
        leaves = self._dice.random(len(people)) < self._crowd.abandon
        self.phase[people] = np.where(leaves, Phase.IDLE, Phase.TYPING)
        submit = np.minimum(self.held_at[people] + typing, self.hold_until[people])
        self.next_at[people] = np.where(leaves, self.hold_until[people], submit)
        self.submitted_at[people] = NEVER

    def let_go(self, people: Ids) -> None:
        self._rooms.give_back(self.chosen[people])
        self.end(people, Phase.LEFT)

    def still_holding(self, people: Ids, now: float) -> Ids:
        """Of those who want to pay now, those whose hold has not ended."""
        over = self.next_at[people] >= self.hold_until[people]
        late = people[over]
        self._rooms.give_back(self.chosen[late])
        turned_away = self.submitted_at[late] < now
        self.end(late[turned_away], Phase.TURNED_AWAY)
        self.end(late[~turned_away], Phase.LEFT)
        return people[~over]

    def lucky(self, people: Ids, part: float, now: float, retry_after: float) -> Ids:
        """Of these people's requests such a part is answered. The others ask again."""
        if part >= 1 or not len(people):
            return people
        through = self._dice.random(len(people)) < part
        self.come_again(people[~through], now, retry_after)
        return people[through]

    def come_again(self, people: Ids, now: float, after: float) -> None:
        """Told 429 or 503: the page tries five times, then its reader does, or leaves."""
        dice = self._dice
        self._seen.counted["answers 429 or 503"] += len(people)
        self.next_at[people] = now + after + 0.2 * dice.random(len(people))
        holding = people[self.phase[people] == Phase.CLICKING]
        self._tries[holding] += 1
        tired = holding[self._tries[holding] >= TRIES]
        self._tries[tired] = 0
        self.next_at[tired] += 3 + 12 * dice.random(len(tired))
        self.end(tired[dice.random(len(tired)) < self._crowd.leave], Phase.GAVE_UP)
        paying = people[self.phase[people] == Phase.TYPING]
        self.submitted_at[paying] = np.minimum(self.submitted_at[paying], now)
