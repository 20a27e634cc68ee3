"""How many calls to the payment provider, lanes and workers a number of payments a second needs. Pure.

One number decides: `payments_per_second` of a stage. A payment costs CALLS_PER_PAYMENT calls at most: a sale is two
(create, confirm), and three if the card is saved; a decline is three (create, confirm, cancel). Planning for three
means that declines take nothing from sales: a stage of 8 payments a second sells 12 if no card is declined or saved.

A worker makes one call after the other and needs `provider_call_ms` for each, with what it does before and after
(Little's law: workers = calls a second x seconds a call). They are spread over the lanes, and each begins a call at
most once in `call_interval_seconds`, so that together they never exceed what the provider grants. SubmitPayment reckons
with the same number how long a lane's backlog lasts (domain/pushback.py): with more workers than calls it would promise
too little, with fewer it would give a 202 that capacity alone turns into EXPIRED.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from box_office.domain.pushback import CALLS_PER_PAYMENT

# MaximumConcurrency of an event source mapping.
# https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html
WORKERS_PER_LANE_MIN, WORKERS_PER_LANE_MAX = 2, 1_000
QUEUE_LENGTH_LAG_SECONDS_MAX = 60  # so old SQS's figure of a queue's length may be, by which SubmitPayment refuses
CALL_INTERVAL_SECONDS_MAX = 2  # of a worker's calls: four calls of 20 s and their intervals fit its time-out


@dataclass(frozen=True)
class PaymentCapacity:
    provider_calls_per_second: int  # that the provider has to grant, for all workers together
    lanes: int
    workers_per_lane: int  # at once

    @property
    def workers(self) -> int:
        return self.lanes * self.workers_per_lane

    @property
    def call_interval_seconds(self) -> float:
        """From the begin of one call of a worker to the begin of its next."""
        return self.workers / self.provider_calls_per_second

    @property
    def payments_per_second(self) -> int:
        return self.provider_calls_per_second // CALLS_PER_PAYMENT


def lanes_for(payments_per_second: int, call_ms: int) -> int:
    """The fewest lanes whose mappings can have so many workers."""
    return max(1, rounded_up(workers_for(payments_per_second, call_ms), WORKERS_PER_LANE_MAX))


def capacity_for(payments_per_second: int, call_ms: int, lanes: int) -> PaymentCapacity:
    """`lanes`: those of the stage, which are never fewer than before, because a lane's messages go with it."""
    per_lane = rounded_up(workers_for(payments_per_second, call_ms), lanes)
    return PaymentCapacity(payments_per_second * CALLS_PER_PAYMENT, lanes, max(WORKERS_PER_LANE_MIN, per_lane))


def submits_for(payments_per_second: int, unreached_minutes_max: int) -> int:
    """Submissions a second that the gateway lets through, and at once; the others are answered 429 before a function
    sees them. SubmitPayment refuses when three quarters of the time until a pin ends are full, by a length that may be
    a minute old: what comes in that minute has to fit in the last quarter, or its 202 would end as EXPIRED."""
    last_quarter = payments_per_second * unreached_minutes_max * 60 // 4
    return max(1, last_quarter // (QUEUE_LENGTH_LAG_SECONDS_MAX + 1))  # a minute's rate, and the burst


def workers_for(payments_per_second: int, call_ms: int) -> int:
    return rounded_up(payments_per_second * CALLS_PER_PAYMENT * call_ms, 1_000)


def broken_capacity(payments_per_second: int, call_ms: int, lanes: int) -> Iterator[str]:
    """A sentence if the stage cannot be deployed so."""
    if lanes < 1 or payments_per_second < 1:
        yield f"lanes={lanes}, payments_per_second={payments_per_second}: at least one of each is needed."
        return
    needed, capacity = lanes_for(payments_per_second, call_ms), capacity_for(payments_per_second, call_ms, lanes)
    if needed > lanes:
        yield (
            f"payments_per_second={payments_per_second} needs {workers_for(payments_per_second, call_ms):_} workers, "
            f"and a lane has {WORKERS_PER_LANE_MAX:_} at most (an event source mapping's bound). Write lanes = "
            f"{needed} or more: lanes may be added, and never go."
        )
    elif capacity.call_interval_seconds > CALL_INTERVAL_SECONDS_MAX:
        yield (
            f"payments_per_second={payments_per_second}, provider_call_ms={call_ms} and lanes={lanes}: the "
            f"{capacity.workers} workers (a lane has {WORKERS_PER_LANE_MIN} at least) would each begin calls over "
            f"{CALL_INTERVAL_SECONDS_MAX} s apart, to keep to {capacity.provider_calls_per_second} calls a second. "
            "Fewer lanes are needed, or more payments a second."
        )


def rounded_up(number: int, by: int) -> int:
    return -(-number // by)
