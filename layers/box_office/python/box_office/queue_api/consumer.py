"""One Lambda behind one or more queues: partial batch answers, a backoff for each failed message, and parking.

A handler gets one message. If it raises Malformed, the message is parked at once; if it raises anything else, the
message comes back, after 2 s at first, doubling to 60 s, until its queue moves it to the dead-letter queue.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, Protocol, TypedDict

from aws_lambda_powertools import Logger

from box_office.domain.messages import ref_from
from box_office.domain.orders import OrderRef
from box_office.ports import Counters

BACKOFF_SECONDS, BACKOFF_SECONDS_MAX = 2, 60


class Attribute(TypedDict, total=False):
    stringValue: str


class QueueRecord(TypedDict):
    """One message, as Lambda hands it on from SQS, as far as it is read here.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    """

    messageId: str
    receiptHandle: str
    body: str
    attributes: Mapping[str, str]  # SQS's own
    messageAttributes: NotRequired[Mapping[str, Attribute] | None]
    eventSourceARN: str


class QueueEvent(TypedDict):
    Records: Sequence[QueueRecord]


class Malformed(Exception):
    """The message cannot be read, now or at any retry."""


@dataclass(frozen=True)
class Message:
    body: Mapping[str, Any]
    queue: str  # the queue's name without the deployment's prefix, e.g. `lane-0`
    attributes: Mapping[str, str]  # ours, e.g. how often the redrive function has sent it back
    receipt: str
    receives: int


class Deliveries(Protocol):
    """What a consumer does with its own messages."""

    def delay(self, queue: str, receipt: str, seconds: int) -> None: ...

    def park(self, queue: str, body: str, reason: str) -> None:
        """Raises Unavailable."""
        ...


def consumer(
    handle: Callable[[Message], None],
    deliveries: Deliveries,
    counters: Counters,
    logger: Logger,
    prefix: str,
    in_hand_seconds: int = 0,
) -> Callable[[QueueEvent, object], dict[str, object]]:
    """The Lambda handler for SQS events with ReportBatchItemFailures.

    `in_hand_seconds`: so soon a message comes back if the function dies while it works on it; 0: after the queue's own
    visibility time, which is six time-outs of the function.
    """

    def handler(event: QueueEvent, context: object) -> dict[str, object]:
        failed = []
        for record in event["Records"]:
            if in_hand_seconds:
                take_in_hand(record, deliveries, logger, prefix, in_hand_seconds)
            if not consumed(record, handle, deliveries, counters, logger, prefix):
                failed.append(record["messageId"])
        counters.flush()
        logger.info("batch", extra={"messages": len(event["Records"]), "failed": len(failed)})
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    return handler


def take_in_hand(record: QueueRecord, deliveries: Deliveries, logger: Logger, prefix: str, seconds: int) -> None:
    """Shortens the message's visibility time. If that fails, the queue's own visibility time stands."""
    try:
        deliveries.delay(queue_of(record, prefix), record["receiptHandle"], seconds)
    except Exception as error:
        logger.warning("keeps its time", extra={"cause": repr(error)})


def queue_of(record: QueueRecord, prefix: str) -> str:
    return record["eventSourceARN"].rpartition(":")[2].removeprefix(prefix)


def consumed(
    record: QueueRecord,
    handle: Callable[[Message], None],
    deliveries: Deliveries,
    counters: Counters,
    logger: Logger,
    prefix: str,
) -> bool:
    queue = queue_of(record, prefix)
    receives = int(record["attributes"].get("ApproximateReceiveCount", 1))
    try:
        try:
            handle(parsed(record, queue, receives))
        except Malformed as error:
            logger.warning("parked", extra={"queue": queue, "reason": str(error)})
            counters.count("ParseFailures")
            deliveries.park(queue, record["body"], str(error))
        return True
    except Exception as error:
        # No error may lose a message: it comes back, and goes to the dead-letter queue in the end.
        seconds = min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS * 2 ** min(receives - 1, 10))
        logger.warning(
            "comes back", extra={"queue": queue, "receives": receives, "seconds": seconds, "cause": repr(error)}
        )
        try:
            deliveries.delay(queue, record["receiptHandle"], seconds)
        except Exception as late:
            logger.warning("keeps its time", extra={"cause": repr(late)})
        return False


def parsed(record: QueueRecord, queue: str, receives: int) -> Message:
    try:
        body = json.loads(record["body"])
    except ValueError as error:
        raise Malformed("not JSON") from error
    if not isinstance(body, dict):
        raise Malformed("not an object")
    body = unwrapped(body)
    attributes = {
        name: attribute["stringValue"]
        for name, attribute in (record.get("messageAttributes") or {}).items()
        if "stringValue" in attribute
    }
    return Message(body, queue, attributes, record["receiptHandle"], receives)


def unwrapped(body: dict[str, Any]) -> dict[str, Any]:
    """The message inside the wrapper that a topic without raw delivery adds."""
    if body.get("Type") != "Notification" or "Message" not in body:
        return body
    try:
        inner = json.loads(body["Message"])
    except (TypeError, ValueError) as error:
        raise Malformed("a notification that is not JSON") from error
    if not isinstance(inner, dict):
        raise Malformed("a notification that is not an object")
    return inner


def known_kind(message: Message, kinds: Sequence[str]) -> str:
    """Raises Malformed. Messages of an older deployment still parse: members are only ever added."""
    kind, version = message.body.get("kind"), message.body.get("v")
    if kind not in kinds or type(version) is not int or version < 1:
        if kind is None and version is None:
            raise Malformed("the body is no message of ours: it has no kind and no version")
        raise Malformed(f"kind {kind!r}, version {version!r}")
    return str(kind)


def named_order(message: Message) -> OrderRef:
    """Raises Malformed."""
    try:
        return ref_from(message.body)
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed(f"no order: {error!r}") from error
