"""How long each step takes, as distributions: lognormal, by median and 99th percentile.

Box Office has not run in AWS yet, so AWS's times are ASSUMED: planning figures for us-east-1, to be replaced after the
first deployment by what CloudWatch measured (Duration and IntegrationLatency).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z99 = 2.3263  # of the normal distribution


@dataclass(frozen=True)
class ServiceTime:
    median_ms: float
    p99_ms: float
    source: str

    @property
    def mean_s(self) -> float:
        return self.median_ms * math.exp(self._sigma**2 / 2) / 1000

    @property
    def _sigma(self) -> float:
        return math.log(self.p99_ms / self.median_ms) / Z99

    def sample(self, dice: np.random.Generator, count: int) -> NDArray[np.float64]:
        """Seconds."""
        return self.median_ms / 1000 * np.exp(self._sigma * dice.standard_normal(count))


DYNAMO = "ASSUMED: single-digit milliseconds a DynamoDB call, twice that a transaction, 1 ms the cache"
IN_AWS: Mapping[str, ServiceTime] = {
    "hold_seat": ServiceTime(25, 90, f"{DYNAMO}; CPU of docs/performance.md on 1,024 MB (0.58 of a core)"),
    "hold_lost": ServiceTime(7, 40, "ASSUMED: the cache's round trip and the CPU of a lost hold"),
    "seat_map": ServiceTime(8, 40, "ASSUMED: the cache's round trip and the map's JSON"),
    "get_booking": ServiceTime(18, 80, DYNAMO),
    "submit_payment": ServiceTime(40, 150, f"{DYNAMO}; two calls to SQS"),
    "payment_webhook": ServiceTime(15, 80, "ASSUMED: a signature, one call to SQS"),
    "provider_call": ServiceTime(700, 4_000, "ASSUMED: a call that asks the card's bank"),
    "work_on_lane": ServiceTime(60, 250, f"{DYNAMO}; one read, three writes and one publish, beside the calls"),
    "book_order": ServiceTime(45, 200, f"{DYNAMO}; of one message of a batch"),
    "cold_start": ServiceTime(
        1_000, 2_500, "ASSUMED: twice a bare boto3 client (docs/performance.md), and Lambda's own"
    ),
    "way": ServiceTime(40, 250, "ASSUMED: customer to edge to gateway and back"),
}
