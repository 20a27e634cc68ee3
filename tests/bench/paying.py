"""What a sale costs from hold to ticket: round trips and capacity units of each step, counted as those of holds are.

The provider is in memory: its two calls are counted, and cost the tables nothing.
"""

from collections.abc import Callable, Mapping

from moto import mock_aws

from box_office.names import PAYMENT_COMPLETE, REFRESH
from tests.bench.report import Budget, Section
from tests.bench.round_trips import Visits, row_of, trips
from tests.bench.traffic import Traffic, counted
from tests.cinema import Cinema
from tests.deliveries import LANES

SOLD = ("HoldSeat", "SubmitPayment", "work_on_lane: charged", "book_order: tickets")


def steps(cache_url: str) -> tuple[Mapping[str, Traffic], int]:
    """The traffic of each step of one sale and of what may follow it; and the calls to the provider until it is sold.

    Raises AssertionError when a step did not do what is being counted."""
    with mock_aws():
        cinema = Cinema(cache_url)
        made = Visits(cinema)
        warm_up(cinema)
        made.expect("HoldSeat", 201, lambda: cinema.hold("A1", "A2"))
        made.expect("SubmitPayment", 202, cinema.submit)
        handle(made, "work_on_lane: charged", lambda: cinema.deliver(*LANES))
        asked = len(cinema.provider.calls)
        handle(made, "book_order: tickets", lambda: cinema.deliver(PAYMENT_COMPLETE))
        booking = made.expect("GetBooking, with tickets", 200, cinema.booking).body
        assert booking["status"] == "BOOKED", booking
        code, other = booking["tickets"][0]["code"], booking["tickets"][1]["ticket_id"]
        made.expect("CheckInTicket", 200, lambda: cinema.check_in(code))
        body = {"order_id": booking["order_id"], "tickets": [other]}
        made.expect("RefundBooking, one ticket", 202, lambda: cinema.refund("boss", groups=("manager",), **body))
        handle(made, "work_on_lane: given back", lambda: cinema.deliver(*LANES))
        handle(made, "refresh_seats", lambda: cinema.deliver(REFRESH))
        assert not cinema.broken_promises(), cinema.broken_promises()
        return made.seen, asked


def warm_up(cinema: Cinema) -> None:
    """The server learns the scripts, each function what it remembers, by a whole sale to somebody else."""
    assert cinema.hold("C1", user="warm-up").status == 201
    assert cinema.submit(user="warm-up").status == 202
    cinema.deliver()
    ticket = cinema.booking(user="warm-up").body["tickets"][0]
    assert cinema.check_in(ticket["code"]).status == 200
    cinema.provider.calls.clear()


def handle(made: Visits, name: str, deliver: Callable[[], int]) -> None:
    """What a consumer does with the messages that wait."""
    with counted() as traffic:
        assert deliver(), f"{name}: there was no message"
    made.seen[name] = traffic


def measure(cache_url: str) -> tuple[list[Budget], Section]:
    seen, asked = steps(cache_url)
    sold = [seen[name] for name in SOLD]
    rows, indexes = (sum(getattr(step, units) for step in sold) for units in ("item_write_units", "index_write_units"))
    units = [f"{name.split(':')[0]} {step.write_units}" for name, step in zip(SOLD, sold, strict=True)]
    told = f"{rows + indexes}: {rows} for rows, {indexes} for indexes ({', '.join(units)})"
    submit = "1 table read, 1 table write, 1 queue send"
    budgets = [
        trips("SubmitPayment", submit, seen["SubmitPayment"], (0, 1, 1), sends=1),
        Budget("write units, two seats, from hold to ticket", "published", told, rows > 0),
    ]
    section = Section(
        "A sale, from hold to ticket",
        f"Counted the same way, the provider in memory and asked {asked} times (`tests/bench/paying.py`): two seats, "
        "paid by card; then one is let in, and the other given back.",
        ["step", "trips", "in sequence", "read units", "write units: rows + indexes"],
        [row_of(name, traffic) for name, traffic in seen.items()],
    )
    return budgets, section
