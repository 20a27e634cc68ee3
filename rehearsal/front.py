"""Who gets through to a function: the edge, the gateway's throttles, Lambda's concurrency and new environments."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infra.gateway_problems import SLOW_DOWN, TRY_AGAIN
from operations.on_sale import UNRESERVED_MIN
from rehearsal.crowd import AGAIN_SECONDS
from rehearsal.pages import WaitingPages
from rehearsal.people import NEVER, People
from rehearsal.resources import Bucket, Environments, Ids
from rehearsal.scene import Scene

PAGE_FILES, PUBLIC_READS = 8, 3  # of one arrival: the page's files; film, programme, event
PRIVATE_READS = 1  # GetBooking, for a hold that the visitor already has
CATALOGUE_KEPT_S = 30.0
UNRESERVED = ("seat_map", "get_booking", "submit_payment", "payment_webhook")


@dataclass(frozen=True)
class Asked:
    """The requests of one step. `looks` at maps and those at the edge, `callbacks`: how many; the rest by person."""

    holds: Ids
    pays: Ids
    arrived: int
    looks_at_edge: float
    looks: float
    callbacks: float


class Front:
    def __init__(self, scene: Scene, people: People, waiting: WaitingPages):
        self._quotas, self._times, self._seen = scene.numbers.quotas, scene.times, scene.seen
        self._people, self._waiting, self._dice = people, waiting, scene.dice
        deployed, numbers = scene.deployed, scene.numbers
        self._catalogue_kept = scene.crowd.films * PUBLIC_READS * deployed.edge_caches
        quotas = numbers.quotas
        self.gateway = Bucket(min(deployed.api_rate, quotas["api_rate"]), min(deployed.api_burst, quotas["api_burst"]))
        submits = deployed.submits_per_second or NEVER
        self._submits = Bucket(submits, submits)
        self._edge = Bucket(quotas["edge_rate"], quotas["edge_rate"])
        scaling = (quotas["scaling_burst"], quotas["scaling_rate"])
        self._functions = {name: Environments(*scaling) for name in (*UNRESERVED, "hold_seat")}
        self._functions["hold_seat"].warm = float(numbers.warm)
        holds = numbers.holds if numbers.holds is not None else deployed.reserved.get("hold_seat", 0)
        holds = min(holds, int(quotas["concurrency"]) - UNRESERVED_MIN)  # `make on-sale` refuses more
        self._reserved = {**deployed.reserved, "hold_seat": holds}
        self.holds_limit = float(holds) or quotas["concurrency"]
        self.unreserved = max(1.0, quotas["concurrency"] - sum(self._reserved.values()))
        self.unreserved_part = 1.0  # of the concurrency that all functions without a part of their own want
        self.looks_part = 1.0  # of the looks at maps that get through to the function
        self.cold_part = 0.0  # of the holds that a new environment answers
        self._polls_again = 0.0  # refused, and asked again after a second

    def let_through(self, now: float, step: float, asked: Asked, working: float) -> tuple[Ids, Ids]:
        """The holds and payments that a function answers; the others come again, as the page does. `working`: the
        functions behind queues that are busy."""
        waiting = self._waiting.count + asked.arrived
        again = min(self._polls_again, waiting)  # pages that were refused; they ask again in a second
        usual = self._waiting.asks_a_second(now) * step + asked.arrived * PRIVATE_READS
        polls = usual * (1 - again / max(1.0, waiting)) + again * step
        part = self._through_the_gateway(now, step, asked, polls)
        holds = self._people.lucky(asked.holds, part, now, slow_down())
        pays = self._people.lucky(asked.pays, part, now, slow_down())
        submitted = len(pays)
        pays = self._people.lucky(pays, self._submits.share(submitted, step), now, slow_down())
        self._seen.refuse("SubmitPayment's throttle", now, submitted - len(pays))
        self._seen.add("looks", now, asked.looks * part)
        self._seen.add("polls", now, polls * part)
        self.looks_part = part
        wanted = {
            "seat_map": asked.looks * part,
            "get_booking": polls * part,
            "submit_payment": len(pays),
            "payment_webhook": asked.callbacks * part,
        }
        served = self._served(now, step, wanted, working)
        polls_served = min(polls * part, served["get_booking"])
        pays = self._people.lucky(pays, served["submit_payment"] / max(1, len(pays)), now, try_again())
        self._polls_again = max(0.0, again + polls - polls_served - again * min(1.0, step))
        self._seen.counted["polls refused"] += polls - polls_served
        return self._served_holds(now, step, holds), pays

    def _through_the_gateway(self, now: float, step: float, asked: Asked, polls: float) -> float:
        """Which part of all requests the edge and the gateway's throttle let through."""
        catalogue = min(asked.arrived * PUBLIC_READS, self._catalogue_kept / CATALOGUE_KEPT_S * step)
        clicks = len(asked.holds) + len(asked.pays)
        at_edge = asked.arrived * float(PAGE_FILES + PUBLIC_READS) + asked.looks_at_edge + clicks + polls
        self._seen.add("edge", now, at_edge)
        edge_part = self._edge.share(at_edge, step)
        self._seen.refuse("the edge", now, at_edge * (1 - edge_part))
        wanted = (clicks + asked.looks + polls + catalogue + asked.callbacks) * edge_part
        part = self.gateway.share(wanted, step)
        self._seen.add("api", now, wanted)
        self._seen.add("callbacks", now, asked.callbacks)
        self._seen.refuse("the gateway", now, wanted * (1 - part))
        return part * edge_part

    def _served(self, now: float, step: float, wanted: Mapping[str, float], working: float) -> dict[str, float]:
        """Functions without concurrency of their own share what the account has left, workers included."""
        busy = {
            name: count * self._times[name].mean_s / step if not self._reserved.get(name) else 0.0
            for name, count in wanted.items()
        }
        total = sum(busy.values()) + working
        self.unreserved_part = min(1.0, self.unreserved / max(total, 1e-9))
        self._seen.most("concurrency, unreserved", now, total)
        self._seen.refuse("Lambda's unreserved concurrency", now, (1 - self.unreserved_part) * sum(wanted.values()))
        served = {}
        for name, count in wanted.items():
            limit = max(1.0, busy[name] * self.unreserved_part) if self.unreserved_part < 1 else self.unreserved
            limit = float(self._reserved.get(name) or limit)
            served[name], _ = self._serve(name, now, step, count, limit)
            part = 1.0 if self._reserved.get(name) else self.unreserved_part
            self._seen.refuse(f"environments of {name}", now, count * part - served[name])
        return served

    def _served_holds(self, now: float, step: float, holds: Ids) -> Ids:
        count = len(holds)
        limit = min(self.holds_limit, self._quotas["concurrency"])
        most = min(count, limit * self._quotas["calls_per_concurrency"] * step)
        served, cold = self._serve("hold_seat", now, step, most, limit)
        begun = self._functions["hold_seat"].begun
        self._seen.add("holds", now, count)
        self._seen.most("concurrency, hold_seat", now, count * self._times["hold_seat"].mean_s / step + begun)
        self._seen.refuse("environments of hold_seat", now, count - served)
        self.cold_part = cold / max(1.0, served)
        return self._people.lucky(holds, served / max(1, count), now, try_again())

    def _serve(self, name: str, now: float, step: float, count: float, limit: float) -> tuple[float, float]:
        mean_s, cold_s = self._times[name].mean_s, self._times["cold_start"].mean_s
        return self._functions[name].serve(now, step, count, mean_s, limit, cold_s)

    def answered(self, verb: str, count: int) -> NDArray[np.float64]:
        """How long so many people wait for this answer, from the click to the page."""
        dice = self._dice
        waited = self._times[verb].sample(dice, count) + self._times["way"].sample(dice, count)
        cold = dice.random(count) < self.cold_part
        waited[cold] += self._times["cold_start"].sample(dice, int(cold.sum()))
        return waited


def slow_down() -> float:
    return SLOW_DOWN.retry_after_seconds or AGAIN_SECONDS


def try_again() -> float:
    return TRY_AGAIN.retry_after_seconds or AGAIN_SECONDS
