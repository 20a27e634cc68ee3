"""Plain mails through SES."""

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated


class SESMail:
    """ports.Mail. `sender` or its domain has been verified with SES."""

    def __init__(self, client: AwsClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, to: str, subject: str, text: str) -> None:
        with translated("send a mail"):
            self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": subject, "Charset": "UTF-8"},
                        "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
                    }
                },
            )
