"""`python -m rehearsal.reality`: a few hundred people on the running local stack, and the same in virtual time.

First some buy one after the other: their times are the local stack's service times. Then a crowd comes at once. Both
crowds' figures are printed side by side. `make start` first: the people are the stack's customers, each buying two
seats of many showings; nobody is refused for being the same customer, because each showing is another order.
"""

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from rehearsal.counts import read_counts
from rehearsal.crowd import Crowd
from rehearsal.deployed import deployed
from rehearsal.quotas import quotas
from rehearsal.service_times import ServiceTime
from rehearsal.simulation import Numbers, Simulation

STACK = Path(__file__).resolve().parent.parent / ".local" / "stack.json"
ALONE, TOGETHER = 12, 300  # people
ARRIVE_SECONDS, LOOK_SECONDS, CARD_SECONDS = 60.0, (1.0, 4.0), (2.0, 5.0)
SHOWINGS = 16
WAIT_SECONDS_MAX = 120.0
ENVIRONMENTS = 6  # LAMBDA_WORKERS_MAX of the local stack, a function
SEED = 1


@dataclass
class Person:
    http: httpx.Client
    token: str
    showing: dict[str, str]
    dice: random.Random
    took: dict[str, float] = field(default_factory=dict)  # seconds
    ended: str = "nothing"

    def ask(self, verb: str, method: str, path: str, **arguments: Any) -> httpx.Response:
        began = time.monotonic()
        answer = self.http.request(method, path, headers={"AuthorizationToken": self.token}, **arguments)
        self.took[verb] = time.monotonic() - began
        return answer

    def buy(self, look: float, card: float) -> None:
        """As the page does it: looks, holds two free seats side by side, again if another was faster, and pays."""
        event, movie = self.showing["event_id"], self.showing["movie_id"]
        time.sleep(look)
        for _ in range(5):
            seats = self.free_seats(event)
            body = {**self.showing, "selected_seat": seats}
            held = self.ask("hold_seat", "POST", f"/HoldSeat/api/v0/{movie}", json=body)
            if held.status_code != 409:
                break
        if held.status_code not in (200, 201):
            self.ended = f"hold {held.status_code}"
            return
        time.sleep(card)
        self.pay(event, held.json()["order_id"])

    def free_seats(self, event: str) -> list[str]:
        """Two that the map shows free, in one row."""
        rows = self.ask("seat_map", "GET", f"/SeatMap/api/v0/{event}").json()["status"]
        free = [
            [f"{row}{place + 1}", f"{row}{place + 2}"]
            for row, letters in rows.items()
            for place in range(len(letters) - 1)
            if letters[place : place + 2] == "ee"
        ]
        return self.dice.choice(free)

    def pay(self, event: str, order_id: str) -> None:
        began = time.monotonic()
        method = {"type": "card", "payment_method": "pm_card_visa"}
        body = {"event_id": event, "order_id": order_id, "paymentInfo": method}
        paid = self.ask("submit_payment", "POST", f"/SubmitPayment/api/v0/{event}", json=body)
        self.ended = f"submit {paid.status_code}"
        while paid.status_code == 202 and time.monotonic() < began + WAIT_SECONDS_MAX:
            booking = self.ask("get_booking", "GET", f"/GetBooking/api/v0/{event}", params={"order_id": order_id})
            self.ended = str(booking.json().get("status"))
            if self.ended == "BOOKED":
                self.took["ticket"] = time.monotonic() - began
                return
            time.sleep(0.25)


def people_of(stack: dict[str, Any], http: httpx.Client) -> Iterator[Person]:
    """Each customer for each showing: at most so many as there are pairs."""
    dice = random.Random(SEED)
    customers = [one for one in stack["accounts"] if one["group"] == "customer"]
    theaters = http.get("/GetListOfTheater/api/v0").json()["theaters"]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()  # all of its showings are on sale
    ids = [one["theater_id"] for one in theaters]
    days = (http.get(f"/GetProgramme/api/v0/{one}", params={"date": tomorrow}).json() for one in ids)
    showings = [showing for day in days for showing in showings_in(day)]
    dice.shuffle(showings)
    pairs = [(customer, showing) for showing in showings[:SHOWINGS] for customer in customers]
    dice.shuffle(pairs)
    for customer, showing in pairs:
        yield Person(http, customer["token"], showing, random.Random(dice.random()))


def showings_in(day: dict[str, Any]) -> Iterator[dict[str, str]]:
    for film in day["movies"]:
        for event in film["events"]:
            yield {"movie_id": film["movie_id"], "theater_id": day["theater_id"], "event_id": event["event_id"]}


def crowd_of(people: Sequence[Person]) -> None:
    """Everyone at their own time, each in a thread of their own."""
    dice = random.Random(SEED)
    begins = sorted(dice.random() * ARRIVE_SECONDS for _ in people)
    began = time.monotonic()

    def come(person: Person, at: float) -> None:
        time.sleep(max(0.0, began + at - time.monotonic()))
        person.buy(dice.uniform(*LOOK_SECONDS), dice.uniform(*CARD_SECONDS))

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(come, people, begins))


def times_of(people: Sequence[Person]) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for person in people:
        for verb, seconds in person.took.items():
            found[verb].append(seconds)
    return found


def service_times(alone: dict[str, list[float]]) -> dict[str, ServiceTime]:
    """Of one request while no other is under way. The ticket's time is split into the worker's and the booking's."""

    def of(verb: str, part: float = 1.0) -> ServiceTime:
        median, most = np.median(alone[verb]) * 1000 * part, max(alone[verb]) * 1000 * part
        return ServiceTime(float(median), float(max(most, 1.2 * median)), "measured on the local stack")

    nothing = ServiceTime(0.5, 1.0, "on one machine")
    verbs = {verb: of(verb) for verb in ("hold_seat", "seat_map", "get_booking", "submit_payment")}
    rest = {"payment_webhook": of("submit_payment", 0.5), "provider_call": of("ticket", 0.15)}
    ends = {"work_on_lane": of("ticket", 0.3), "book_order": of("ticket", 0.4)}
    return {**verbs, **rest, **ends, "hold_lost": of("hold_seat", 0.5), "cold_start": nothing, "way": nothing}


def simulated(people: int, times: dict[str, ServiceTime]) -> Simulation:
    local = deployed("local", on_sale=False, settings={})
    crowd = Crowd(
        people=people,
        arrive_seconds=ARRIVE_SECONDS,
        films=SHOWINGS,
        showings_per_film=1,
        seats=200,
        row=20,
        hot=0,
        look_seconds=LOOK_SECONDS,
        card_seconds=(3.3, 5.0),
        abandon=0,
        decline=0,
        seed=SEED,
    )
    account = {**quotas(asked=False), "concurrency": 1_000}
    numbers = Numbers(ENVIRONMENTS, ENVIRONMENTS, 0, account, local.calls_per_second)
    run = Simulation(crowd, replace(local, submits_per_second=0), numbers, read_counts(), times, step=0.05)
    run.wanted[:] = 2
    run.run()
    return run


def compare(people: Sequence[Person], run: Simulation) -> str:
    real = times_of(people)

    def row(what: str, verb: str, seen: str) -> str:
        measured = " / ".join(f"{np.percentile(real[verb], percent):.2f} s" for percent in (50, 99))
        reckoned = " / ".join(f"{run.seen.percentile(seen, percent):.2f} s" for percent in (50, 99))
        return f"| {what}, p50 / p99 | {measured} | {reckoned} |"

    booked = sum(person.ended == "BOOKED" for person in people)
    ended = run.people()
    lines = [
        "| | local stack | simulated |",
        "|---|---|---|",
        f"| people | {len(people)} | {run.crowd.people} |",
        f"| got tickets | {booked} | {ended['TICKET']} |",
        f"| ended otherwise | {len(people) - booked} | {run.crowd.people - ended['TICKET']} |",
        row("an answer of HoldSeat", "hold_seat", "HoldSeat"),
        row("from the submit to the ticket", "ticket", "submit to ticket"),
    ]
    return "\n".join(lines)


def main() -> int:
    stack = json.loads(STACK.read_text(encoding="utf-8"))
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200)
    with httpx.Client(base_url=stack["web_url"], timeout=60, limits=limits) as http:
        people = list(people_of(stack, http))
        alone, together = people[:ALONE], people[ALONE : ALONE + TOGETHER]
        for person in alone:
            person.buy(0, 0)
        times = service_times(times_of(alone[2:]))
        for verb, one in sorted(times.items()):
            print(f"alone: {verb} {one.median_ms:.0f} ms, at most {one.p99_ms:.0f} ms")
        crowd_of(together)
    others = sorted({person.ended for person in together} - {"BOOKED"})
    print(compare(together, simulated(len(together), times)))
    print(f"Ended otherwise: {', '.join(others) or 'none'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
