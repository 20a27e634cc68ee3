"""`make on-sale-reality PEOPLE=300 SECONDS=150`: people on the running local stack, and their simulation beside them.

First some people buy one after the other. Then the crowd comes within minutes; each person looks at a map, holds two
seats, pays with the sandbox's card and asks until the tickets are there. The people are the stack's customers, each at
showings of their own. It ends by itself, within minutes, and speaks to 127.0.0.1 alone.

Exits 0 when measured and simulated figures are near each other; 1 when they are not; 2 when it was called wrongly.
"""

import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from operations.commands import CalledWrongly, number_in
from operations.local_stack import read_stack
from rehearsal.counts import read_counts
from rehearsal.crowd import TRIES, Crowd
from rehearsal.deployed import deployed
from rehearsal.measured import (
    AMPLE,
    BOOKED,
    BOOKING,
    CHARGED,
    HOLD,
    LOOK,
    MOST_TIMES,
    SUBMIT,
    TICKET,
    Measured,
    Took,
    figures,
    service_times,
    side_by_side,
    simulated,
    steps_table,
    too_far_apart,
)
from rehearsal.sandbox import CARD

STACK = Path(__file__).resolve().parent.parent / ".local" / "stack.json"
LOOPBACK = "127.0.0.1"
PEOPLE, PEOPLE_MAX = 300, 1_000
ALONE, WARMING_UP = 16, 4  # who buy one after the other; the first of them fill memories and are not counted
SECONDS, SECONDS_MAX = 150, 900  # in which the crowd comes: two cores serve about two sales a second
LOOK_S, CARD_S = (1.0, 4.0), (2.0, 5.0)
SEATS = 2
ENVIRONMENTS = 6  # LAMBDA_WORKERS_MAX of `make start`, unless the same variable says otherwise here
WAIT_S_MAX, ASK_S_ALONE, ASK_S = 120.0, 0.02, 0.25
CONNECTIONS_MAX = 200
AGAIN = (400, 409, 429, 503)  # 400: a companion's seat, which the map does not tell from another


@dataclass(frozen=True)
class Showing:
    movie_id: str
    theater_id: str
    event_id: str


@dataclass
class Person:
    http: httpx.Client
    token: str
    showing: Showing
    dice: random.Random
    seen: Measured = field(default_factory=Measured)

    def ask(self, step: str, method: str, path: str, **arguments: Any) -> httpx.Response:
        begin = time.monotonic()
        answer = self.http.request(method, path, headers={"AuthorizationToken": self.token}, **arguments)
        self.seen.took.append(Took(step, begin, time.monotonic() - begin))
        self.seen.refused += answer.status_code in (429, 503)
        return answer

    def buy(self, look: float, card: float, hurries: bool = False) -> None:
        """`hurries`: without the pauses of a reader, and asking often: to measure."""
        time.sleep(look)
        held = self.hold(hurries)
        if held is None:
            return
        time.sleep(card)
        self.pay(held, ASK_S_ALONE if hurries else ASK_S)

    def hold(self, hurries: bool) -> str | None:
        """The order, or None after as many tries as the page makes."""
        one = self.showing
        for _ in range(TRIES):
            seats = self.free_seats()
            if not seats:
                self.seen.ended = "sold out"
                return None
            time.sleep(0 if hurries else 0.5 + 2.5 * self.dice.random())
            body = {**asdict(one), "selected_seat": seats}
            held = self.ask(HOLD, "POST", f"/HoldSeat/api/v0/{one.movie_id}", json=body)
            self.seen.ended = f"HoldSeat {held.status_code}"
            if held.is_success:
                return str(held.json()["order_id"])
            if held.status_code not in AGAIN:
                return None
            self.seen.lost += held.status_code == 409
            time.sleep(1 + 4 * self.dice.random())
        return None

    def free_seats(self) -> list[str]:
        """Two side by side, rather in the middle; none where no two are left."""
        map_of = self.ask(LOOK, "GET", f"/SeatMap/api/v0/{self.showing.event_id}").json()["status"]
        free = [
            [f"{row}{place + 1}", f"{row}{place + 2}"]
            for row, letters in sorted(map_of.items())
            for place in range(len(letters) - 1)
            if letters[place : place + SEATS] == "e" * SEATS
        ]
        return free[int(self.dice.triangular(0, 1, 0.55) * (len(free) - 1))] if free else []

    def pay(self, order_id: str, pause: float) -> None:
        event = self.showing.event_id
        body = {"event_id": event, "order_id": order_id, "paymentInfo": CARD}
        begin = time.monotonic()
        paid = self.ask(SUBMIT, "POST", f"/SubmitPayment/api/v0/{event}", json=body)
        self.seen.ended = f"SubmitPayment {paid.status_code}"
        accepted, charged = time.monotonic(), None
        while paid.status_code == 202 and time.monotonic() < begin + WAIT_S_MAX:
            answer = self.ask(BOOKING, "GET", f"/GetBooking/api/v0/{event}", params={"order_id": order_id})
            self.seen.ended = str(answer.json().get("status"))
            if charged is None and self.seen.ended in ("PAID", "BOOKED"):
                charged = time.monotonic()
                self.seen.took.append(Took(CHARGED, accepted, charged - accepted))
            if charged is not None and self.seen.ended == "BOOKED":
                now = time.monotonic()
                self.seen.took += [Took(BOOKED, charged, now - charged), Took(TICKET, begin, now - begin)]
                return
            time.sleep(pause)


def loopback(stack: dict[str, Any] | None) -> dict[str, Any]:
    """Raises CalledWrongly where there is no stack, or one that is not on this machine."""
    if stack is None:
        raise CalledWrongly("No stack is running: make start.")
    if urlsplit(stack["web_url"]).hostname != LOOPBACK:
        raise CalledWrongly(f"The people speak to {LOOPBACK} alone, and not to {stack['web_url']}.")
    return stack


def showings_of(http: httpx.Client) -> list[Showing]:
    """Of the days after today: all of them are on sale."""
    theaters = http.get("/GetListOfTheater/api/v0").json()["theaters"]
    days = [(datetime.now(UTC) + timedelta(days=number)).date().isoformat() for number in (1, 2, 3)]
    asked = [(one["theater_id"], day) for day in days for one in theaters]
    programmes = [http.get(f"/GetProgramme/api/v0/{theater}", params={"date": day}).json() for theater, day in asked]
    return [
        Showing(film["movie_id"], programme["theater_id"], event["event_id"])
        for programme in programmes
        for film in programme.get("movies", ())
        for event in film["events"]
    ]


def people_of(http: httpx.Client, tokens: Sequence[str], showings: Sequence[Showing], seed: int) -> Iterator[Person]:
    """Each customer once at each showing, in an order that the seed gives."""
    dice = random.Random(seed)
    pairs = [(token, showing) for showing in showings for token in tokens]
    dice.shuffle(pairs)
    for token, showing in pairs:
        yield Person(http, token, showing, random.Random(dice.random()))


def all_come(people: Sequence[Person], seconds: float, seed: int) -> None:
    """Everyone at their own time, each in a thread of their own."""
    dice = random.Random(seed)
    plans = [(dice.random() * seconds, dice.uniform(*LOOK_S), dice.lognormvariate(0.69, 0.39)) for _ in people]
    began = time.monotonic()

    def come(person: Person, plan: tuple[float, float, float]) -> None:
        at, look, card = plan
        time.sleep(max(0.0, began + at - time.monotonic()))
        person.buy(look, card)

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(come, people, plans))


def crowd_of(people: int, seconds: float, showings: int, seats: int, seed: int) -> Crowd:
    """Each showing as much wanted as the others: the first film has its part as the others have theirs."""
    return Crowd(
        people=people,
        arrive_seconds=seconds,
        films=showings,
        showings_per_film=1,
        seats=seats,
        row=20,
        hot=1 / showings,
        look_seconds=LOOK_S,
        card_seconds=CARD_S,
        abandon=0,
        decline=0,
        seats_wanted=((SEATS, 1.0),),
        seed=seed,
    )


def run(count: int, seconds: float, seed: int) -> int:
    stack = loopback(read_stack(STACK))
    tokens = [one["token"] for one in stack["accounts"] if one["group"] == "customer"]
    limits = httpx.Limits(max_connections=CONNECTIONS_MAX, max_keepalive_connections=CONNECTIONS_MAX)
    with httpx.Client(base_url=stack["web_url"], timeout=60, limits=limits, trust_env=False) as http:
        showings = showings_of(http)[: -(-(count + ALONE) // len(tokens))]
        people = list(people_of(http, tokens, showings, seed))[: count + ALONE]
        alone, crowd = people[:ALONE], people[ALONE:]
        if len(crowd) < count:
            raise CalledWrongly(f"PEOPLE={count}: the stack's customers and showings are enough for {len(crowd)}.")
        rooms = [http.get(f"/SeatMap/api/v0/{one.event_id}").json()["status"] for one in showings]
        for person in alone:
            person.buy(0, 0, hurries=True)
            if person.seen.ended != "BOOKED":
                raise CalledWrongly(f"A person who came alone got no ticket: {person.seen.ended}.")
        print(f"{ALONE} people bought one after the other; now {count} come within {seconds:.0f} s ...", flush=True)
        all_come(crowd, seconds, seed)
    calm, seen = [one.seen for one in alone[WARMING_UP:]], [one.seen for one in crowd]
    seats = sum(sum(map(len, room.values())) for room in rooms) // len(rooms)
    environments = int(os.environ.get("LAMBDA_WORKERS_MAX") or ENVIRONMENTS)
    stage = deployed("local", on_sale=False, settings={})
    same = crowd_of(count, seconds, len(showings), seats, seed)
    counts = read_counts()
    ran = simulated(same, stage, AMPLE, counts, service_times(seen))
    found = figures(seen, ran, simulated(same, stage, environments, counts, service_times(calm)))
    print(steps_table(calm, seen), side_by_side(found), sep="\n\n")
    others = sorted({one.ended for one in seen} - {"BOOKED"})
    print(f"\nEnded otherwise: {', '.join(others) or 'none'}. {len(showings)} showings of {seats} seats; seed {seed}.")
    if apart := too_far_apart(found):
        print(f"More than {MOST_TIMES} times apart: {'; '.join(apart)}. docs/scale.md says why such figures may be.")
    return 1 if apart else 0


def main(arguments: Sequence[str]) -> int:
    try:
        people, seconds, seed = [*arguments, "", "", ""][:3]
        count, within = number_in("PEOPLE", people, 1, PEOPLE_MAX), number_in("SECONDS", seconds, 1, SECONDS_MAX)
        return run(count or PEOPLE, within or SECONDS, number_in("SEED", seed, 1, 999_999_999) or 1)
    except (CalledWrongly, httpx.HTTPError, json.JSONDecodeError) as error:
        print(f"make on-sale-reality: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
