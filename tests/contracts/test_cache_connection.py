"""The connection to the cache, with a server that speaks TLS before a real Valkey in cluster mode."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import valkey

from box_office.adapters.valkey.connection import BREAKER_OPEN_MS, Call, Script, ValkeyConnection, connect_to
from box_office.ports import CacheDown
from tests.certificates import certified

HOST = "localhost"
PING = Call(None, (), ("PING",))
ONE_SLOT = Script("lane")


@contextmanager
def speaking_tls(certificate: Path, behind: str) -> Iterator[str]:
    """`rediss://localhost:PORT`: whoever gets through its handshake speaks to the Valkey `behind`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    target = urlsplit(behind)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    plain, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=relay, args=(plain,), daemon=True).start()

        def relay(plain: socket.socket) -> None:
            try:
                with (
                    context.wrap_socket(plain, server_side=True) as outer,
                    socket.create_connection((target.hostname, target.port)) as inner,
                ):
                    copying = threading.Thread(target=copy, args=(inner, outer), daemon=True)
                    copying.start()
                    copy(outer, inner)
            except OSError:
                plain.close()

        threading.Thread(target=serve, daemon=True).start()
        yield f"rediss://{HOST}:{listening.getsockname()[1]}"


def copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
    except OSError:
        return


def connection_to(url: str, now: Callable[[], int] = lambda: 0) -> ValkeyConnection:
    return ValkeyConnection(lambda: connect_to(url, 2_000), now)


@pytest.mark.parametrize(("name", "trusted"), [(HOST, True), ("cache.example", False)])
def test_only_a_certificate_of_the_caches_own_name_is_believed(
    cache_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool
) -> None:
    """ElastiCache User Guide, "In-transit encryption (TLS)": clients should verify the certificate, hostname included.
    Any account can have a certificate that the same authorities sign, of a name of its own."""
    files = certified(name, tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files.authority))  # those that this machine trusts
    with speaking_tls(files.server, cache_url) as url:
        if trusted:
            assert connection_to(url).run([PING]) == ["PONG"]
        else:
            with pytest.raises(CacheDown, match="[Hh]ostname mismatch"):
                connection_to(url).run([PING])


def test_an_authority_that_nobody_trusts_is_not_believed(cache_url: str, tmp_path: Path) -> None:
    server = certified(HOST, tmp_path).server
    with speaking_tls(server, cache_url) as url, pytest.raises(CacheDown, match="CERTIFICATE_VERIFY_FAILED"):
        connection_to(url).run([PING])


def test_scripts_of_several_slots_travel_in_one_trip_and_a_script_across_slots_fails(cache_url: str) -> None:
    """The plain client asks one node for everything; the server is in cluster mode, so that it still refuses a script
    whose keys are of two slots, as ElastiCache Serverless does."""
    get = [Call(None, (key,), ("GET", key)) for key in ("{us:0}:a", "{ad:1}:b", "{ev:1}:c")]
    assert connection_to(cache_url).run(get) == [None, None, None]
    across = Call(ONE_SLOT, ("{us:0}:session:ada", "{us:1}:lane:0"), (1, "ada", 1, 1, 1))
    with pytest.raises(CacheDown, match="same slot|CROSSSLOT"):
        connection_to(cache_url).run([across])


def test_a_connection_asks_the_cache_for_nothing_but_what_it_is_for(cache_url: str) -> None:
    """A hundred thousand bytes of commands and flags came with each connection of the cluster client."""
    with valkey.Valkey.from_url(cache_url) as watcher:
        watcher.config_resetstat()
        connection_to(cache_url).run([PING])
        asked = set(watcher.info("commandstats"))
    assert {name for name in asked if not name.startswith(("cmdstat_info", "cmdstat_config", "cmdstat_client"))} == {
        "cmdstat_ping"
    }


def test_a_connection_that_the_cache_has_ended_is_made_anew_without_a_failure(cache_url: str) -> None:
    """ElastiCache User Guide, "Authenticating with IAM": a connection lives twelve hours."""
    connection = connection_to(cache_url)
    assert connection.run([PING]) == ["PONG"]
    with valkey.Valkey.from_url(cache_url) as other:
        for client in other.client_list(_type="normal"):
            if client["cmd"] == "ping":
                other.client_kill(client["addr"])
    assert connection.run([PING]) == ["PONG"]


def test_a_slot_that_the_address_does_not_serve_is_a_cache_that_is_down(cache_url: str) -> None:
    """A serverless cache serves all of them at its one address; should it not one day, the functions do without it."""
    now = [0]
    connection = connection_to(cache_url, lambda: now[0])
    with valkey.Valkey.from_url(cache_url) as other:
        slot = other.execute_command("CLUSTER", "KEYSLOT", "{us:0}:a")
        other.execute_command("CLUSTER", "DELSLOTS", slot)
        try:
            with pytest.raises(CacheDown):
                connection.run([Call(None, ("{us:0}:a",), ("GET", "{us:0}:a"))])
        finally:
            other.execute_command("CLUSTER", "ADDSLOTS", slot)
    now[0] += BREAKER_OPEN_MS
    assert connection.run([PING]) == ["PONG"]
