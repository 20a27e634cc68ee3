"""Every queue: how long its messages wait, how often each is tried, and the queue that takes it after that."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from box_office import names
from box_office.names import Names, dead_letters, lane

# A message stays invisible for so many time-outs of its function: so long Lambda may try to hand it over.
# Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_PER_TIMEOUT = 6
DEAD_LETTER_DAYS = 14  # SQS's longest: an operator needs time
RETENTION_DAYS = 4


@dataclass(frozen=True)
class QueueShape:
    name: str
    consumer_timeout_seconds: int
    receives_max: int = 6  # 2, 4, 8, 16, 32 and 60 s apart: two minutes


class Queues(Construct):
    """`by_name`: all queues, dead-letter queues included."""

    def __init__(self, scope: Construct, id: str, *, names: Names) -> None:
        super().__init__(scope, id)
        self._names = names
        self.by_name: dict[str, sqs.Queue] = {}

    def add(self, shape: QueueShape, dead_letter_timeout_seconds: int = 0) -> sqs.Queue:
        """The queue and its dead-letter queue; the latter has a consumer of its own if its time-out is given."""
        dead = self.add_last(dead_letters(shape.name), dead_letter_timeout_seconds)
        return self._build(
            shape.name,
            visibility=shape.consumer_timeout_seconds * VISIBILITY_PER_TIMEOUT,
            days=RETENTION_DAYS,
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=shape.receives_max),
        )

    def add_last(self, name: str, consumer_timeout_seconds: int = 0) -> sqs.Queue:
        """A queue without a dead-letter queue: an operator, or a function that sends messages back, empties it."""
        return self._build(
            name, visibility=consumer_timeout_seconds * VISIBILITY_PER_TIMEOUT or None, days=DEAD_LETTER_DAYS
        )

    def _build(
        self, name: str, *, visibility: int | None, days: int, dead_letter_queue: sqs.DeadLetterQueue | None = None
    ) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            name,
            queue_name=self._names.queue(name),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(days),
            visibility_timeout=cdk.Duration.seconds(visibility) if visibility else None,
            dead_letter_queue=dead_letter_queue,
        )
        self.by_name[name] = queue
        return queue


def lane_names(lanes: int) -> list[str]:
    return [lane(number) for number in range(lanes)]


def used_from_the_network(lanes: int) -> list[str]:
    """The queues that functions in the VPC send to, or whose messages they postpone or park."""
    return [*lane_names(lanes), names.PARKED, names.PAYMENT_COMPLETE, names.REFRESH, names.EVENT_ENDS]
