"""What goes over the wire to AWS, and what a test does to it: others' requests in between, lost answers, crashes.

Interleavings are made at the client's call, so that a race shows every time or never.
"""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from box_office.adapters import aws_clients

Send = Callable[[], Any]
Interception = Callable[[Send], Any]
URL = "https://dynamodb.us-east-1.amazonaws.com"


class Crash(BaseException):
    """The environment dies here: nothing may catch it."""


class Wire:
    """The AWS clients of one environment. Keeps what was sent; interceptions of an operation are used up in order."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self._once: dict[str, deque[Interception]] = {}
        self._always: dict[str, Interception] = {}

    def client(self, service: str, config: Any = None) -> Any:
        return WiredClient(shared_client(service), self)

    def next(self, operation: str, *interceptions: Interception) -> None:
        self._once.setdefault(operation, deque()).extend(interceptions)

    def every(self, interception: Interception, *operations: str) -> None:
        self._always.update(dict.fromkeys(operations, interception))

    def heal(self) -> None:
        self._once.clear()
        self._always.clear()

    def forget(self) -> None:
        self.sent.clear()

    def arguments(self, operation: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.sent if name == operation]

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(name for name, _ in self.sent)

    def call(self, operation: str, send: Send, arguments: dict[str, Any]) -> Any:
        self.sent.append((operation, arguments))
        if self._once.get(operation):
            return self._once[operation].popleft()(send)
        if operation in self._always:
            return self._always[operation](send)
        return send()


@cache
def shared_client(service: str) -> Any:
    """Making a client costs more than most tests; moto answers for any that was made after its import."""
    return aws_clients.client(service)


class WiredClient:
    def __init__(self, client: Any, wire: Wire) -> None:
        self._client = client
        self._wire = wire

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name not in self._client.meta.method_to_api_mapping:
            return method
        return lambda **arguments: self._wire.call(name, lambda: method(**arguments), arguments)


def after(*deeds: Callable[[], Any]) -> Interception:
    """Somebody else does something just before this call reaches the table."""

    def intercept(send: Send) -> Any:
        for deed in deeds:
            deed()
        return send()

    return intercept


def before_the_answer(*deeds: Callable[[], Any]) -> Interception:
    """Somebody else does something between the table's work and its answer's arrival."""

    def intercept(send: Send) -> Any:
        answer = send()
        for deed in deeds:
            deed()
        return answer

    return intercept


def raising(error: BaseException) -> Interception:
    def intercept(send: Send) -> Any:
        raise error

    return intercept


def answer_lost(send: Send) -> Any:
    """The table does its work, and nobody hears of it."""
    send()
    raise ReadTimeoutError(endpoint_url=URL)


def passing(send: Send) -> Any:
    return send()


crash = raising(Crash())
never_answered = raising(ReadTimeoutError(endpoint_url=URL))
never_connected = raising(ConnectTimeoutError(endpoint_url=URL))
unreachable = raising(EndpointConnectionError(endpoint_url=URL))


def client_error(operation: str, code: str, status: int = 400, **more: Any) -> ClientError:
    response = {"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(response, operation)


throttled = raising(client_error("TransactWriteItems", "ProvisionedThroughputExceededException"))
internal_error = raising(client_error("TransactWriteItems", "InternalServerError", 500))


def cancelled(*codes: str) -> Interception:
    """A transaction cancelled for these reasons, one an item, without rows: conflicts come without."""
    reasons = [{"Code": code} for code in codes]
    error = client_error("TransactWriteItems", "TransactionCanceledException", CancellationReasons=reasons)
    return raising(error)
