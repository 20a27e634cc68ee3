"""Queues and topic in moto, and their messages' way to the real consumers, as Lambda's event source mappings go it.

Time is the test's: what a message would wait for (a delay, a visibility time) is kept, and not waited for.
"""

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from box_office.names import EVENT_ENDS, PARKED, PAYMENT_COMPLETE, REFRESH, Names

ACCOUNT, REGION = "123456789012", "us-east-1"
URL_BASE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{Names('test').queue('')}"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:{Names('test').topic(PAYMENT_COMPLETE)}"
LANES = ("lane-0", "lane-1")
RECEIVES_MAX = 5
CONSUMERS = {
    **dict.fromkeys(LANES, "work_on_lane"),
    **{f"{lane}-dlq": "redrive" for lane in LANES},
    PAYMENT_COMPLETE: "book_order",
    REFRESH: "refresh_seats",
    EVENT_ENDS: "end_event",
}
ROUNDS_MAX = 40
SECRETS = {
    "box-office-test/payment": {"api_key": "sk_test_in_process", "webhook_secret": "whsec_in_process"},
    "box-office-test/tickets": {"key": "a key of these tests alone"},
}


def queue_arn(queue: str) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{Names('test').queue(queue)}"


def create_queues(sqs: Any, sns: Any) -> None:
    for queue in (PARKED, REFRESH, PAYMENT_COMPLETE, EVENT_ENDS, *(f"{lane}-dlq" for lane in LANES)):
        sqs.create_queue(QueueName=Names("test").queue(queue))
    for lane in LANES:
        policy = {"deadLetterTargetArn": queue_arn(f"{lane}-dlq"), "maxReceiveCount": RECEIVES_MAX}
        sqs.create_queue(QueueName=Names("test").queue(lane), Attributes={"RedrivePolicy": json.dumps(policy)})
    sns.create_topic(Name=Names("test").topic(PAYMENT_COMPLETE))
    sns.subscribe(TopicArn=TOPIC_ARN, Protocol="sqs", Endpoint=queue_arn(PAYMENT_COMPLETE))


def create_secrets(manager: Any) -> None:
    for name, secret in SECRETS.items():
        manager.create_secret(Name=name, SecretString=json.dumps(secret))


class UndelayedSQS:
    """A message is visible at once; how long it was to wait is kept in `delays`."""

    def __init__(self, client: Any, delays: list[int]) -> None:
        self._client = client
        self._delays = delays

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def send_message(self, **arguments: Any) -> Any:
        self._delays.append(arguments.pop("DelaySeconds", 0))
        return self._client.send_message(**arguments)

    def change_message_visibility(self, **arguments: Any) -> Any:
        self._delays.append(arguments["VisibilityTimeout"])
        return self._client.change_message_visibility(**arguments | {"VisibilityTimeout": 0})


class Deliveries:
    """`handler_of(verb)`: the consumer of functions/consumers of that name."""

    def __init__(self, sqs: Any, handler_of: Callable[[str], Any]) -> None:
        self._sqs = sqs
        self._handler_of = handler_of

    def deliver(self, *queues: str, rounds: int = ROUNDS_MAX) -> int:
        """Until nothing waits in these queues (by default in all). Returns how many messages were handled; raises
        AssertionError when they never come to an end."""
        handled = 0
        for _ in range(rounds):
            batch = sum(self.deliver_once(queue) for queue in queues or CONSUMERS)
            if not batch:
                return handled
            handled += batch
        raise AssertionError(f"messages keep coming: {self.waiting()}")

    def deliver_once(self, queue: str, messages_max: int = 10) -> int:
        """One batch, with what Lambda does of a partial failure: what failed comes back, the rest is deleted."""
        records = self.receive(queue, messages_max)
        if not records:
            return 0
        answer = self._handler_of(CONSUMERS[queue])({"Records": records}, None)
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for record in records:
            if record["messageId"] not in failed:
                self._sqs.delete_message(QueueUrl=URL_BASE + queue, ReceiptHandle=record["receiptHandle"])
        return len(records)

    def receive(self, queue: str, messages_max: int = 10) -> list[dict[str, Any]]:
        messages = self._sqs.receive_message(
            QueueUrl=URL_BASE + queue,
            MaxNumberOfMessages=messages_max,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        return [record_of(message, queue) for message in messages]

    def put(self, queue: str, body: Mapping[str, Any] | str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self._sqs.send_message(QueueUrl=URL_BASE + queue, MessageBody=text)

    def waiting(self) -> dict[str, int]:
        """Queues that are not empty; `parked` too."""
        counts = {queue: self._count(queue) for queue in (*CONSUMERS, PARKED)}
        return {queue: count for queue, count in counts.items() if count}

    def bodies(self, queue: str) -> Sequence[Mapping[str, Any]]:
        """What waits, as it stands; it goes on waiting."""
        records = self.receive(queue)
        for record in records:
            self._sqs.change_message_visibility(
                QueueUrl=URL_BASE + queue, ReceiptHandle=record["receiptHandle"], VisibilityTimeout=0
            )
        return [json.loads(record["body"]) for record in records]

    def _count(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self._sqs.get_queue_attributes(QueueUrl=URL_BASE + queue, AttributeNames=names)
        return sum(int(answer["Attributes"][name]) for name in names)


def record_of(message: Mapping[str, Any], queue: str) -> dict[str, Any]:
    """As Lambda hands a message over."""
    attributes = {
        name: {"stringValue": attribute.get("StringValue"), "dataType": attribute["DataType"]}
        for name, attribute in message.get("MessageAttributes", {}).items()
    }
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": attributes,
        "eventSourceARN": queue_arn(queue),
        "awsRegion": REGION,
    }


def function_module(verb: str) -> Any:
    """The file of functions/ of that verb."""
    for folder in ("api", "consumers", "schedules"):
        try:
            return importlib.import_module(f"functions.{folder}.{verb}")
        except ModuleNotFoundError as error:
            if error.name != f"functions.{folder}.{verb}":
                raise
    raise ModuleNotFoundError(f"no function {verb}")
