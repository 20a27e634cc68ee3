"""The booking lanes, the refresh queue and the payment-complete topic in memory: what was sent, and when it is due."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from box_office.domain.errors import Unavailable
from box_office.domain.messages import (
    NamedIntent,
    QueuedHold,
    detach_message,
    hold_message,
    intent_message,
    order_message,
    payment_complete_message,
    seats_message,
    written,
)
from box_office.domain.orders import OrderRef
from box_office.names import PARKED, Names


@dataclass
class Queued:
    """A message that waits: `queue` is the lane's name, `refresh` or `payment-complete`."""

    queue: str
    body: Any
    due_at: int
    receives: int = 0
    redrives: int = 0

    def record(self) -> dict[str, Any]:
        """As Lambda hands it over."""
        return {
            "messageId": "message",
            "receiptHandle": "receipt",
            "body": self.body if isinstance(self.body, str) else written(self.body),
            "attributes": {"ApproximateReceiveCount": str(self.receives)},
            "messageAttributes": {"redrives": {"stringValue": str(self.redrives)}} if self.redrives else {},
            "eventSourceARN": f"arn:{Names('test').queue(self.queue)}",
        }


@dataclass
class Mailbox:
    """All queues of one account. `down`: nothing that is sent is taken."""

    now_ms: Callable[[], int]
    waiting: list[Queued] = field(default_factory=list)
    parked: list[Queued] = field(default_factory=list)
    down: bool = False

    def put(self, queue: str, body: Mapping[str, Any], delay_seconds: int = 0) -> None:
        if self.down:
            raise Unavailable("the fake's queues are switched off")
        self.waiting.append(Queued(queue, dict(body), self.now_ms() + delay_seconds * 1000))


@dataclass
class FakeLaneWork:
    """ports.LaneWork. `ms`: of every lane, as a test sets it."""

    ms: int = 0

    def waiting_ms(self, lane: str) -> int:
        return self.ms


class FakeLanes:
    """ports.Lanes."""

    def __init__(self, mailbox: Mailbox, names: Sequence[str] = ("lane-0", "lane-1")) -> None:
        self._mailbox = mailbox
        self._names = tuple(names)

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def send_order(self, lane: str, ref: OrderRef, attempt: int, delay_seconds: int = 0, waited: bool = False) -> None:
        self._mailbox.put(lane, order_message(ref, attempt, waited), delay_seconds)

    def send_intent(self, lane: str, named: NamedIntent, delay_seconds: int = 0) -> None:
        self._mailbox.put(lane, intent_message(named), delay_seconds)

    def send_detach(self, lane: str, payment_method: str, delay_seconds: int = 0) -> None:
        self._mailbox.put(lane, detach_message(payment_method), delay_seconds)

    def send_hold(self, lane: str, hold: QueuedHold) -> None:
        self._mailbox.put(lane, hold_message(hold))

    def backlog(self, lane: str) -> int:
        return sum(message.queue == lane for message in self._mailbox.waiting)


class FakeRefreshQueue:
    """ports.RefreshQueue: what cannot be sent is lost."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def send(self, event_id: str, seat_ids: Sequence[str]) -> None:
        if not self._mailbox.down:
            self._mailbox.put("refresh", seats_message(event_id, seat_ids))


class FakeAnnouncements:
    """ports.Announcements, with the one subscriber that books."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def payment_complete(self, ref: OrderRef) -> None:
        self._mailbox.put("payment-complete", payment_complete_message(ref))


class FakeDeliveries:
    """queue_api.Deliveries."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def delay(self, queue: str, receipt: str, seconds: int) -> None:
        """A message waits where it is."""

    def park(self, queue: str, body: str, reason: str) -> None:
        self._mailbox.parked.append(Queued(queue, body, self._mailbox.now_ms()))

    def send(self, queue: str, body: str, attributes: dict[str, str], delay_seconds: int) -> None:
        self._mailbox.put(queue, json.loads(body), delay_seconds)
        self._mailbox.waiting[-1].redrives = int(attributes.get("redrives", 0))

    def send_json(self, queue: str, body: Mapping[str, object], delay_seconds: int) -> None:
        self._mailbox.put(queue, body, delay_seconds)


class FakeQueues:
    """What tests/deliveries.py says of queues, over a mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def put(self, queue: str, body: Mapping[str, Any] | str) -> None:
        self._mailbox.waiting.append(Queued(queue, body, self._mailbox.now_ms()))

    def waiting(self) -> dict[str, int]:
        return dict(Counter([one.queue for one in self._mailbox.waiting] + [PARKED for _ in self._mailbox.parked]))
