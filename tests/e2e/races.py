"""Many at once, and what may befall the cache meanwhile."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from tests.e2e.deployed import DeployedStack
from tests.e2e.visitor import Showing
from tests.waiting import WAIT_SECONDS_MAX

CACHE_STATES = ("up", "stale", "down", "wiped")
DISTURBED_EVERY_SECONDS = 0.04
T = TypeVar("T")


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """All at the same moment, a thread each. What one raises is raised here."""
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        start.wait(WAIT_SECONDS_MAX)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@contextmanager
def cache_being(state: str, stack: DeployedStack, showing: Showing) -> Iterator[None]:
    """The cache in one of CACHE_STATES while the body runs; afterwards it is as any cache."""
    match state:
        case "up":
            yield
        case "down":
            stack.cache.stop()
            try:
                yield
            finally:
                stack.cache.go_on()
        case "stale":
            before = stack.cache.remember(showing)
            with again_and_again(lambda: stack.cache.recall(showing, before)):
                yield
        case "wiped":
            with again_and_again(stack.cache.wipe):
                yield
        case _:
            raise ValueError(state)


@contextmanager
def again_and_again(disturb: Callable[[], None]) -> Iterator[None]:
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(DISTURBED_EVERY_SECONDS):
            disturb()

    with ThreadPoolExecutor(1) as pool:
        disturber = pool.submit(go_on)
        try:
            yield
        finally:
            done.set()
            disturber.result()
