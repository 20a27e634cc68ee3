"""The payment-complete topic: each consumer subscribes a queue of its own."""

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated
from box_office.domain.messages import payment_complete_message, written
from box_office.domain.orders import OrderRef


class SNSAnnouncements:
    """ports.Announcements."""

    def __init__(self, client: AwsClient, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def payment_complete(self, ref: OrderRef) -> None:
        with translated("announce a payment"):
            self._client.publish(TopicArn=self._topic_arn, Message=written(payment_complete_message(ref)))
