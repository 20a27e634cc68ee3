"""The queues that functions send to: the lanes, and the queue of seat rows to copy into the cache."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated
from box_office.domain.errors import Unavailable
from box_office.domain.messages import (
    NamedIntent,
    QueuedHold,
    detach_message,
    hold_message,
    intent_message,
    order_message,
    seats_message,
    written,
)
from box_office.domain.orders import OrderRef

DELAY_SECONDS_MAX = 900  # SQS's own


class SQSLanes:
    """ports.Lanes: one queue a lane, by name, so that an order remembers its lane across deployments."""

    def __init__(self, client: AwsClient, urls: Mapping[str, str]) -> None:
        self._client = client
        self._urls = dict(urls)

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._urls)

    def send_order(self, lane: str, ref: OrderRef, attempt: int, delay_seconds: int = 0, waited: bool = False) -> None:
        self._send(lane, order_message(ref, attempt, waited), delay_seconds)

    def send_intent(self, lane: str, named: NamedIntent, delay_seconds: int = 0) -> None:
        self._send(lane, intent_message(named), delay_seconds)

    def send_detach(self, lane: str, payment_method: str, delay_seconds: int = 0) -> None:
        self._send(lane, detach_message(payment_method), delay_seconds)

    def send_hold(self, lane: str, hold: QueuedHold) -> None:
        self._send(lane, hold_message(hold), 0)

    def backlog(self, lane: str) -> int:
        # Messages in flight do not count: when a worker dies, its message stays in flight for six of its time-outs, and
        # in all that time the reconciler would send no lost message of this lane again.
        name = "ApproximateNumberOfMessages"
        with translated("ask a lane for its backlog"):
            answer = self._client.get_queue_attributes(QueueUrl=self._urls[lane], AttributeNames=[name])
        return int(answer["Attributes"][name])

    def _send(self, lane: str, body: Mapping[str, object], delay_seconds: int) -> None:
        delay = min(delay_seconds, DELAY_SECONDS_MAX)
        with translated("queue the request"):
            self._client.send_message(QueueUrl=self._urls[lane], MessageBody=written(body), DelaySeconds=delay)


class SQSRefreshQueue:
    """ports.RefreshQueue. If a message cannot be sent, the cache is stale for a minute: no caller fails for that."""

    def __init__(self, client: AwsClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, event_id: str, seat_ids: Sequence[str]) -> None:
        with suppress(Unavailable), translated("refresh the cache"):
            self._client.send_message(QueueUrl=self._url, MessageBody=written(seats_message(event_id, seat_ids)))
