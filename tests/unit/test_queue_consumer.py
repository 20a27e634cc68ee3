"""A message that a worker has in hand comes back soon after that worker died; and never is lost for the asking."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from box_office.domain.errors import Unavailable
from box_office.queue_api.consumer import Malformed, Message, consumer, known_kind


@dataclass
class Kept:
    """Deliveries, counters and a handler in one: keeps what happens, in order."""

    happened: list[Any] = field(default_factory=list)
    delay_fails: bool = False
    handle_fails: bool = False

    def delay(self, queue: str, receipt: str, seconds: int) -> None:
        if self.delay_fails:
            raise Unavailable("no queue")
        self.happened.append(("delay", queue, receipt, seconds))

    def park(self, queue: str, body: str, reason: str) -> None:
        self.happened.append(("park", queue))

    def count(self, name: str, value: float = 1) -> None: ...

    def flush(self) -> None: ...

    def handle(self, message: Message) -> None:
        self.happened.append("handle")
        if self.handle_fails:
            raise Unavailable("no table")

    def receive(self, in_hand_seconds: int) -> list[Any]:
        record = {
            "messageId": "m1",
            "receiptHandle": "r1",
            "body": "{}",
            "attributes": {"ApproximateReceiveCount": "1"},
            "eventSourceARN": "arn:aws:sqs:us-east-1:1:test-lane-0",
        }
        handler = consumer(self.handle, self, self, Logger(service="test"), "test-", in_hand_seconds)
        return handler({"Records": [record]}, None)["batchItemFailures"]


def test_a_message_is_taken_in_hand_before_it_is_handled() -> None:
    kept = Kept()
    assert kept.receive(95) == []
    assert kept.happened == [("delay", "lane-0", "r1", 95), "handle"]


def test_without_a_time_of_its_own_a_message_keeps_its_queues() -> None:
    kept = Kept()
    assert kept.receive(0) == []
    assert kept.happened == ["handle"]


@pytest.mark.parametrize("fails", [False, True])
def test_a_message_that_cannot_be_taken_in_hand_is_handled_all_the_same(fails: bool) -> None:
    kept = Kept(delay_fails=True, handle_fails=fails)
    assert kept.receive(95) == ([{"itemIdentifier": "m1"}] if fails else [])
    assert kept.happened == ["handle"]


def test_what_fails_comes_back_by_its_own_tries_not_by_the_time_in_hand() -> None:
    kept = Kept(handle_fails=True)
    assert kept.receive(95) == [{"itemIdentifier": "m1"}]
    assert kept.happened[-1] == ("delay", "lane-0", "r1", 2)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"hello": "there"}, "the body is no message of ours: it has no kind and no version"),
        ({"kind": "pay", "v": 0}, "kind 'pay', version 0"),
        ({"kind": "other", "v": 1}, "kind 'other', version 1"),
    ],
)
def test_a_body_that_no_consumer_reads_is_told_by_what_it_lacks(body: dict[str, Any], told: str) -> None:
    with pytest.raises(Malformed) as malformed:
        known_kind(Message(body, "lane-0", {}, "receipt", 1), ["pay"])
    assert str(malformed.value) == told
