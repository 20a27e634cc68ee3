"""Chooses ports on the loopback: free ones, or those that are set, with a clear message if one of these is in use."""

import random
import socket
from collections.abc import Mapping
from types import MappingProxyType

HOST = "127.0.0.1"
# Below what kernels hand out to outgoing connections, so that none takes a port between the check and the use.
CANDIDATES = range(20_000, 30_000)
TRIES_MAX = 200


class PortTaken(Exception):
    pass


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def choose(
    variables: Mapping[str, str],
    environ: Mapping[str, str],
    rng: random.Random,
    preferred: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, int]:
    """A port for each of `variables` (what it is for -> the variable that sets it). Raises PortTaken.

    `preferred`: ports to take for these purposes if they are free and nothing is set.
    """
    chosen: dict[str, int] = {}
    for purpose, variable in variables.items():
        wanted = environ.get(variable, "")
        port = preferred.get(purpose)
        if wanted:
            port = set_port(wanted, purpose, variable)
        elif port is None or port in chosen.values() or not is_free(port):
            port = free_port(rng, set(chosen.values()))
        if port in chosen.values():
            raise PortTaken(f"{variable}={port} is given twice.")
        chosen[purpose] = port
    return chosen


def set_port(wanted: str, purpose: str, variable: str) -> int:
    if not wanted.isascii() or not wanted.isdigit() or not 1 <= int(wanted) <= 65_535:
        raise PortTaken(f"{variable}={wanted} is no port: 1 to 65535.")
    if not is_free(int(wanted)):
        raise PortTaken(
            f"Port {wanted}, set by {variable} for {purpose}, is in use. "
            f"Set another one, or none: then a free one is chosen. Who has it: ss -ltnp 'sport = :{wanted}'"
        )
    return int(wanted)


def free_port(rng: random.Random, taken: set[int]) -> int:
    for _ in range(TRIES_MAX):
        port = rng.choice(CANDIDATES)
        if port not in taken and is_free(port):
            return port
    raise PortTaken(f"No free port found between {CANDIDATES.start} and {CANDIDATES.stop}.")
