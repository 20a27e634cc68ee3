"""The CPU of a warm HoldSeat, won and lost, over that of the bare write: the very same items, the network stubbed.

botocore's HTTP session answers at once with a canned body, and the cache's socket with what a real Valkey answered to
such a hold before: all sides pay for serializing, signing and parsing, and none for the kernel's work or for waiting.
They take turns in one loop. While the handler runs, the CPU of each of its parts is taken too: it tells where the
handler's goes.
"""

import errno
import gc
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import wraps
from statistics import median
from typing import Any
from unittest.mock import patch

import boto3
from aws_lambda_powertools import Logger
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient
from botocore.httpsession import URLLib3Session
from moto import mock_aws
from valkey.connection import Connection

from box_office.adapters.dynamodb import changes
from box_office.adapters.system import EmfCounters
from box_office.adapters.valkey.connection import ValkeyConnection
from box_office.http_api import endpoint
from box_office.settings.seats import HoldSettings
from box_office.use_cases import write_hold
from functions.api import hold_seat
from tests.bench.report import Budget, Section
from tests.cinema import Cinema

ROUNDS = 9
HOLDS_A_ROUND = 120
WON, LOST = "won", "lost"
REST = "the rest"
STATUS = {WON: 201, LOST: 409}
RATIO_MAX = {WON: 1.3, LOST: 0.4}  # a tenth above what they take: so much the ratios move between two runs
HANDLER = "the handler, from the gateway's event to its answer"
WRITE = "the write, by our client, which leaves validation to AWS"
# The functions of each part, as (owner, name). None of them calls another one of these.
PARTS: dict[str, tuple[tuple[Any, str], ...]] = {
    WRITE: ((changes.DynamoDBChanges, "_write"),),
    "the decision, and the transaction made of it": ((write_hold, "decide_hold"), (changes, "transaction")),
    "the cache's four scripts": ((ValkeyConnection, "run"),),
    "the request, parsed and validated": (
        (endpoint, "parse_request"),
        (hold_seat, "visitor_of"),
        (hold_seat, "read"),
    ),
    "the log line": ((Logger, "info"),),
    "the metrics": ((EmfCounters, "count"), (EmfCounters, "flush")),
}
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


class Clocks:
    """Takes the CPU of each part of the handler, while it is open."""

    def __init__(self) -> None:
        self.spent = Counter[str]()  # seconds by part; the next hold's are added to it
        self._patches = ExitStack()

    def __enter__(self) -> "Clocks":
        for part, functions in PARTS.items():
            for owner, name in functions:
                self._patches.enter_context(patch.object(owner, name, self._timed(getattr(owner, name), part)))
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.close()

    def _timed(self, function: Callable[..., Any], part: str) -> Callable[..., Any]:
        @wraps(function)
        def call(*arguments: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                self.spent[part] += time.process_time() - began

        return call


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


def ratios(cache_url: str) -> Iterator[Mapping[str, Mapping[str, float]]]:
    """Of each round, of a hold that is won and of one that is lost: each part's CPU over that of the bare write."""
    wire, answers = Wire(), dict[str, list[bytes]]()
    with mock_aws(), patch.object(Connection, "_connect", lambda connection: wire.connect(connection)):
        cinema = Cinema(cache_url, settings_changes=WITHOUT_LIMITS)
        assert cinema.hold("B1", user="warm-up").status == 201  # the event is in the cache now
        handler = hold_seat.build(cinema.narrowed(HoldSettings), cinema.clock)  # its clients have no test's hooks
        for outcome, status in STATUS.items():
            assert handler(request_of(f"recorded-{outcome}"), None)["statusCode"] == status
            answers[outcome] = list(wire.answers)
    bare = boto3.client("dynamodb")
    gc.collect()
    gc.freeze()  # what the emulator left on the heap is no part of a Lambda environment
    assert all(answers.values()), "the cache was not asked"
    wire.replaying = True
    with patch.object(URLLib3Session, "send", answer_at_once), quiet(), Clocks() as clocks:

        def hold(outcome: str, user: str) -> float:
            wire.answers = answers[outcome]
            request, answered = request_of(user), []
            spent = cpu(lambda: answered.append(handler(request, None)))
            assert answered[0]["statusCode"] == STATUS[outcome], answered[0]["body"]
            return spent

        arguments = transaction_sent(lambda: hold(WON, "watched"))
        for number in range(ROUNDS):
            writes, spent = 0.0, {outcome: Counter[str]() for outcome in STATUS}
            for one in range(HOLDS_A_ROUND):
                writes += cpu(lambda: bare.transact_write_items(**arguments))
                for outcome, of_outcome in spent.items():
                    clocks.spent = of_outcome
                    of_outcome[HANDLER] += hold(outcome, f"user-{number}-{one}")
            yield {
                outcome: {part: seconds / writes for part, seconds in of_outcome.items()}
                for outcome, of_outcome in spent.items()
            }


def measure(cache_url: str) -> tuple[list[Budget], Section]:
    _, *rounds = ratios(cache_url)  # the first one warms up
    budgets, columns = [], []
    for outcome, most in RATIO_MAX.items():
        every = [one[outcome] for one in rounds]
        column = {part: median(one.get(part, 0.0) for one in every) for part in (HANDLER, *PARTS)}
        column[REST] = 2 * column[HANDLER] - sum(column.values())
        columns.append(column)
        totals = [one[HANDLER] for one in every]
        budgets.append(
            Budget(
                f"warm CPU of HoldSeat, {outcome}, network stubbed",
                f"<= {most:g} x the bare write",
                f"{column[HANDLER]:.2f} x (rounds: {min(totals):.2f} to {max(totals):.2f})",
                column[HANDLER] <= most,
            )
        )
    section = Section(
        "What a warm HoldSeat's CPU goes into",
        "As multiples of `boto3.client('dynamodb').transact_write_items` with the very same items, all in turns in one "
        "loop, the network stubbed on all sides (`tests/bench/warm_cpu.py`); medians of rounds. Lost: the cache says "
        "that the seats are taken. The rest is the use case, what the cache's scripts are given, and the answer. The "
        "clocks around the parts cost a hundredth, which is in these figures.",
        ["x the bare write", *RATIO_MAX],
        [
            [part, *(f"{column[part]:.2f}" if column[part] else "" for column in columns)]
            for part in (HANDLER, *PARTS, REST)
        ],
    )
    return budgets, section
