"""The on-sale itself, in virtual time: steps of a tenth of a second while people arrive, of a second from then on.

In a step all who act in it act together, in the order of their times: arrays instead of one event after the other,
because a million people make a hundred million requests (docs/decisions.md has the measurement). What a step decides is
decided by the same rules as in the system: throttles, environments, marks, the table's partitions, lanes, pushback.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from box_office.domain.pushback import CALLS_PER_PAYMENT, RETRY_AFTER_SECONDS
from infra.gateway_problems import SLOW_DOWN, TRY_AGAIN
from infra.payment_capacity import QUEUE_LENGTH_LAG_SECONDS_MAX
from operations.on_sale import UNRESERVED_MIN
from rehearsal.counts import Counts
from rehearsal.crowd import AGAIN_SECONDS, TRIES, Crowd
from rehearsal.deployed import Deployed
from rehearsal.pages import WaitingPages, Watchers
from rehearsal.resources import Bucket, Consumer, Environments, Ids, Queue
from rehearsal.rooms import NONE, Rooms
from rehearsal.seen import Seen
from rehearsal.service_times import ServiceTime
from rehearsal.storage import Holds, Looks, Storage

NEVER = np.inf
STEP, LATER_STEP = 0.1, 1.0
HORIZON_S = 3 * 3_600
TAIL_S = 120.0  # so long after the last arrival the short steps go on
PAGE_FILES, PUBLIC_READS = 8, 3  # of one arrival: the page's files; film, programme, event
PRIVATE_READS = 1  # GetBooking, for a hold that the visitor already has
CATALOGUE_KEPT_S = 30.0
SECOND_CARD = 0.8  # of the declined pay with another card
CACHE_TIMEOUT_S = 0.3  # CacheSettings.cache_timeout_ms
UNRESERVED = ("seat_map", "get_booking", "submit_payment", "payment_webhook")


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


@dataclass(frozen=True)
class Numbers:
    """What the operator's command sets, and what the account is granted."""

    holds: int | None  # reserved concurrency of hold_seat; None: the template's
    warm: int
    ecpu: float  # the cache's minimum; 0: none
    quotas: Mapping[str, float]
    provider_calls: float  # a second, that the provider grants
    pushback: bool = True  # False: as before domain/pushback.py, for the comparison


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
        crowd, dice = self.crowd, np.random.default_rng(self.crowd.seed)
        self.dice = dice
        self.seen = Seen(HORIZON_S)
        self.rooms = Rooms(crowd, dice)
        people = crowd.people
        self.film = crowd.wanted_films(dice)
        self.wanted = crowd.wanted_seats(dice)
        self.showing = crowd.showings_of(self.film, dice)
        self.chosen: Ids = np.full((people, 4), NONE, dtype=np.int64)
        self.phase = np.zeros(people, dtype=np.int8)
        self.next_at = crowd.arrivals(dice)
        self.tries = np.zeros(people, dtype=np.int16)  # of the same click
        self.showings_tried = np.ones(people, dtype=np.int16)
        self.came_back = np.zeros(people, dtype=bool)
        self.attempt = np.zeros(people, dtype=np.int8)
        self.clicked_at, self.held_at, self.hold_until = (np.full(people, NEVER) for _ in range(3))
        self.submitted_at, self.pinned_at = (np.full(people, NEVER) for _ in range(2))
        self.lane = dice.integers(0, self.deployed.lanes, people)
        self._build_resources()

    def _build_resources(self) -> None:
        deployed, quotas = self.deployed, self.numbers.quotas
        self.gateway = Bucket(min(deployed.api_rate, quotas["api_rate"]), min(deployed.api_burst, quotas["api_burst"]))
        submits = deployed.submits_per_second or NEVER
        self.submits = Bucket(submits, submits)
        self.edge = Bucket(quotas["edge_rate"], quotas["edge_rate"])
        scaling = (quotas["scaling_burst"], quotas["scaling_rate"])
        self.functions = {name: Environments(*scaling) for name in (*UNRESERVED, "hold_seat")}
        self.functions["hold_seat"].warm = float(self.numbers.warm)
        holds = self.numbers.holds if self.numbers.holds is not None else deployed.reserved.get("hold_seat", 0)
        holds = min(holds, int(quotas["concurrency"]) - UNRESERVED_MIN)  # `make on-sale` refuses more
        reserved = {**deployed.reserved, "hold_seat": holds}
        self.holds_limit = float(holds) or quotas["concurrency"]
        self.unreserved = max(1.0, quotas["concurrency"] - sum(reserved.values()))
        self.reserved = reserved
        self.storage = Storage(deployed, quotas, self.numbers.ecpu, self.crowd, self.counts, self.seen)
        self.lanes = [Queue() for _ in range(deployed.lanes)]
        mapping = (quotas["mapping_start"], quotas["mapping_rate"])
        self.workers = [Consumer(*mapping, deployed.workers_per_lane) for _ in range(deployed.lanes)]
        self.charged, self.bookers = Queue(), Consumer(*mapping, deployed.book_at_once)
        self.lengths: list[list[int]] = []  # of the lanes, a second each
        self.waiting = WaitingPages(HORIZON_S + 2)
        self.watchers = Watchers(self.crowd.showings, deployed.edge_caches)
        self.callbacks = 0.0
        self.polls_again = 0.0  # refused, and asked again after a second
        self.lambda_part = 1.0  # of the concurrency that all functions without a part of their own want
        self.worker_seconds = self._seconds_of_a_payment()

    def _seconds_of_a_payment(self) -> float:
        """Of a worker: its calls, none sooner after the one before than its pace allows, and what it does beside."""
        deployed = self.deployed
        interval = deployed.lanes * deployed.workers_per_lane / deployed.calls_per_second
        calls = self.counts.calls_per_sale + self.crowd.decline
        beside = self.times["work_on_lane"].mean_s + self.times["payment_webhook"].mean_s
        return max(calls * interval, calls * self.times["provider_call"].mean_s + beside)

    def run(self) -> Seen:
        while self.now < HORIZON_S and self._is_open():
            step = self.step if self.now < self.crowd.arrive_seconds + TAIL_S else max(self.step, LATER_STEP)
            self._advance(step)
            self.now += step
        self.seen.counted["seconds"] = self.now
        return self.seen

    def _is_open(self) -> bool:
        return bool((self.phase < Phase.TICKET).any())

    def _advance(self, step: float) -> None:
        end = self.now + step
        due = np.flatnonzero(self.next_at < end)
        due = due[np.argsort(self.next_at[due], kind="stable")]
        phases = self.phase[due]
        arriving = due[phases == Phase.ARRIVING]
        self._arrive(arriving)
        self._choose(due[phases == Phase.LOOKING])
        self._let_go(due[phases == Phase.IDLE])
        clicking, typing = due[phases == Phase.CLICKING], due[phases == Phase.TYPING]
        typing = self._still_holding(typing)
        clicking, typing = self._through_the_gateway(clicking, typing, len(arriving), step)
        self._hold(clicking, step)
        self._submit(typing)
        self._work(step)
        self._book(step)

    # What people do

    def _arrive(self, people: Ids) -> None:
        self.phase[people] = Phase.LOOKING
        least, most = self.crowd.look_seconds
        self.next_at[people] = self.next_at[people] + least + self.dice.random(len(people)) * (most - least)
        self.seen.add("arrivals", self.now, len(people))
        self.seen_at_edge = len(people) * float(PAGE_FILES + PUBLIC_READS)

    def _choose(self, people: Ids) -> None:
        """On the map as it is; the click follows seconds later, and meets what others took meanwhile."""
        if not len(people):
            return
        chosen = self.rooms.choose(self.showing[people], self.wanted[people])
        found = chosen[:, 0] != NONE
        choosing, without = people[found], people[~found]
        self.chosen[choosing] = chosen[found]
        self.phase[choosing] = Phase.CLICKING
        self.tries[choosing] = 0
        self.next_at[choosing] += 0.5 + 2.5 * self.dice.random(len(choosing))
        self.clicked_at[choosing] = self.next_at[choosing]
        self._look_elsewhere(without)

    def _look_elsewhere(self, people: Ids) -> None:
        """Another showing of their film, then any film, then home; some come back when holds have lapsed."""
        crowd, tried = self.crowd, self.showings_tried[people]
        any_film = (tried == crowd.showings_tried) & (self.dice.random(len(people)) < crowd.any_film)
        more = (tried < crowd.showings_tried) | any_film
        others, out = people[more], people[~more]
        self.showings_tried[others] += 1
        self.film[people[any_film]] = self.dice.integers(0, crowd.films, int(any_film.sum()))
        self.showing[others] = crowd.showings_of(self.film[others], self.dice)
        self.phase[others] = Phase.ARRIVING
        self.next_at[others] += 1.0
        again = out[(self.dice.random(len(out)) < crowd.come_back) & ~self.came_back[out]]
        self.came_back[again] = True
        self.showings_tried[again] = 1
        self.phase[again] = Phase.ARRIVING
        self.next_at[again] += self.deployed.hold_seconds * (0.5 + self.dice.random(len(again)))
        gone = out[self.phase[out] == Phase.LOOKING]
        self._end(gone, Phase.SOLD_OUT)

    def _end(self, people: Ids, phase: Phase) -> None:
        self.phase[people] = phase
        self.next_at[people] = NEVER

    def _let_go(self, people: Ids) -> None:
        self.rooms.give_back(self.chosen[people])
        self._end(people, Phase.LEFT)

    def _still_holding(self, people: Ids) -> Ids:
        """Of those who want to pay now, those whose hold has not ended."""
        over = self.next_at[people] >= self.hold_until[people]
        late = people[over]
        self.rooms.give_back(self.chosen[late])
        turned_away = self.submitted_at[late] < self.now
        self._end(late[turned_away], Phase.TURNED_AWAY)
        self._end(late[~turned_away], Phase.LEFT)
        return people[~over]

    # Gateway and functions

    def _through_the_gateway(self, holds: Ids, pays: Ids, arrived: int, step: float) -> tuple[Ids, Ids]:
        """Those of the requests that a function answers; the others come again, as the page does."""
        looks = self._looks_at_maps(step)
        waiting = self.waiting.count + arrived
        again = min(self.polls_again, waiting)  # pages that were refused; they ask again in a second
        usual = self.waiting.asks_a_second(self.now) * step + arrived * PRIVATE_READS
        polls = usual * (1 - again / max(1.0, waiting)) + again * step
        kept = self.crowd.films * PUBLIC_READS * self.deployed.edge_caches
        catalogue = min(arrived * PUBLIC_READS, kept / CATALOGUE_KEPT_S * step)
        callbacks, self.callbacks = self.callbacks, 0.0
        wanted = len(holds) + len(pays) + looks + polls + catalogue + callbacks
        at_edge = self.seen_at_edge + len(holds) + len(pays) + polls
        self.seen.add("edge", self.now, at_edge)
        edge_part = self.edge.share(at_edge, step)
        self.seen.refuse("the edge", self.now, at_edge * (1 - edge_part))
        wanted *= edge_part
        part = self.gateway.share(wanted, step)
        self.seen.add("api", self.now, wanted)
        self.seen.add("callbacks", self.now, callbacks)
        self.seen.refuse("the gateway", self.now, wanted * (1 - part))
        part *= edge_part
        holds = self._lucky(holds, part, SLOW_DOWN.retry_after_seconds)
        pays = self._lucky(pays, part, SLOW_DOWN.retry_after_seconds)
        submitted = len(pays)
        pays = self._lucky(pays, self.submits.share(submitted, step), SLOW_DOWN.retry_after_seconds)
        self.seen.refuse("SubmitPayment's throttle", self.now, submitted - len(pays))
        self.seen.add("looks", self.now, looks * part)
        self.seen.add("polls", self.now, polls * part)
        pays = self._shared_concurrency(pays, looks * part, polls * part, callbacks * part, step)
        self.polls_again = max(0.0, again + polls - self.polls_served - again * min(1.0, step))
        self.seen.counted["polls refused"] += polls - self.polls_served
        watchers = self.watchers
        self.looks = Looks(watchers.watched, watchers.reads * part, watchers.packs * part, self.taken_of_watched)
        return self._hold_concurrency(holds, step), pays

    def _lucky(self, people: Ids, part: float, retry_after: float | None) -> Ids:
        """Of these requests such a part is answered. The others ask again, as the page does: it tries five times, then
        its reader does, or leaves."""
        if part >= 1 or not len(people):
            return people
        through = self.dice.random(len(people)) < part
        self._come_again(people[~through], retry_after or AGAIN_SECONDS)
        return people[through]

    def _come_again(self, people: Ids, after: float) -> None:
        self.seen.counted["answers 429 or 503"] += len(people)
        self.next_at[people] = self.now + after + 0.2 * self.dice.random(len(people))
        holding = people[self.phase[people] == Phase.CLICKING]
        self.tries[holding] += 1
        tired = holding[self.tries[holding] >= TRIES]
        self.tries[tired] = 0
        self.next_at[tired] += 3 + 12 * self.dice.random(len(tired))
        self._end(tired[self.dice.random(len(tired)) < self.crowd.leave], Phase.GAVE_UP)
        paying = people[self.phase[people] == Phase.TYPING]
        self.submitted_at[paying] = np.minimum(self.submitted_at[paying], self.now)

    def _looks_at_maps(self, step: float) -> float:
        """Requests for seat maps that reach the API: the edge answers all but one a second, showing and regional
        cache."""
        if not self.watchers.is_counted(self.now):
            looking = (self.phase == Phase.LOOKING) | (self.phase == Phase.CLICKING)
            self.watchers.count(self.now, self.showing[looking])
            self.taken_of_watched = self.rooms.taken_part(self.watchers.watched)
        self.seen_at_edge += self.watchers.asked * step
        return self.watchers.reached * step

    def _shared_concurrency(self, pays: Ids, looks: float, polls: float, callbacks: float, step: float) -> Ids:
        """Functions without concurrency of their own share what the account has left, workers included."""
        wanted = {"seat_map": looks, "get_booking": polls, "submit_payment": len(pays), "payment_webhook": callbacks}
        busy = {
            name: count * self.times[name].mean_s / step if not self.reserved.get(name) else 0.0
            for name, count in wanted.items()
        }
        working = sum(consumer.workers for consumer, lane in zip(self.workers, self.lanes, strict=True) if len(lane))
        working += self.bookers.workers if len(self.charged) else 0.0
        total = sum(busy.values()) + working
        self.lambda_part = min(1.0, self.unreserved / max(total, 1e-9))
        self.seen.most("concurrency, unreserved", self.now, total)
        self.seen.refuse("Lambda's unreserved concurrency", self.now, (1 - self.lambda_part) * sum(wanted.values()))
        served = {}
        for name, count in wanted.items():
            limit = max(1.0, busy[name] * self.lambda_part) if self.lambda_part < 1 else self.unreserved
            limit = float(self.reserved.get(name) or limit)
            cold_s = self.times["cold_start"].mean_s
            served[name], _ = self.functions[name].serve(self.now, step, count, self.times[name].mean_s, limit, cold_s)
            part = 1.0 if self.reserved.get(name) else self.lambda_part
            self.seen.refuse(f"environments of {name}", self.now, count * part - served[name])
        self.polls_served = min(polls, served["get_booking"])
        return self._lucky(pays, served["submit_payment"] / max(1, len(pays)), TRY_AGAIN.retry_after_seconds)

    def _hold_concurrency(self, holds: Ids, step: float) -> Ids:
        count = len(holds)
        limit = min(self.holds_limit, self.numbers.quotas["concurrency"])
        mean, cold_s = self.times["hold_seat"].mean_s, self.times["cold_start"].mean_s
        function = self.functions["hold_seat"]
        most = min(count, limit * self.numbers.quotas["calls_per_concurrency"] * step)
        served, cold = function.serve(self.now, step, most, mean, limit, cold_s)
        self.seen.add("holds", self.now, count)
        self.seen.most("concurrency, hold_seat", self.now, count * mean / step + function.begun)
        self.seen.refuse("environments of hold_seat", self.now, count - served)
        self.cold_part = cold / max(1.0, served)
        return self._lucky(holds, served / max(1, count), TRY_AGAIN.retry_after_seconds)

    # Seats

    def _hold(self, people: Ids, step: float) -> None:
        showings = self.showing[people]
        self.watchers.tried(showings, self.now)
        won = self.rooms.winners(self.chosen[people]) if len(people) else np.zeros(0, dtype=bool)
        holds = Holds(showings, won, self.rooms.taken_part(showings))
        bypass = self.storage.refused_by_cache(self.now, step, holds, self.looks, self.dice)
        lost = people[~won]
        self._answer(lost, "hold_lost", bypass[~won])
        self.seen.counted["answers 409, seats taken"] += len(lost)
        self.phase[lost] = Phase.LOOKING
        self.next_at[lost] = self.now + 1 + 4 * self.dice.random(len(lost))
        winners, slow = people[won], bypass[won]
        written = self.storage.written(self.now, step, showings[won], self.wanted[winners], self.dice)
        self._come_again(winners[~written], AGAIN_SECONDS)
        winners, slow = winners[written], slow[written]
        self.rooms.take(self.chosen[winners])
        waited = self._answer(winners, "hold_seat", slow)
        self.seen.waited("click to seats", self.now - self.clicked_at[winners].clip(max=self.now) + waited)
        self.held_at[winners] = self.now + waited
        self.hold_until[winners] = self.held_at[winners] + self.deployed.hold_seconds
        self.seen.add("held", self.now, len(winners))
        self._decide_to_pay(winners)

    def _decide_to_pay(self, winners: Ids) -> None:
        median, p99 = self.crowd.card_seconds
        typing = ServiceTime(median * 1000, p99 * 1000, "people").sample(self.dice, len(winners))
        leaves = self.dice.random(len(winners)) < self.crowd.abandon
        self.phase[winners] = np.where(leaves, Phase.IDLE, Phase.TYPING)
        submit = np.minimum(self.held_at[winners] + typing, self.hold_until[winners])
        self.next_at[winners] = np.where(leaves, self.hold_until[winners], submit)
        self.submitted_at[winners] = NEVER

    def _answer(self, people: Ids, verb: str, bypass: NDArray[np.bool_]) -> NDArray[np.float64]:
        """How long each waited for this answer."""
        count = len(people)
        waited = self.times[verb].sample(self.dice, count) + self.times["way"].sample(self.dice, count)
        cold = self.dice.random(count) < self.cold_part
        waited[cold] += self.times["cold_start"].sample(self.dice, int(cold.sum()))
        waited[bypass] += CACHE_TIMEOUT_S
        self.seen.waited("HoldSeat", waited)
        return waited

    # Money

    def _submit(self, people: Ids) -> None:
        if not len(people):
            return
        self.submitted_at[people] = np.minimum(self.submitted_at[people], self.now)
        refused = self._has_to_wait()[self.lane[people]] if self.numbers.pushback else np.zeros(len(people), dtype=bool)
        waits, paid = people[refused], people[~refused]
        self.seen.refuse("pushback of the lanes", self.now, len(waits))
        self.seen.counted["answers 429 or 503"] += len(waits)
        self.hold_until[waits] = np.maximum(
            self.hold_until[waits], self.held_at[waits] + self.deployed.hold_seconds_max
        )
        self.next_at[waits] = self.now + RETRY_AFTER_SECONDS * (1 + 0.05 * self.dice.random(len(waits)))
        self.storage.charge(self.now, self.counts.submit, self.wanted[paid])
        self.pinned_at[paid] = self.now
        self.waiting.come(len(paid), self.now)
        self._end(paid, Phase.PAYING)
        for number, lane in enumerate(self.lanes):
            lane.put(paid[self.lane[paid] == number], self.now)
        self.seen.add("paid", self.now, len(paid))

    def _has_to_wait(self) -> NDArray[np.bool_]:
        """By lane: domain/pushback.py's three quarters, of a queue's length that SQS said a minute ago."""
        if len(self.lengths) <= QUEUE_LENGTH_LAG_SECONDS_MAX:
            return np.zeros(self.deployed.lanes, dtype=bool)
        lengths = np.array(self.lengths[-1 - QUEUE_LENGTH_LAG_SECONDS_MAX])
        rate = self.deployed.calls_per_second / self.deployed.lanes / CALLS_PER_PAYMENT
        return np.asarray(lengths / rate * 4 >= self.deployed.unreached_seconds_max * 3)

    def _work(self, step: float) -> None:
        calls = self.counts.calls_per_sale + self.crowd.decline
        busy = sum(consumer.workers for consumer, lane in zip(self.workers, self.lanes, strict=True) if len(lane))
        planned = busy / self.worker_seconds * calls
        granted = min(1.0, self.numbers.provider_calls / max(planned, 1e-9))
        done = []
        for lane, consumer in zip(self.lanes, self.workers, strict=True):
            late = lane.pop_older(self.now - self.deployed.unreached_seconds_max)
            self.waiting.leave(self.pinned_at[late])
            self.rooms.give_back(self.chosen[late])
            self._end(late, Phase.EXPIRED)
            count = consumer.finished(len(lane), step, self.worker_seconds, min(self.lambda_part, granted))
            done.append(lane.pop(count))
        worked = np.concatenate(done)
        self.seen.add("calls", self.now, len(worked) * calls)
        self.seen.most("workers", self.now, busy)
        self.seen.most("lanes", self.now, sum(map(len, self.lanes)))
        while len(self.lengths) <= int(self.now):
            self.lengths.append([len(lane) for lane in self.lanes])
        self._outcome(worked)

    def _outcome(self, people: Ids) -> None:
        self.storage.charge(self.now, self.counts.work, self.wanted[people])
        self.callbacks += len(people)
        declined = self.dice.random(len(people)) < self.crowd.decline
        again = declined & (self.attempt[people] == 0) & (self.dice.random(len(people)) < SECOND_CARD)
        second, gone, charged = people[again], people[declined & ~again], people[~declined]
        self.waiting.leave(self.pinned_at[people[declined]])
        self.attempt[second] = 1
        self.phase[second] = Phase.TYPING
        self.hold_until[second] = np.maximum(self.hold_until[second], self.now + 120)
        self.next_at[second] = self.now + 15 + 45 * self.dice.random(len(second))
        self.submitted_at[second] = NEVER
        self.rooms.give_back(self.chosen[gone])
        self._end(gone, Phase.LEFT)
        self.phase[charged] = Phase.CHARGED
        self.charged.put(charged, self.now)

    def _book(self, step: float) -> None:
        seconds = self.times["book_order"].mean_s
        booked = self.charged.pop(self.bookers.finished(len(self.charged), step, seconds, self.lambda_part))
        self.waiting.leave(self.pinned_at[booked])
        self.storage.charge(self.now, self.counts.book, self.wanted[booked])
        self._end(booked, Phase.TICKET)
        steps = ("provider_call", "provider_call", "work_on_lane", "book_order")
        own = sum(self.times[name].sample(self.dice, len(booked)) for name in steps)
        waited = self.now - self.submitted_at[booked] + own
        self.seen.waited("submit to ticket", waited)
        self.seen.waited("submit to the page's tickets", self.waiting.seen_after(waited, self.dice))
        self.seen.most("waiting for their ticket's booking", self.now, len(self.charged))
        self.seen.add("tickets", self.now, len(booked))

    def people(self) -> dict[str, int]:
        """How it ended."""
        return {phase.name: int((self.phase == phase).sum()) for phase in Phase}
