"""Time, randomness and memory of the process itself."""

import secrets
import time
from collections import OrderedDict, defaultdict
from json import JSONEncoder

from aws_lambda_powertools import Logger

from box_office.ports import Seen

VALUES_MAX = 100  # of one figure in one line: CloudWatch reads no more
json_of = JSONEncoder(separators=(",", ":")).encode


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class RandomIds:
    def order_id(self) -> str:
        return f"or_{secrets.token_hex(16)}"

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
    """ports.Counters, as lines that CloudWatch reads figures from: EMF, with nothing but counts.

    Source:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """

    def __init__(self, namespace: str, service: str, logger: Logger) -> None:
        self._namespace = namespace
        self._service = service
        self._logger = logger
        self._values: defaultdict[str, list[float]] = defaultdict(list)

    def count(self, name: str, order_id: str | None = None, number: int = 1) -> None:
        if not number:
            return
        values = self._values[name]
        values.append(float(number))
        if order_id is not None:
            self._logger.warning(name, extra={"order_id": order_id})
        if len(values) == VALUES_MAX:
            self.flush()

    def flush(self) -> None:
        if not self._values:
            return
        metrics = [{"Name": name, "Unit": "Count"} for name in self._values]
        what = {"Namespace": self._namespace, "Dimensions": [["service"]], "Metrics": metrics}
        figures = {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [what]}
        print(json_of({"_aws": figures, "service": self._service, **self._values}))
        self._values.clear()
