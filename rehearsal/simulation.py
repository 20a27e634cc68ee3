"""The on-sale itself, in virtual time: steps of a tenth of a second while people arrive, of a second from then on.

In a step all who act in it act together, in the order of their times: arrays instead of one event after the other,
because a million people make a hundred million requests (docs/decisions.md has the measurement). What a step decides is
decided by the same rules as in the system: throttles and environments in front.py, marks and the table's partitions
here and in storage.py, pushback and lanes in lanes.py, what people do in people.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rehearsal.counts import Counts
from rehearsal.crowd import AGAIN_SECONDS, Crowd
from rehearsal.deployed import Deployed
from rehearsal.front import Asked, Front
from rehearsal.lanes import Lanes
from rehearsal.pages import WaitingPages, Watchers
from rehearsal.people import People, Phase
from rehearsal.resources import Ids
from rehearsal.rooms import Rooms
from rehearsal.scene import Numbers, Scene
from rehearsal.seen import Seen
from rehearsal.service_times import ServiceTime
from rehearsal.storage import Holds, Looks, Storage

STEP, LATER_STEP = 0.1, 1.0
HORIZON_S = 3 * 3_600
TAIL_S = 120.0  # so long after the last arrival the short steps go on
CACHE_TIMEOUT_S = 0.3  # CacheSettings.cache_timeout_ms


@dataclass
class Simulation:
    crowd: Crowd
    deployed: Deployed
    numbers: Numbers
    counts: Counts
    times: Mapping[str, ServiceTime]
    step: float = STEP
    seen: Seen = field(init=False)
    now: float = 0.0

    def __post_init__(self) -> None:
        crowd, deployed, numbers = self.crowd, self.deployed, self.numbers
        self.seen = Seen(HORIZON_S)
        self.dice = np.random.default_rng(crowd.seed)
        scene = Scene(crowd, deployed, numbers, self.counts, self.times, self.seen, self.dice)
        self.rooms = Rooms(crowd, self.dice)
        self.people = People(scene, self.rooms)
        self.storage = Storage(deployed, numbers.quotas, numbers.ecpu, crowd, self.counts, self.seen)
        self.watchers = Watchers(crowd.showings, deployed.edge_caches)
        waiting = WaitingPages(HORIZON_S + 2)
        self.front = Front(scene, self.people, waiting)
        self.lanes = Lanes(scene, self.people, self.rooms, self.storage, waiting)

    def run(self) -> Seen:
        while self.now < HORIZON_S and self.people.is_anyone_left():
            step = self.step if self.now < self.crowd.arrive_seconds + TAIL_S else max(self.step, LATER_STEP)
            self._advance(step)
            self.now += step
        self.seen.counted["seconds"] = self.now
        return self.seen

    def _advance(self, step: float) -> None:
        now, people = self.now, self.people
        due = people.due(now + step)
        phases = people.phase[due]
        arriving = due[phases == Phase.ARRIVING]
        people.arrive(arriving)
        self.seen.add("arrivals", now, len(arriving))
        people.choose(due[phases == Phase.LOOKING])
        people.let_go(due[phases == Phase.IDLE])
        paying = people.still_holding(due[phases == Phase.TYPING], now)
        self._count_watchers()
        asked = Asked(
            holds=due[phases == Phase.CLICKING],
            pays=paying,
            arrived=len(arriving),
            looks_at_edge=self.watchers.asked * step,
            looks=self.watchers.reached * step,
            callbacks=self.lanes.callbacks(),
        )
        holding, paying = self.front.let_through(now, step, asked, self.lanes.working)
        self._hold(holding, step)
        self.lanes.submit(now, paying)
        self.lanes.work(now, step, self.front.unreserved_part)
        self.lanes.book(now, step, self.front.unreserved_part)

    def _count_watchers(self) -> None:
        """Of the seat maps; the edge answers all of their looks but one a second, showing and regional cache."""
        if self.watchers.is_counted(self.now):
            return
        phase = self.people.phase
        looking = (phase == Phase.LOOKING) | (phase == Phase.CLICKING)
        self.watchers.count(self.now, self.people.showing[looking])
        self.taken_of_watched = self.rooms.taken_part(self.watchers.watched)

    def _hold(self, holding: Ids, step: float) -> None:
        """Marks in the cache decide who may write; the table's partitions, who is written."""
        now, people, watchers = self.now, self.people, self.watchers
        showings = people.showing[holding]
        watchers.tried(showings, now)
        won = self.rooms.winners(people.chosen[holding]) if len(holding) else np.zeros(0, dtype=bool)
        part = self.front.looks_part
        looks = Looks(watchers.watched, watchers.reads * part, watchers.packs * part, self.taken_of_watched)
        holds = Holds(showings, won, self.rooms.taken_part(showings))
        bypass = self.storage.refused_by_cache(now, step, holds, looks, self.dice)
        lost = holding[~won]
        self._answer(lost, "hold_lost", bypass[~won])
        self.seen.counted["answers 409, seats taken"] += len(lost)
        people.look_again(lost, now)
        winners, slow = holding[won], bypass[won]
        written = self.storage.written(now, step, showings[won], people.wanted[winners], self.dice)
        people.come_again(winners[~written], now, AGAIN_SECONDS)
        winners, slow = winners[written], slow[written]
        self.rooms.take(people.chosen[winners])
        waited = self._answer(winners, "hold_seat", slow)
        self.seen.waited("click to seats", now - people.clicked_at[winners].clip(max=now) + waited)
        self.seen.add("held", now, len(winners))
        people.hold(winners, now, waited)

    def _answer(self, answered: Ids, verb: str, bypass: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How long each waited for HoldSeat's answer. `bypass`: the cache had no time for it."""
        waited = self.front.answered(verb, len(answered))
        waited[bypass] += CACHE_TIMEOUT_S
        self.seen.waited("HoldSeat", waited)
        return waited
