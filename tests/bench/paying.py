"""What a sale costs from hold to ticket: round trips and capacity units of each step, counted as those of holds are.

The sale is one of the page's: ids as long as real ones, a key with each request that takes one, and time that goes on
between the steps. (While a clock stands still no due time moves, and no index entry with it.) The provider is in
memory: its two calls are counted, take a second each, and cost the tables nothing.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from moto import mock_aws

from box_office.names import PAYMENT_COMPLETE, REFRESH
from tests.bench.report import Budget, Section
from tests.bench.round_trips import Visits, row_of, trips
from tests.bench.traffic import Traffic, counted
from tests.cinema import Cinema
from tests.deliveries import LANES
from tests.sample_catalogue import HOUR, ROOM, event

BUYER = "3f2b8c1e-6d7a-4b0e-9a51-0d8c7e5f4a21"  # as Cognito names users
HOLD_KEY, SUBMIT_KEY = "0b9f6a3e-55f1-4f43-8d39-6d1c30fbb6a7", "c41d3c0a-0a61-4f0d-9b0a-5e2a7c1f9d52"  # the page's
SHOWING = "lisboa-3-20961002-1930"  # as the loader names showings
CARD = "pm_1QXfVbKZ9mR3tYw7Hc2LdE8s"  # as Stripe names methods
SOLD = ("HoldSeat", "SubmitPayment", "work_on_lane: charged", "book_order: tickets")
CALLS_OF_A_SALE = 2  # create and confirm; the provider's own callback costs none
SOLD_MAX = 26  # write units of a sale of two seats


def steps(cache_url: str) -> tuple[Mapping[str, Traffic], int]:
    """The traffic of each step of one sale and of what may follow it; and the calls to the provider until it is sold.

    Raises AssertionError when a step did not do what is being counted."""
    with mock_aws():
        cinema = Cinema(cache_url, map_shared_ms=1_000)
        made = Visits(cinema)
        cinema.seed_event(event(SHOWING, ROOM, cinema.clock.now + 8 * HOUR))
        warm_up(cinema)
        calls_take_a_second(cinema)
        made.expect("HoldSeat", 201, lambda: cinema.hold("B11", "B12", user=BUYER, event_id=SHOWING, key=HOLD_KEY))
        cinema.clock.advance(seconds=10)
        made.expect("SubmitPayment", 202, lambda: cinema.submit(CARD, BUYER, SHOWING, key=SUBMIT_KEY))
        cinema.clock.advance(seconds=1)
        handle(made, "work_on_lane: charged", lambda: cinema.deliver(*LANES))
        asked = len(cinema.provider.calls)
        cinema.clock.advance(seconds=1)
        handle(made, "book_order: tickets", lambda: cinema.deliver(PAYMENT_COMPLETE))
        booking = made.expect("GetBooking, with tickets", 200, lambda: cinema.booking(BUYER, SHOWING)).body
        assert booking["status"] == "BOOKED", booking
        code, other = booking["tickets"][0]["code"], booking["tickets"][1]["ticket_id"]
        cinema.clock.advance(seconds=10)
        made.expect("CheckInTicket", 200, lambda: cinema.check_in(code))
        refund = {"order_id": booking["order_id"], "tickets": [other], "groups": ("manager",)}
        made.expect("RefundBooking, one ticket", 202, lambda: cinema.refund("boss", SHOWING, **refund))
        handle(made, "work_on_lane: given back", lambda: cinema.deliver(*LANES))
        handle(made, "refresh_seats", lambda: cinema.deliver(REFRESH))
        assert not cinema.broken_promises(), cinema.broken_promises()
        return made.seen, asked


def warm_up(cinema: Cinema) -> None:
    """The server learns the scripts, each function what it remembers, by a whole sale to somebody else."""
    assert cinema.hold("C1", user="warm-up", event_id=SHOWING).status == 201
    assert cinema.submit(user="warm-up", event_id=SHOWING).status == 202
    cinema.deliver()
    ticket = cinema.booking(user="warm-up", event_id=SHOWING).body["tickets"][0]
    assert cinema.check_in(ticket["code"]).status == 200
    cinema.provider.calls.clear()


def calls_take_a_second(cinema: Cinema) -> None:
    answer = cinema.provider._answer

    def slowly(*arguments: Any) -> Any:
        cinema.clock.advance(seconds=1)
        return answer(*arguments)

    cinema.provider._answer = slowly  # type: ignore[method-assign]


def handle(made: Visits, name: str, deliver: Callable[[], int]) -> None:
    """What a consumer does with the messages that wait."""
    with counted() as traffic:
        assert deliver(), f"{name}: there was no message"
    made.seen[name] = traffic


def measure(cache_url: str) -> tuple[list[Budget], Section, Section]:
    seen, asked = steps(cache_url)
    sold = [seen[name] for name in SOLD]
    rows, indexes = (sum(getattr(step, units) for step in sold) for units in ("item_write_units", "index_write_units"))
    units = [f"{name.split(':')[0]} {step.write_units}" for name, step in zip(SOLD, sold, strict=True)]
    told = f"{rows + indexes}: {rows} for rows, {indexes} for indexes ({', '.join(units)})"
    submit = "1 table read, 1 table write, 1 queue send"
    budgets = [
        trips("SubmitPayment", submit, seen["SubmitPayment"], (0, 1, 1), sends=1),
        Budget("write units, two seats, from hold to ticket", f"<= {SOLD_MAX}", told, 0 < rows + indexes <= SOLD_MAX),
        Budget("calls to the provider, a sale", f"<= {CALLS_OF_A_SALE}", str(asked), 0 < asked <= CALLS_OF_A_SALE),
    ]
    trips_of_steps = Section(
        "A sale, from hold to ticket",
        f"Counted the same way, the provider in memory and asked {asked} times (`tests/bench/paying.py`): two seats, "
        "paid by card; then one is let in, and the other given back.",
        ["step", "trips", "in sequence", "read units", "write units: rows + indexes"],
        [row_of(name, traffic) for name, traffic in seen.items()],
    )
    return budgets, trips_of_steps, units_by_what(sold)


def units_by_what(sold: Sequence[Traffic]) -> Section:
    written = sum((step.written for step in sold), Counter())
    rows = [[what, *(step.written[what] or "" for step in sold), units] for what, units in sorted(written.items())]
    return Section(
        "What a sale's write units go into",
        "Of the four steps from hold to ticket. A row costs a unit for each started kilobyte, and two if it is written "
        "in a transaction; an index entry costs one when it appears or goes, and two when it moves.",
        ["written", *(name.split(":")[0] for name in SOLD), "in all"],
        rows,
    )
