"""The CPU of a warm HoldSeat over that of the bare write it makes: the very same items, both with the network stubbed.

botocore's HTTP session answers at once with a canned body, and the cache's socket with what a real Valkey answered to
the hold before: both sides pay for serializing, signing and parsing, and none for the kernel's work or for waiting.
They take turns in one loop.
"""

import errno
import gc
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from unittest.mock import patch

import boto3
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.httpsession import URLLib3Session
from moto import mock_aws
from valkey.connection import Connection

from box_office.adapters import aws_clients
from tests.bench.report import Budget, Section
from tests.cinema import Cinema

ROUNDS = 9
HOLDS_A_ROUND = 120
RATIO_MAX = 1.5
SEATS = ("A1", "A2")
WITHOUT_LIMITS = {
    "user_hold_burst": 10**6,
    "address_requests_per_second": 10**6,
    "address_burst": 10**7,
    "marks_per_minute_max": 10**9,
}


class Wire:
    """What went over the cache's sockets: recorded while Valkey answers, then played back."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.replaying = False
        self._connect = Connection._connect

    def connect(self, connection: Connection) -> "WiredSocket":
        return WiredSocket(self._connect(connection), self)


class WiredSocket:
    """A socket on the wire. Played back, each send is followed by the recorded answer, and then by silence."""

    def __init__(self, real: socket.socket, wire: Wire) -> None:
        self._real, self._wire = real, wire
        self._due: list[bytes] = []

    def settimeout(self, seconds: float | None) -> None:
        if not self._wire.replaying:
            self._real.settimeout(seconds)

    def sendall(self, data: bytes) -> None:
        if self._wire.replaying:
            self._due = list(self._wire.answers)
        else:
            self._wire.answers.clear()
            self._real.sendall(data)

    def recv_into(self, buffer: bytearray) -> int:
        if not self._wire.replaying:
            size = self._real.recv_into(buffer)
            self._wire.answers.append(bytes(buffer[:size]))
            return size
        if not self._due:
            raise BlockingIOError(errno.EWOULDBLOCK, "nothing to read")
        answer = self._due.pop(0)
        buffer[: len(answer)] = answer
        return len(answer)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


class Canned:
    """The body of a successful write."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield b"{}"

    def read(self, *_: Any) -> bytes:
        return b"{}"


def answer_at_once(session: URLLib3Session, request: Any) -> AWSResponse:
    return AWSResponse(request.url, 200, {"content-type": "application/x-amz-json-1.0"}, Canned())


@contextmanager
def quiet() -> Iterator[None]:
    """Handlers log to standard output: the lines are made and written, but to nowhere."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def cpu(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def transaction_sent(work: Callable[[], Any]) -> dict[str, Any]:
    """The arguments of the one transaction that `work` sends."""
    sent: list[dict[str, Any]] = []
    call = BaseClient._make_api_call

    def watched(client: BaseClient, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "TransactWriteItems":
            sent.append(arguments)
        return call(client, operation, arguments)

    with patch.object(BaseClient, "_make_api_call", watched):
        work()
    (arguments,) = sent
    return arguments


def request_of(user: str) -> dict[str, Any]:
    """As the gateway sends it."""
    seats = ",".join(f'"{seat}"' for seat in SEATS)
    return {
        "pathParameters": {"movie_id": "metropolis"},
        "headers": {"content-type": "application/json"},
        "body": f'{{"movie_id":"metropolis","theater_id":"lisboa","event_id":"ev_1","selected_seat":[{seats}]}}',
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": f"request-of-{user}",
            "authorizer": {"claims": {"sub": user, "token_use": "id", "cognito:groups": "customer"}},
            "identity": {"sourceIp": "192.0.2.1"},
        },
    }


def ratios(cache_url: str) -> Iterator[tuple[float, float]]:
    """Of each round: CPU spent on holds, and on the write by our own client, by CPU spent on bare writes."""
    wire = Wire()
    with mock_aws(), patch.object(Connection, "_connect", lambda connection: wire.connect(connection)):
        cinema = Cinema(cache_url, settings_changes=WITHOUT_LIMITS)
        assert cinema.hold("B1", user="warm-up").status == 201  # the film and the room are remembered now
        assert cinema.hold(*SEATS, user="recorded").status == 201
    handler, bare, ours = cinema.handler("hold_seat"), boto3.client("dynamodb"), aws_clients.client("dynamodb")
    gc.collect()
    gc.freeze()  # what the emulator left on the heap is no part of a Lambda environment
    assert wire.answers, "the cache was not asked"
    wire.replaying = True
    with patch.object(URLLib3Session, "send", answer_at_once), quiet():

        def hold(user: str) -> float:
            request, answers = request_of(user), []
            spent = cpu(lambda: answers.append(handler(request, None)))
            assert answers[0]["statusCode"] == 201, answers[0]["body"]
            return spent

        arguments = transaction_sent(lambda: hold("watched"))
        for number in range(ROUNDS):
            holds = writes = own_writes = 0.0
            for one in range(HOLDS_A_ROUND):
                holds += hold(f"user-{number}-{one}")
                writes += cpu(lambda: bare.transact_write_items(**arguments))
                own_writes += cpu(lambda: ours.transact_write_items(**arguments))
            yield holds / writes, own_writes / writes


def measure(cache_url: str) -> tuple[list[Budget], Section]:
    _, *both = ratios(cache_url)  # the first one warms up
    rounds = [holds for holds, _ in both]
    measured, own = median(rounds), median(write for _, write in both)
    section = Section(
        "What a warm HoldSeat's CPU goes into",
        "As multiples of `boto3.client('dynamodb').transact_write_items` with the very same items, all in turns in one "
        "loop, the network stubbed on both sides (`tests/bench/warm_cpu.py`). The rest is the request, the decision, "
        "the cache's three scripts, the log line and the metrics.",
        ["", "x the bare write"],
        [
            ["the handler, from the gateway's event to its answer", f"{measured:.2f}"],
            ["of it the same write by our client, which leaves validation to AWS", f"{own:.2f}"],
        ],
    )
    budgets = [
        Budget(
            "warm CPU of HoldSeat, network stubbed",
            f"<= {RATIO_MAX:g} x the bare write",
            f"{measured:.2f} x (rounds: {min(rounds):.2f} to {max(rounds):.2f})",
            measured <= RATIO_MAX,
        )
    ]
    return budgets, section
