"""The connection to the cache: scripts on keys of one slot each, sent together, with a breaker before them.

It uses the plain client, not the cluster's: an ElastiCache Serverless cache answers CLUSTER SLOTS with a single range,
0 to 16383, at its own address (port 6379; 6380 is the same range for readers), and never redirects. So there is nothing
to discover, but the cluster client asks for all commands and their flags at each connection: `python -m
tests.bench.connections` shows what that costs. Cluster mode's one rule stays: a script's keys are of one slot.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from valkey import Connection, CredentialProvider, Valkey
from valkey.exceptions import NoScriptError, ResponseError, ValkeyError

from box_office.ports import CacheDown

BREAKER_OPEN_MS = 2_000  # after a failure no request asks the cache for so long, and none waits for its time-out


class Script:
    """A Lua script from the files beside this module, which the server caches by its digest. `names`: the last file is
    the script, those before it define functions that it shares with other scripts."""

    def __init__(self, *names: str) -> None:
        folder = Path(__file__).parent / "scripts"
        # Because of the first line the server refuses a script that touches a key of another slot.
        self.text = "#!lua\n" + "".join((folder / f"{name}.lua").read_text(encoding="utf-8") for name in names)
        self.digest = hashlib.sha1(self.text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Call:
    """One script on keys of one slot, or a plain command when `script` is None."""

    script: Script | None
    keys: Sequence[str]
    arguments: Sequence[str | int]

    def command(self, by_digest: bool) -> tuple[str | int, ...]:
        if self.script is None:
            return (*self.arguments,)
        name, code = ("EVALSHA", self.script.digest) if by_digest else ("EVAL", self.script.text)
        return (name, code, len(self.keys), *self.keys, *self.arguments)


class ValkeyConnection:
    """Runs calls. Every failure is raised as CacheDown.

    `connect` makes the client, at the first call: so a cold start does not fail when the cache is down.
    """

    def __init__(self, connect: Callable[[], Valkey], now_ms: Callable[[], int]) -> None:
        self._connect = connect
        self._now_ms = now_ms
        self._client: Valkey | None = None
        self._open_until = 0

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """One round trip for all calls; a second one for scripts that the server has not seen yet."""
        if self._now_ms() < self._open_until:
            raise CacheDown("the breaker is open")
        try:
            if self._client is None:
                self._client = self._connect()
            answers = self._send(calls, by_digest=True)
            unseen = [i for i, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
            if unseen:
                again = self._send([calls[i] for i in unseen], by_digest=False)
                for i, answer in zip(unseen, again, strict=True):
                    answers[i] = answer
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            return answers
        except (ValkeyError, OSError) as error:
            self._open_until = self._now_ms() + BREAKER_OPEN_MS
            self._forget_client()
            raise CacheDown(str(error)) from error

    def _forget_client(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _send(self, calls: Sequence[Call], by_digest: bool) -> list[Any]:
        """As the client's pipeline does it, for half of its CPU: that one also knows transactions, watched keys and
        retries, none of which is wanted here. Each script is atomic, and their slots differ."""
        assert self._client is not None
        pool = self._client.connection_pool
        connection = pool.get_connection("EVALSHA")
        try:
            connection.send_packed_command(connection.pack_commands([call.command(by_digest) for call in calls]))
            return [answer_of(connection) for _ in calls]
        finally:
            pool.release(connection)


def answer_of(connection: Connection) -> Any:
    """The server's answer to one command; an error that it answers, such as an unknown digest, as a value."""
    try:
        return connection.read_response()
    except ResponseError as error:
        return error


def connect_to(url: str, timeout_ms: int, credentials: CredentialProvider | None = None) -> Valkey:
    """`rediss://host:port` speaks TLS, and checks that the server has a certificate of that host. Connects at
    the first call, and again when the server has ended the connection (IAM's live twelve hours)."""
    parts = urlsplit(url)
    tls = parts.scheme == "rediss"
    return Valkey(
        host=parts.hostname,
        port=parts.port or 6379,
        credential_provider=credentials,
        decode_responses=True,
        socket_timeout=timeout_ms / 1000,
        socket_connect_timeout=timeout_ms / 1000,
        max_connections=1,
        lib_name=None,  # two commands less at each connection
        lib_version=None,
        ssl=tls,
        ssl_cert_reqs="required",
        ssl_check_hostname=tls,
    )
