"""AWS's errors become the domain's here, once. An error that only a bug of ours causes (a malformed request) passes."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
)
from botocore.parsers import ResponseParserError

from box_office.domain.errors import Unavailable

THROTTLED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
}
# A table that is being restored, a role or a key that an operator changes, a row in another caller's transaction: the
# next try may succeed. (A transaction's own conflicts come as TransactionCanceledException.)
OUT_OF_REACH = {
    "AccessDenied",
    "AccessDeniedException",
    "AWS.SimpleQueueService.NonExistentQueue",
    "ExpiredTokenException",
    "NoSuchBucket",
    "ResourceNotFoundException",
    "TransactionConflictException",
    "UnrecognizedClientException",
}


def error_code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def is_unavailable(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error_code(error) in THROTTLED | OUT_OF_REACH


# What can go wrong between a function and AWS: no answer, half an answer, an answer that botocore cannot parse.
NO_ANSWER = (ConnectionError, HTTPClientError, IncompleteReadError, NoCredentialsError, ResponseParserError)


@contextmanager
def translated(purpose: str) -> Iterator[None]:
    """Raises Unavailable for throttling, 5xx, time-outs and connections that fail. `purpose`: "read the catalogue"."""
    try:
        yield
    except ClientError as error:
        if not is_unavailable(error):
            raise
        raise Unavailable(f"Cannot {purpose} just now.") from error
    except NO_ANSWER as error:
        raise Unavailable(f"Cannot {purpose} just now.") from error
