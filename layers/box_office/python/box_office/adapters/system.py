"""Time, randomness and memory of the process itself."""

import secrets
import time
import uuid
from collections import OrderedDict

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from box_office.ports import Seen


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class RandomIds:
    def order_id(self) -> str:
        return f"or_{uuid.uuid4().hex}"

    def token(self) -> str:
        return secrets.token_urlsafe(12)  # 16 characters: each is a part of an order's row, or of a mark

    def jitter(self) -> float:
        return secrets.randbelow(1_000_000) / 1_000_000


class LastSeenMaps:
    """The last map that this process read of each event, of the `events_max` events that it read last."""

    def __init__(self, events_max: int = 500) -> None:
        self._seen: OrderedDict[str, Seen] = OrderedDict()
        self._events_max = events_max

    def get(self, event_id: str) -> Seen | None:
        return self._seen.get(event_id)

    def put(self, event_id: str, seen: Seen) -> None:
        self._seen[event_id] = seen
        self._seen.move_to_end(event_id)
        if len(self._seen) > self._events_max:
            self._seen.popitem(last=False)


class EmfCounters:
    """ports.Counters, as lines that CloudWatch reads figures from: EMF, with nothing but counts."""

    def __init__(self, metrics: Metrics, logger: Logger) -> None:
        self._metrics = metrics
        self._logger = logger
        self._counted = False

    def count(self, name: str, order_id: str | None = None, number: int = 1) -> None:
        if not number:
            return
        self._metrics.add_metric(name=name, unit=MetricUnit.Count, value=number)
        if order_id is not None:
            self._logger.warning(name, extra={"order_id": order_id})
        self._counted = True

    def flush(self) -> None:
        if self._counted:
            self._metrics.flush_metrics()
            self._counted = False
