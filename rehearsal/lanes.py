"""From a 202 to the tickets: pushback, lanes and their workers, the provider's answers, the booking."""

import numpy as np
from numpy.typing import NDArray

from box_office.domain.pushback import CALLS_PER_PAYMENT, RETRY_AFTER_SECONDS
from infra.payment_capacity import QUEUE_LENGTH_LAG_SECONDS_MAX
from rehearsal.pages import WaitingPages
from rehearsal.people import NEVER, People, Phase
from rehearsal.resources import Consumer, Ids, Queue
from rehearsal.rooms import Rooms
from rehearsal.scene import Scene
from rehearsal.storage import Storage

SECOND_CARD = 0.8  # of the declined pay with another card


class Lanes:
    def __init__(self, scene: Scene, people: People, rooms: Rooms, storage: Storage, waiting: WaitingPages):
        self._crowd, self._deployed, self._numbers = scene.crowd, scene.deployed, scene.numbers
        self._counts, self._times, self._seen, self._dice = scene.counts, scene.times, scene.seen, scene.dice
        self._people, self._rooms, self._storage, self._waiting = people, rooms, storage, waiting
        deployed = scene.deployed
        mapping = (scene.numbers.quotas["mapping_start"], scene.numbers.quotas["mapping_rate"])
        self._lanes = [Queue() for _ in range(deployed.lanes)]
        self._workers = [Consumer(*mapping, deployed.workers_per_lane) for _ in range(deployed.lanes)]
        self._charged, self._bookers = Queue(), Consumer(*mapping, deployed.book_at_once)
        self._lengths: list[list[int]] = []  # of the lanes, a second each
        self._callbacks = 0.0
        self._calls_per_payment = scene.counts.calls_per_sale + scene.crowd.decline
        self.worker_seconds = self._seconds_of_a_payment()

    def _seconds_of_a_payment(self) -> float:
        """Of a worker: its calls, none sooner after the one before than its pace allows, and what it does beside."""
        deployed, calls = self._deployed, self._calls_per_payment
        interval = deployed.lanes * deployed.workers_per_lane / deployed.calls_per_second
        beside = self._times["work_on_lane"].mean_s + self._times["payment_webhook"].mean_s
        return max(calls * interval, calls * self._times["provider_call"].mean_s + beside)

    def callbacks(self) -> float:
        """How many the provider has sent since this was asked."""
        sent, self._callbacks = self._callbacks, 0.0
        return sent

    @property
    def working(self) -> float:
        """Environments of the workers and the booking function that have something to do."""
        return self._busy_workers + (self._bookers.workers if len(self._charged) else 0.0)

    @property
    def _busy_workers(self) -> float:
        return sum(consumer.workers for consumer, lane in zip(self._workers, self._lanes, strict=True) if len(lane))

    def submit(self, now: float, submitting: Ids) -> None:
        if not len(submitting):
            return
        people, none = self._people, np.zeros(len(submitting), dtype=bool)
        people.submitted_at[submitting] = np.minimum(people.submitted_at[submitting], now)
        refused = self._has_to_wait()[people.lane[submitting]] if self._numbers.pushback else none
        waits, paid = submitting[refused], submitting[~refused]
        self._seen.refuse("pushback of the lanes", now, len(waits))
        self._seen.counted["answers 429 or 503"] += len(waits)
        people.hold_until[waits] = np.maximum(
            people.hold_until[waits], people.held_at[waits] + self._deployed.hold_seconds_max
        )
        people.next_at[waits] = now + RETRY_AFTER_SECONDS * (1 + 0.05 * self._dice.random(len(waits)))
        self._storage.charge(now, self._counts.submit, people.wanted[paid])
        people.pinned_at[paid] = now
        self._waiting.come(len(paid), now)
        people.end(paid, Phase.PAYING)
        for number, lane in enumerate(self._lanes):
            lane.put(paid[people.lane[paid] == number], now)
        self._seen.add("paid", now, len(paid))

    def _has_to_wait(self) -> NDArray[np.bool_]:
        """By lane: domain/pushback.py's three quarters, of a queue's length that SQS said a minute ago."""
        if len(self._lengths) <= QUEUE_LENGTH_LAG_SECONDS_MAX:
            return np.zeros(self._deployed.lanes, dtype=bool)
        lengths = np.array(self._lengths[-1 - QUEUE_LENGTH_LAG_SECONDS_MAX])
        rate = self._deployed.calls_per_second / self._deployed.lanes / CALLS_PER_PAYMENT
        return np.asarray(lengths / rate * 4 >= self._deployed.unreached_seconds_max * 3)

    def work(self, now: float, step: float, found_part: float) -> None:
        """`found_part`: of the workers that find an environment."""
        busy, people = self._busy_workers, self._people
        planned = busy / self.worker_seconds * self._calls_per_payment
        granted = min(1.0, self._numbers.provider_calls / max(planned, 1e-9))
        done = []
        for lane, consumer in zip(self._lanes, self._workers, strict=True):
            late = lane.pop_older(now - self._deployed.unreached_seconds_max)
            self._waiting.leave(people.pinned_at[late])
            self._rooms.give_back(people.chosen[late])
            people.end(late, Phase.EXPIRED)
            count = consumer.finished(len(lane), step, self.worker_seconds, min(found_part, granted))
            done.append(lane.pop(count))
        worked = np.concatenate(done)
        self._seen.add("calls", now, len(worked) * self._calls_per_payment)
        self._seen.most("workers", now, busy)
        self._seen.most("lanes", now, sum(map(len, self._lanes)))
        while len(self._lengths) <= int(now):
            self._lengths.append([len(lane) for lane in self._lanes])
        self._outcome(now, worked)

    def _outcome(self, now: float, worked: Ids) -> None:
        people, dice = self._people, self._dice
        self._storage.charge(now, self._counts.work, people.wanted[worked])
        self._callbacks += len(worked)
        declined = dice.random(len(worked)) < self._crowd.decline
        again = declined & (people.attempt[worked] == 0) & (dice.random(len(worked)) < SECOND_CARD)
        second, gone, charged = worked[again], worked[declined & ~again], worked[~declined]
        self._waiting.leave(people.pinned_at[worked[declined]])
        people.attempt[second] = 1
        people.phase[second] = Phase.TYPING
        people.hold_until[second] = np.maximum(people.hold_until[second], now + 120)
        people.next_at[second] = now + 15 + 45 * dice.random(len(second))
        people.submitted_at[second] = NEVER
        people.let_go(gone)
        people.phase[charged] = Phase.CHARGED
        self._charged.put(charged, now)

    def book(self, now: float, step: float, found_part: float) -> None:
        seconds, people = self._times["book_order"].mean_s, self._people
        booked = self._charged.pop(self._bookers.finished(len(self._charged), step, seconds, found_part))
        self._waiting.leave(people.pinned_at[booked])
        self._storage.charge(now, self._counts.book, people.wanted[booked])
        people.end(booked, Phase.TICKET)
        steps = ("provider_call", "provider_call", "work_on_lane", "book_order")
        own = sum(self._times[name].sample(self._dice, len(booked)) for name in steps)
        waited = now - people.submitted_at[booked] + own
        self._seen.waited("submit to ticket", waited)
        self._seen.waited("submit to the page's tickets", self._waiting.seen_after(waited, self._dice))
        self._seen.most("waiting for their ticket's booking", now, len(self._charged))
        self._seen.add("tickets", now, len(booked))
