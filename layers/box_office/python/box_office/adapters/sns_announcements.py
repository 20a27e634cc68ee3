"""The payment-complete topic: whoever wants to know subscribes a queue of their own."""

import json
from typing import Any

from box_office.adapters.dynamodb_errors import translated
from box_office.adapters.sqs_queues import VERSION, ref_body
from box_office.domain.orders import OrderRef


class SNSAnnouncements:
    """ports.Announcements."""

    def __init__(self, client: Any, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def payment_complete(self, ref: OrderRef) -> None:
        message = {"v": VERSION, "kind": "payment_complete", **ref_body(ref)}
        with translated("announce a payment"):
            self._client.publish(TopicArn=self._topic_arn, Message=json.dumps(message, separators=(",", ":")))
