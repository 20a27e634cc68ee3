"""The fixtures of the suites that run over the fakes, tests/unit and tests/exhaustive. A test of theirs that opens a
connection fails, with the way out in the message."""

import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from tests.bugs import watch
from tests.fakes.cinema import FakeCinema


class SocketOpened(BaseException):
    """No Exception: product code that takes a dead network for an outage must not swallow it."""


def refuse(*_: Any, **__: Any) -> NoReturn:
    raise SocketOpened(
        "a test over fakes tried to reach the network: pass a fake from tests/fakes, or move it to tests/integration"
    )


@pytest.fixture(autouse=True)
def closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def cinema(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCinema]:
    """As the fixture of tests/conftest.py, over the fakes."""
    cinema = FakeCinema()
    watch(cinema.bugs, monkeypatch)
    yield cinema
    assert cinema.bugs == [], "a bug was met, whatever the test shows"
