"""The local stack that runs now: its file, its processes, and what to do when one of them has ended by itself."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from local import front_door, payments, stack_file
from local.ports import free_port
from local.processes import Processes
from local.services import (
    Addresses,
    answers,
    await_cache,
    await_edge,
    start_cache,
    start_edge,
    start_faults,
    start_payment_sandbox,
)
from operations.local_stack import read_stack
from toolchain.install import STATE

STACK_FILE = STATE / "stack.json"
HOLDS_THE_DATA = "aws"  # its tables and queues are in its memory; what the other servers hold can be had again


def processes() -> Processes:
    return Processes(STATE / "run", STATE / "logs")


def running_stack() -> dict[str, Any] | None:
    """The stack's file if its embedded AWS, which holds the cinema's data, runs and answers; None otherwise."""
    stack = read_stack(STACK_FILE)
    if not stack or stack["pids"].get(HOLDS_THE_DATA) != processes().alive().get(HOLDS_THE_DATA):
        return None
    return stack if answers(f"{stack['aws_endpoint_url']}/_ministack/health") else None


def addresses_of(stack: dict[str, Any]) -> Addresses:
    def port(member: str) -> int:
        return int(stack[member].rpartition(":")[2])

    return Addresses(
        aws_port=port("aws_endpoint_url"),
        cache_port=port("cache_url"),
        payments_port=port("payment_sandbox_url"),
        edge_port=port("web_url"),
        faults_port=port("faults_url") if stack["faults_url"] else None,
    )


def start_again(stack: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Starts those of the running stack's servers that have ended by themselves, where they were: the stack's file as
    it is then, and their names. Raises StackFailed, httpx.HTTPError."""
    alive = processes().alive()
    ended = [name for name in STARTED_AGAIN if name in stack["pids"] and name not in alive]
    for name in ended:
        STARTED_AGAIN[name](processes(), addresses_of(stack), stack)
    mended = {**stack, "pids": processes().alive()}
    if mended != stack:
        stack_file.write(STACK_FILE, mended)
    return mended, ended


def cache_again(running: Processes, addresses: Addresses, stack: Mapping[str, Any]) -> None:
    """Empty, as after a failover: the functions fill it from the tables."""
    start_cache(running, addresses, free_port(random.Random(), set()))
    await_cache(running, addresses)


def faults_again(running: Processes, addresses: Addresses, stack: Mapping[str, Any]) -> None:
    start_faults(running, addresses)


def payments_again(running: Processes, addresses: Addresses, stack: Mapping[str, Any]) -> None:
    start_payment_sandbox(running, addresses, stack["webhook_secret"])
    payments.send_callbacks_to(stack["webhook_url"], addresses.payments_url)


def edge_again(running: Processes, addresses: Addresses, stack: Mapping[str, Any]) -> None:
    start_edge(running, addresses, front_door.CONFIG)
    await_edge(running, addresses)


STARTED_AGAIN: Mapping[str, Callable[[Processes, Addresses, Mapping[str, Any]], None]] = {
    "cache": cache_again,
    "faults": faults_again,
    "payment_sandbox": payments_again,
    "edge": edge_again,
}
