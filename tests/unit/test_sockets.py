"""The unit suite's own guard: without it a test could depend on a network and nobody would know."""

import socket
import urllib.request

import pytest

from tests.over_fakes import SocketOpened


def test_a_connection_fails_with_what_to_do_instead() -> None:
    with socket.socket() as client, pytest.raises(SocketOpened, match="pass a fake"):
        client.connect(("127.0.0.1", 9))


def test_libraries_cannot_connect_either() -> None:
    with pytest.raises(SocketOpened):
        urllib.request.urlopen("http://127.0.0.1:9/")
