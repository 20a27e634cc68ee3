"""Waiting for what comes. A bound is there for what never comes: it says nothing about how fast a machine is."""

import time
from collections.abc import Callable
from typing import TypeVar

WAIT_SECONDS_MAX = 240.0  # tens of times what comes by itself, and some minutes of what the reconciler brings
PAUSE_SECONDS = 0.05
T = TypeVar("T")


def eventually(holds: Callable[[], T], what: str | Callable[[], object], seconds_max: float = WAIT_SECONDS_MAX) -> T:
    """Asks until the answer is true, and returns it; fails with `what` when it never is."""
    deadline = time.monotonic() + seconds_max
    while not (answer := holds()):
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {seconds_max:g} s: {what if isinstance(what, str) else what()}")
        time.sleep(PAUSE_SECONDS)
    return answer
