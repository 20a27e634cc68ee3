"""What a consumer does with its messages: it delays them, sends them again, or parks them."""

import json
from collections.abc import Mapping

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated
from box_office.adapters.sqs.queues import DELAY_SECONDS_MAX
from box_office.names import PARKED


class SQSDeliveries:
    """queue_api.Deliveries. `url_base` + a queue's name is its address."""

    def __init__(self, client: AwsClient, url_base: str) -> None:
        self._client = client
        self._url_base = url_base

    def delay(self, queue: str, receipt: str, seconds: int) -> None:
        with translated("delay a message"):
            self._client.change_message_visibility(
                QueueUrl=self._url_base + queue, ReceiptHandle=receipt, VisibilityTimeout=seconds
            )

    def park(self, queue: str, body: str, reason: str) -> None:
        self.send(PARKED, body, {"queue": queue, "reason": reason[:200]}, 0)

    def send(self, queue: str, body: str, attributes: dict[str, str], delay_seconds: int) -> None:
        with translated("send a message"):
            self._client.send_message(
                QueueUrl=self._url_base + queue,
                MessageBody=body,
                DelaySeconds=delay_seconds,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )

    def send_json(self, queue: str, body: Mapping[str, object], delay_seconds: int) -> None:
        self.send(queue, json.dumps(body, separators=(",", ":")), {}, min(delay_seconds, DELAY_SECONDS_MAX))
