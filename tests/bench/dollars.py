"""What is paid to AWS for a sale, a visit, a check-in and an hour of waiting: counted units times the one table of
prices (operations/prices.py).

Requests, trips, units and messages are those that `tests/bench/paying.py` counted. What cannot be counted here is
assumed, in the open, below: how long a call takes in AWS, how long a customer looks, how much a request logs.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from operations import on_sale, prices
from operations.on_sale import dollars_an_hour
from tests.bench import paying
from tests.bench.map_sizes import BYTES_MAX
from tests.bench.report import Budget, Section
from tests.bench.traffic import Traffic
from tests.edge_prices import a_million_kept
from toolchain.install import ROOT

TICKETS = 2  # of the sale that is counted
DOLLARS_A_TICKET_MAX = 0.0001
# Assumed. Milliseconds of a call in AWS, and of a function's own work at its share of a core.
CALL_MS = {"cache": 1, "sqs": 10, "sns": 15, "GetItem": 4, "BatchGetItem": 6, "Query": 6, "PutItem": 6}
TRANSACTION_MS, PROVIDER_CALL_MS, OWN_MS = 15, 700, 15
ECPU_A_TRIP = 400  # more than any that the part `ecpu` measures, but for the first in a second
LOG_BYTES_A_REQUEST = 2_000  # the function's line and figures, Lambda's own lines, the access log's
TRACED = 0.05  # of requests
LOOKS_AT_A_BOOKING = 4  # while it is paid: after 1, 2, 3 and 4 seconds
CALLBACKS = 2  # of the provider, a sale
ROW_GIGABYTES = 1.5e-6  # an order with its index entries, kept
KEPT_MONTHS = 12
CATALOGUE_REQUESTS, MAP_LOOKS, PAGE_FILES = 5, 60, 12  # of a visit: two minutes before a map, a look every two seconds
CATALOGUE_BYTES, FILE_BYTES = 5_000, 20_000
ON_SALE = {"warm": on_sale.WARM, "memory_mb": 1_024, "ecpu": on_sale.ECPU}  # of a million people
HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Step:
    """Some requests or messages of one kind."""

    traffic: Traffic
    times: int = 1
    through_api: bool = True
    provider_calls: int = 0
    gigabytes: float = 0.5

    @property
    def seconds(self) -> float:
        calls = sum(call_ms(trip) for trip in self.traffic.trips)
        return (OWN_MS + calls + PROVIDER_CALL_MS * self.provider_calls) / 1000

    @property
    def messages(self) -> int:
        return sum(trip == "sqs SendMessage" for trip in self.traffic.trips)

    @property
    def by_service(self) -> Mapping[str, float]:
        """Dollars."""
        traffic, million = self.traffic, prices.MILLION
        published = sum(trip.startswith("sns") for trip in traffic.trips)
        edge = prices.INSPECTED_REQUESTS + prices.EDGE_REQUESTS
        one = {
            "API Gateway": prices.API_REQUESTS / million * self.through_api,
            "CloudFront and WAF": edge / million * self.through_api,
            "Lambda": prices.LAMBDA_REQUESTS / million + self.seconds * self.gigabytes * prices.LAMBDA_GB_SECOND,
            "DynamoDB": (traffic.write_units * prices.WRITE_UNITS + traffic.read_units * prices.READ_UNITS) / million,
            "ElastiCache": traffic.cache_trips * ECPU_A_TRIP * prices.CACHE_ECPU / million,
            # Each message is sent, received and deleted; one of the topic is received and deleted.
            "SQS and SNS": (
                (3 * self.messages + 2 * published + traffic.queue_looks) * prices.SQS_REQUESTS
                + published * prices.SNS_PUBLISHED
            )
            / million,
            "CloudWatch and X-Ray": LOG_BYTES_A_REQUEST / 1e9 * prices.LOGS_GIGABYTE + TRACED * prices.TRACES / million,
        }
        return {service: dollars * self.times for service, dollars in one.items()}


def call_ms(trip: str) -> int:
    kind = trip.split()[0]
    return TRANSACTION_MS if kind == "TransactWriteItems" else CALL_MS[kind]


def sale(seen: Mapping[str, Traffic], provider_calls: int) -> Mapping[str, float]:
    """Dollars by service, from hold to ticket. A callback of what is recorded reads the order, and is done."""
    callback = Traffic(["sqs SendMessage"])
    done = Traffic(["GetItem orders"], read_units=1)
    steps = [
        Step(seen["HoldSeat"], gigabytes=1.0),
        Step(seen["SubmitPayment"]),
        Step(seen["GetBooking, with tickets"], LOOKS_AT_A_BOOKING),
        Step(seen["work_on_lane: charged"], through_api=False, provider_calls=provider_calls),
        Step(seen["book_order: tickets"], through_api=False),
        Step(callback, CALLBACKS),
        Step(done, CALLBACKS, through_api=False),
    ]
    spent = {service: sum(step.by_service[service] for step in steps) for service in steps[0].by_service}
    spent["DynamoDB"] += ROW_GIGABYTES * KEPT_MONTHS * prices.TABLE_GIGABYTE_MONTH
    return spent


def visit() -> float:
    """Dollars of a customer who looks around and buys nothing: the edge answers."""
    kept = (
        CATALOGUE_REQUESTS * a_million_kept(CATALOGUE_BYTES)
        + MAP_LOOKS * a_million_kept(BYTES_MAX["SeatMap"])
        + PAGE_FILES * (a_million_kept(FILE_BYTES) + prices.EDGE_FUNCTION_CALLS)
    )
    return kept / prices.MILLION


def standby_hour() -> float:
    """Dollars of an hour of `prod` in which no customer comes, by docs/deploying.md."""
    told = re.search(r"`prod` about \$(\d+)", (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8"))
    if told is None:
        raise ValueError("docs/deploying.md no longer says what an idle month of `prod` costs")
    return int(told[1]) / HOURS_A_MONTH


def measure(cache_url: str) -> tuple[list[Budget], Section]:
    seen, asked = paying.steps(cache_url)
    spent = sale(seen, asked)
    order = sum(spent.values())
    check_in = sum(Step(seen["CheckInTicket"]).by_service.values())
    warm = sum(dollars_an_hour(**ON_SALE))
    ticket = order / TICKETS
    budgets = [
        Budget("dollars a ticket", f"<= {DOLLARS_A_TICKET_MAX}", f"{ticket:.6f}", ticket <= DOLLARS_A_TICKET_MAX),
    ]
    rows = [
        [f"a sale of {TICKETS} seats: {service}", f"{dollars:.7f}", f"{dollars * prices.MILLION:,.2f}"]
        for service, dollars in spent.items()
    ]
    rows += [
        [f"a sale of {TICKETS} seats, in all", f"{order:.7f}", f"{order * prices.MILLION:,.2f}"],
        ["a ticket", f"{ticket:.7f}", f"{ticket * prices.MILLION:,.2f}"],
        ["a ticket checked in", f"{check_in:.7f}", f"{check_in * prices.MILLION:,.2f}"],
        ["a visit without a sale, through the edge", f"{visit():.7f}", f"{visit() * prices.MILLION:,.2f}"],
        ["a user who signs in within the month", f"{prices.SIGNED_IN_USER}", f"{prices.SIGNED_IN_USER * 1e6:,.2f}"],
        ["an hour of `prod` in which no customer comes", f"{standby_hour():.2f}", ""],
        ["an hour of what `make on-sale` keeps warm for a million people", f"{warm:.2f}", ""],
    ]
    section = Section(
        "What it costs",
        "Dollars: units counted as above times the prices of `operations/prices.py`; `tests/bench/dollars.py` says "
        "what is assumed beside them, such as how long a call takes in AWS. The provider's fees are left out.",
        ["what", "dollars", "of a million"],
        rows,
    )
    return budgets, section
