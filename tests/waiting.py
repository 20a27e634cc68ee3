"""Waiting for what comes. A bound is there for what never comes: it says nothing about how fast a machine is."""

import time
from collections.abc import Callable
from typing import TypeVar

WAIT_SECONDS_MAX = 240.0  # tens of times what comes by itself, and some minutes of what the reconciler brings
PAUSE_SECONDS, PAUSE_SECONDS_MAX = 0.05, 0.5
PAUSE_PART = 0.1  # of what was waited: asking twenty times a second for what takes long is work for the stack
T = TypeVar("T")


def eventually(holds: Callable[[], T], what: str | Callable[[], object], seconds_max: float = WAIT_SECONDS_MAX) -> T:
    """Asks until the answer is true, and returns it; fails with `what` when it never is."""
    began = time.monotonic()
    while not (answer := holds()):
        waited = time.monotonic() - began
        if waited >= seconds_max:
            raise AssertionError(f"not within {seconds_max:g} s: {what if isinstance(what, str) else what()}")
        time.sleep(min(max(PAUSE_SECONDS, PAUSE_PART * waited), PAUSE_SECONDS_MAX))
    return answer
