"""What a run came to, in words: people, resources, the first bottleneck, what it would take, what it costs."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from box_office.domain.pushback import CALLS_PER_PAYMENT
from infra.payment_capacity import WORKERS_PER_LANE_MAX
from rehearsal.people import Phase
from rehearsal.prices import dollars
from rehearsal.scene import Numbers
from rehearsal.simulation import STEP, Simulation

PROVIDER_ADDRESSES = 12  # ASSUMED: those that callbacks come from, https://docs.stripe.com/ips
UNBOUNDED = 1e12
MARGIN = 1.2
ROUNDING = 0.01
PAGES_ALONE = {f"environments of {verb}" for verb in ("get_booking", "seat_map", "payment_webhook")}  # they ask again
CALM_PEOPLE, CALM_SECONDS, CALM_STEP = 20_000, 1_200.0, 1.0
# Who refuses: which number to raise.
RAISE: Mapping[str, str] = {
    "the edge": "CloudFront's quota of requests a second; or admit fewer a second",
    "the gateway": "requests_per_second and requests_burst of the stage, after API Gateway's quota; or admit fewer",
    "environments of hold_seat": "WARM, and HOLDS if they are all in use: a function adds 1,000 environments at once "
    "and 100 a second",
    "Lambda's unreserved concurrency": "Lambda's quota of concurrent executions, above HOLDS and all workers",
    "environments of get_booking": "none: a function adds 1,000 environments at once and 100 a second, and its readers "
    "ask again",
    "environments of seat_map": "none: the page asks again",
    "environments of submit_payment": "none: a function adds 1,000 environments at once and 100 a second",
    "environments of payment_webhook": "none: the provider calls again",
    "the cache": "ECPU, an hour ahead, and cache_maximum_ecpu of the stage",
    "the cache's slots of users": "cache_shards of the stage, and deploy: users are spread over so many slots",
    "the cache's slot of one showing": "none: a slot has 30,000 ECPU a second; let fewer look at one showing",
    "a showing's partition": "none: 1,000 write units a second; a room of 500 seats is sold within seconds",
    "the tables": "seats_warm_writes and orders_warm_writes of the stage, after DynamoDB's quota of a table",
    "SubmitPayment's throttle": "PAYMENTS: what the provider grants, payments_per_second of the stage",
    "pushback of the lanes": "PAYMENTS: what the provider grants, payments_per_second of the stage",
}


@dataclass(frozen=True)
class Row:
    what: str
    peak: float
    quota: float
    raises: str

    @property
    def headroom(self) -> str:
        if self.peak <= self.quota * (1 + ROUNDING):
            return f"{max(0.0, 1 - self.peak / self.quota):.0%}"
        return f"NONE: {self.peak / self.quota:,.1f} times too much"


def resources(run: Simulation) -> list[Row]:
    seen, deployed, numbers = run.seen, run.deployed, run.numbers
    quotas, storage = numbers.quotas, run.storage
    payments = deployed.calls_per_second / CALLS_PER_PAYMENT
    callbacks = float(np.convolve(seen.by_second("callbacks"), np.ones(60)).max()) / PROVIDER_ADDRESSES
    rows = [
        Row("CloudFront requests a second", seen.peak("edge"), quotas["edge_rate"], "CloudFront's quota"),
        Row("API Gateway requests a second", seen.peak("api"), run.front.gateway.rate, "requests_per_second"),
        Row("environments of hold_seat", seen.peak("concurrency, hold_seat"), run.front.holds_limit, "HOLDS"),
        Row(
            "environments of all other functions",
            seen.peak("concurrency, unreserved"),
            run.front.unreserved,
            "Lambda's quota",
        ),
        Row("cache, ECPU a second", seen.peak("ecpu"), storage.cache.most, "cache_maximum_ecpu, ECPU"),
        Row("cache, ECPU of the hottest slot", seen.peak("ecpu of the hottest slot"), quotas["cache_slot"], "-"),
        Row(
            "cache, ECPU of a slot of users (their addresses, which have slots of their own, included)",
            seen.peak("ecpu of a slot of users"),
            quotas["cache_slot"],
            "cache_shards",
        ),
        Row(
            "table of seats, write units a second",
            seen.peak("units, seats"),
            storage.seats_rate,
            "seats_warm_writes",
        ),
        Row(
            "table of orders, write units a second",
            seen.peak("units, orders"),
            storage.orders_rate,
            "orders_warm_writes",
        ),
        Row(
            "hottest showing's partition, write units a second",
            seen.peak("units, hottest showing"),
            quotas["partition_writes"],
            "-",
        ),
        Row("payments waiting on the lanes", seen.peak("lanes"), payments * 45 * 60, "PAYMENTS"),
        Row("workers", seen.peak("workers"), deployed.lanes * deployed.workers_per_lane, "PAYMENTS"),
        Row("calls to the provider a second", seen.peak("calls", over=10), numbers.provider_calls, "PAYMENTS"),
        Row(
            "tickets made a second",
            seen.peak("tickets", over=10),
            deployed.book_at_once / run.times["book_order"].mean_s,
            "bookings_at_once",
        ),
    ]
    if deployed.callbacks_per_minute:
        rows.append(
            Row(
                "callbacks a minute and address of the provider",
                callbacks,
                deployed.callbacks_per_minute,
                "edge_callbacks_per_minute",
            )
        )
    return rows


def holders_lost(run: Simulation) -> dict[str, int]:
    """Who held seats and lost them to capacity alone; must be none."""
    people = run.people.ended()
    return {"after a 202": people["EXPIRED"], "asked to come back until the hold ended": people["TURNED_AWAY"]}


def bottleneck(run: Simulation) -> str | None:
    """Who refused people first, of those who refused more than one in a thousand."""
    found = {name: at for name, at in refusals(run).items() if name not in PAGES_ALONE}
    return min(found, key=lambda name: found[name]) if found else None


def refusals(run: Simulation) -> dict[str, float]:
    """Who refused more requests than one for a thousand people, and from which second on."""
    counted, least = run.seen.counted, run.crowd.people / 1_000
    return {name: at for name, at in run.seen.first_refused.items() if counted[f"refused by {name}"] > least}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def people_table(run: Simulation) -> str:
    people, seen = run.people.ended(), run.seen
    lost = holders_lost(run)
    got = people["TICKET"]
    rows = [
        ("people", f"{run.crowd.people:,}"),
        ("seats on sale", f"{run.crowd.total_seats:,}"),
        ("got tickets", f"{got:,}"),
        ("did not pay in the end, of their own will or their bank's", f"{people['LEFT']:,}"),
        ("were told sold out, truly", f"{people['SOLD_OUT']:,}"),
        ("left after refusals, without seats", f"{people['GAVE_UP']:,}"),
        ("**held seats and lost them, after a 202**", f"**{lost['after a 202']:,}**"),
        ("**held seats and lost them, never accepted**", f"**{lost['asked to come back until the hold ended']:,}**"),
        ("are unfinished after three hours", f"{sum(people[one.name] for one in Phase if one < Phase.TICKET):,}"),
        ("answers 409, another was faster", f"{seen.counted['answers 409, seats taken']:,.0f}"),
        ("answers 429 or 503 to holds and payments", f"{seen.counted['answers 429 or 503']:,.0f}"),
        ("answers 429 or 503 to pages that poll by themselves", f"{seen.counted['polls refused']:,.0f}"),
        ("an answer of HoldSeat, p50 / p99", seconds(run, "HoldSeat")),
        ("from the first click to the seats, p50 / p99", seconds(run, "click to seats")),
        ("from the submit to the ticket, p50 / p99", seconds(run, "submit to ticket")),
        ("from the submit to the page that shows it, p50 / p99", seconds(run, "submit to the page's tickets")),
        ("the last was done after", f"{seen.counted['seconds'] / 60:.0f} minutes"),
    ]
    return table(("people", ""), rows)


def seconds(run: Simulation, what: str) -> str:
    return f"{run.seen.percentile(what, 50):.2f} s / {run.seen.percentile(what, 99):.2f} s"


def resource_table(run: Simulation) -> str:
    rows = [(row.what, f"{row.peak:,.0f}", f"{row.quota:,.0f}", row.headroom, row.raises) for row in resources(run)]
    return table(("resource", "peak", "allowed", "headroom", "raised by"), rows)


def verdict(run: Simulation) -> str:
    first, counted = bottleneck(run), run.seen.counted
    told = "; ".join(
        f"{name} from second {at:.0f} on ({counted[f'refused by {name}']:,.0f})"
        for name, at in sorted(refusals(run).items(), key=lambda one: one[1])
    )
    if first is None:
        return f"No resource refused a hold or a payment of more than one in a thousand. Refused: {told or 'nothing'}."
    begun = run.seen.first_refused[first]
    return f"The first bottleneck: {first}, from second {begun:.0f} on.\nRaise {RAISE[first]}.\nWho refused: {told}."


def unbounded(run: Simulation, step: float = STEP, **crowd: object) -> Simulation:
    """The same crowd where nothing refuses but the provider's rate: what it would take."""
    ample = dict.fromkeys(run.numbers.quotas, UNBOUNDED) | {"cache_doubling_seconds": 1.0}
    deployed = replace(
        run.deployed,
        api_rate=UNBOUNDED,
        api_burst=UNBOUNDED,
        reserved={},
        cache_maximum_ecpu=UNBOUNDED,
        seats_warm=UNBOUNDED,
        orders_warm=UNBOUNDED,
        book_at_once=1_000,
    )
    numbers = Numbers(None, 100_000, UNBOUNDED, ample, UNBOUNDED, pushback=run.numbers.pushback)
    other = replace(run.crowd, **crowd)  # type: ignore[arg-type]
    ran = Simulation(other, deployed, numbers, run.counts, run.times, step)
    ran.run()
    return ran


def rounded(number: float) -> int:
    """Up, with a margin, to two digits."""
    raised = max(1.0, number * MARGIN)
    unit = 10 ** max(0, math.floor(math.log10(raised)) - 1)
    return int(math.ceil(raised / unit) * unit)


def what_it_would_take(run: Simulation, free: Simulation) -> str:
    """`free`: the run where nothing refused."""
    seen, deployed = free.seen, run.deployed
    holds, ecpu, api = (rounded(seen.peak(name)) for name in ("concurrency, hold_seat", "ecpu", "api"))
    others = rounded(seen.peak("concurrency, unreserved"))
    calls = int(deployed.calls_per_second)
    payments = calls // CALLS_PER_PAYMENT
    writes = {name: rounded(seen.peak(f"units, {name}")) for name in ("seats", "orders")}
    book = min(WORKERS_PER_LANE_MAX, rounded(seen.peak("tickets") * run.times["book_order"].mean_s))
    return "\n".join(
        (
            "In stages/prod.toml:",
            f"  requests_per_second = {api}, requests_burst = {api // 2}, cache_maximum_ecpu = {ecpu},",
            f"  seats_warm_writes = {writes['seats']}, orders_warm_writes = {writes['orders']},",
            f"  bookings_at_once = {book}, payments_per_second = {payments}",
            f"An hour ahead: make on-sale HOLDS={2 * holds} WARM={holds} ECPU={ecpu} PAYMENTS={payments}",
            "Quotas to ask for:",
            f"  API Gateway requests a second {api:,} (default 10,000)",
            f"  CloudFront requests a second {rounded(seen.peak('edge')):,} (default 250,000)",
            f"  Lambda concurrent executions {rounded(2 * holds + others):,} (default 1,000)",
            f"  DynamoDB write units a table {max(40_000, *writes.values()):,} (default 40,000)",
            f"  provider calls a second {calls:,} (by default 25 an endpoint)",
            f"Sign-ins: Cognito takes 120 a second; {run.crowd.people:,} people need "
            f"{lasting(run.crowd.people / 120)}, before the sale.",
        )
    )


def admitted_a_second(run: Simulation) -> list[tuple[str, float]]:
    """How many people a second each resource can serve for as long as it likes, the least first: what a waiting room
    would admit."""
    people, duration = min(CALM_PEOPLE, run.crowd.people), CALM_SECONDS
    calm = unbounded(run, CALM_STEP, people=people, arrive_seconds=duration, front=False)
    each = {name: calm.seen.total(name) / people for name in ("edge", "api", "holds", "ecpu", "paid", "tickets")}
    units = {name: calm.seen.total(f"units, {name}") / people for name in ("seats", "orders")}
    quotas, deployed = run.numbers.quotas, run.deployed
    most = {
        "CloudFront": quotas["edge_rate"] / each["edge"],
        "API Gateway": run.front.gateway.rate / each["api"],
        "hold_seat": run.front.holds_limit / run.times["hold_seat"].mean_s / each["holds"],
        "the cache": run.storage.cache.most / each["ecpu"],
        "the table of seats": run.storage.seats_rate / units["seats"],
        "the table of orders": run.storage.orders_rate / units["orders"],
        "payments": min(run.numbers.provider_calls, deployed.calls_per_second)
        / (run.counts.calls_per_sale + run.crowd.decline)
        / each["paid"],
        "tickets": deployed.book_at_once / run.times["book_order"].mean_s / each["tickets"],
    }
    return sorted(most.items(), key=lambda one: one[1])


def lasting(seconds: float) -> str:
    """Hours from an hour on, else minutes; a minute at least."""
    return f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{max(1, round(seconds / 60))} minutes"


def waiting_room(run: Simulation) -> str:
    (first, least), (second, next_least), *_ = admitted_a_second(run)
    return (
        f"A waiting room before this stage would admit {least:,.0f} people a second ({first} is the narrowest, then "
        f"{second} with {next_least:,.0f}): {run.crowd.people:,} people in {lasting(run.crowd.people / least)}."
    )


def costs(run: Simulation) -> str:
    spent = dollars(run)
    rows = [(name, f"${amount:,.2f}") for name, amount in sorted(spent.items(), key=lambda one: -one[1])]
    tickets = max(1.0, run.seen.total("tickets"))
    whole = sum(spent.values())
    return table(("cost", ""), [*rows, ("**together**", f"**${whole:,.2f}: ${whole / tickets:.5f} an order**")])
