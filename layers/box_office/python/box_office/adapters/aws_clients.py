"""The one place where AWS clients are made."""

from typing import Any

import boto3
from botocore.config import Config

from box_office.names import VERSION

# boto3 makes a client's methods together with the client, from the service's description: no class of its own has them.
# Types cannot check the adapters' calls; the contract tests do.
AwsClient = Any

# boto3's defaults (60 s, ten tries for DynamoDB) outlive a request. With these a call takes seven seconds at most.
CONFIG = Config(
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 2},
    tcp_keepalive=True,
    parameter_validation=False,  # AWS checks the parameters again; checking them here is a quarter of a call's CPU
    # Without one, boto3 builds its user agent twice a call, a tenth of the call's CPU. CloudTrail shows this one.
    user_agent=f"BoxOffice/{VERSION} Boto3/{boto3.__version__}",
)


# For an operator's command: no customer waits for it.
PATIENT = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 6})


def client(service: str, config: Config = CONFIG, **arguments: Any) -> AwsClient:
    """A low-level client; region, credentials and AWS_ENDPOINT_URL come from the environment, unless given."""
    return boto3.client(service, config=config, **arguments)


class DeferredClient:
    """A client that is made at its first call: a service that a healthy request never calls costs no cold start."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._client: AwsClient = None

    def __getattr__(self, operation: str) -> AwsClient:
        if self._client is None:
            self._client = client(self._service)
        return getattr(self._client, operation)
