"""Many buyers, and everything that can fail meanwhile, at random; from a seed, so that a run can be told by it."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.deployed import DeployedStack, table_rule
from tests.e2e.visitor import Answer, Showing, Visitor

TRIES_MAX = 4
CARDS = {
    "pm_card_visa": 78,
    "pm_card_chargeDeclined": 8,  # another card follows
    "pm_card_authenticationRequired": 10,
    "pm_nobody_knows": 4,  # another card follows
}
OUTCOMES = {"pass": 6, "fail": 2, "abandon": 2}
REFUNDED_PART = 0.05
PAID_TWICE_PART = 0.1
WORKERS = ("work_on_lane-0", "work_on_lane-1", "work_on_lane-2", "book_order", "refresh_seats", "redrive", "reconcile")
FRONT = ("hold_seat", "submit_payment", "payment_webhook")


@dataclass
class Sale:
    """The seats that one buyer wants of one showing, and how often each answer came."""

    visitor: Visitor
    showing: Showing
    order_id: str | None = None
    asked: Counter = field(default_factory=Counter)


def chosen(weights: dict[str, int], dice: random.Random) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]


def patient(ask: Callable[[], Answer], asked: Counter) -> Answer | None:
    """Again after whatever says nothing about the request: as a page or a clerk does. None: it never said anything."""
    for number in range(TRIES_MAX):
        try:
            answer = ask()
        except httpx.HTTPError:
            asked["no answer"] += 1
            continue
        asked[answer.status] += 1
        if answer.status < 500 and answer.status != 429:
            return answer
        time.sleep(0.2 * (number + 1))
    return None


def buy(sale: Sale, seats: Sequence[str], dice: random.Random, stack: DeployedStack) -> None:
    """Holds, pays, pays with another card after a decline, answers the bank, gives back: as it comes."""
    visitor, showing = sale.visitor, sale.showing
    held = patient(lambda: visitor.hold(showing, *seats), sale.asked)
    if held is None or held.status not in (200, 201, 202):
        return
    sale.order_id = held.body["order_id"]
    card = chosen(CARDS, dice)
    pay(sale, card, dice)
    if card == "pm_card_authenticationRequired":
        answer_the_bank(sale, chosen(OUTCOMES, dice), stack)
    elif card != "pm_card_visa":
        if status_of(sale, {"HELD"}, 4) == "HELD":
            pay(sale, "pm_card_visa", dice)
    elif dice.random() < REFUNDED_PART and status_of(sale, {"BOOKED"}, 4) == "BOOKED":
        patient(lambda: visitor.refund(showing, order_id=sale.order_id), sale.asked)


def pay(sale: Sale, card: str, dice: random.Random) -> None:
    times = 2 if dice.random() < PAID_TWICE_PART else 1
    for _ in range(times):
        patient(lambda: sale.visitor.pay(sale.showing, card, order_id=sale.order_id), sale.asked)


def status_of(sale: Sale, wanted: set[str], seconds_max: float) -> str | None:
    """The order's status once it is one of `wanted`, or what it is by then."""
    deadline = time.monotonic() + seconds_max
    status = None
    while status not in wanted and time.monotonic() < deadline:
        time.sleep(0.3)
        with suppress(httpx.HTTPError):
            answer = sale.visitor.booking(sale.showing, order_id=sale.order_id)
            status = answer.body.get("status")
    return status


def answer_the_bank(sale: Sale, outcome: str, stack: DeployedStack) -> None:
    if outcome == "abandon":
        return
    deadline = time.monotonic() + 4
    while time.monotonic() < deadline:
        waiting = [one for one in stack.provider.intents(sale.order_id) if one["status"] == "requires_action"]
        if waiting:
            with suppress(AssertionError):  # another call was faster, or the mode is one that refuses
                stack.provider.challenge(waiting[0]["id"], outcome)
            return
        time.sleep(0.5)


class Storm:
    """Every second or two something else fails, until `stop`. `counted`: how often which."""

    def __init__(self, stack: DeployedStack, showings: Sequence[Showing], dice: random.Random) -> None:
        self.counted: Counter = Counter()
        self.junk: list[str] = []
        self._stack, self._showings, self._dice = stack, showings, dice
        self._over = threading.Event()

    def stop(self) -> None:
        self._over.set()

    def rage(self) -> None:
        faults: Sequence[Callable[[], None]] = (
            self.provider_fails,
            self.provider_fails,
            self.workers_die,
            self.workers_die,
            self.table_fails,
            self.table_fails,
            self.queues_fail,
            self.messages_come_again,
            self.cache_is_lost,
            self.nonsense_comes,
        )
        try:
            while not self._over.is_set():
                self._dice.choice(faults)()
                self._over.wait(self._dice.uniform(0.2, 1.0))
        finally:
            self._stack.provider.be("ok")
            self._stack.faults.clear()

    def last(self, seconds_max: float) -> None:
        self._over.wait(self._dice.uniform(0.3, seconds_max))

    def provider_fails(self) -> None:
        mode = self._dice.choice(["slow", "down", "timeout_after_charge", "rate_limited", "declining"])
        self.counted[f"provider {mode}"] += 1
        with self._stack.provider.being(mode, **({"seconds": 0.7} if mode == "slow" else {})):
            self.last(2)
        if mode == "timeout_after_charge":
            self.kill(*WORKERS[:3])  # a worker waits for twenty seconds: the run has no time for many of these

    def workers_die(self) -> None:
        self.kill(self._dice.choice([*WORKERS, *FRONT]))

    def kill(self, *verbs: str) -> None:
        for verb in verbs:
            self.counted[f"killed {verb.partition('-')[0]}"] += 1
            self._stack.kill_workers(verb)

    def table_fails(self) -> None:
        name, effects = self._dice.choice(
            [
                ("throttled", {"error": {"code": "ProvisionedThroughputExceededException", "status": 400}}),
                ("down", {"error": {"code": "InternalServerError", "status": 500}}),
                ("unanswered", {"response": {"abort_frac": 0}}),
            ]
        )
        self.counted[f"table {name}"] += 1
        operation = "TransactWriteItems" if name == "unanswered" else self._dice.choice([None, "TransactWriteItems"])
        with self._stack.faults.rules(table_rule(operation, probability=self._dice.choice([0.3, 1.0]), **effects)):
            self.last(1.5)

    def queues_fail(self) -> None:
        service = self._dice.choice(["sqs", "sns"])
        self.counted[f"{service} down"] += 1
        error = {"code": "InternalError", "status": 500}
        with self._stack.faults.rules({"service": service, "probability": 0.7, "error": error}):
            self.last(1.5)

    def messages_come_again(self) -> None:
        self.counted["messages again"] += 1
        orders = self._stack.orders(self._dice.choice(self._showings))
        for order in self._dice.sample(orders, min(10, len(orders))):
            if order.get("attempt"):
                lane = self._dice.choice(self._stack.queues.lanes)
                self._stack.queues.send(lane, self._stack.payments.message(order, self._dice.randint(1, 3)))
                self._stack.payments.announce(order)

    def cache_is_lost(self) -> None:
        self.counted["cache wiped"] += 1
        self._stack.cache.wipe()

    def nonsense_comes(self) -> None:
        self.counted["nonsense sent"] += 1
        text = f"nonsense {self._dice.random()}"
        self.junk.append(text)
        self._stack.queues.send(self._dice.choice([*self._stack.queues.lanes, "payment-complete", "refresh"]), text)


def sell(sales: Sequence[tuple[Sale, Sequence[str]]], seed: int, stack: DeployedStack, at_once: int) -> None:
    def one(number: int) -> None:
        sale, seats = sales[number]
        buy(sale, seats, random.Random(f"{seed}/{number}"), stack)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, range(len(sales))))


def pay_what_is_held(sales: Sequence[tuple[Sale, Sequence[str]]], at_once: int) -> None:
    """The storm is over: who was declined or not heard in it, and holds seats still, pays for them."""

    def one(sale: Sale) -> None:
        if sale.order_id is not None and status_of(sale, {"HELD"}, 0.3) == "HELD":
            patient(lambda: sale.visitor.pay(sale.showing, "pm_card_visa", order_id=sale.order_id), sale.asked)

    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, [sale for sale, _ in sales]))


def final_states(orders: Sequence[dict[str, Any]], now: int) -> Counter:
    """By what each reads as: a hold that lapsed is EXPIRED, whatever its row says."""
    return Counter(
        "EXPIRED" if order["status"] == "HELD" and order["hold_until"] <= now else order["status"] for order in orders
    )
