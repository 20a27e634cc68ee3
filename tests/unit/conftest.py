"""The unit suite does no I/O: whoever opens a connection here fails, with the way out in the message."""

import socket
from typing import Any, NoReturn

import pytest


class SocketOpened(BaseException):
    """No Exception: product code that takes a dead network for an outage must not swallow it."""


def refuse(*_: Any, **__: Any) -> NoReturn:
    raise SocketOpened(
        "a unit test tried to reach the network: pass a fake from tests/fakes, or move the test to tests/integration"
    )


@pytest.fixture(autouse=True)
def closed_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
