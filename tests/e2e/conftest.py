"""The deployed stack: the one that runs already, else one that is started for the session and stopped after it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.checkout import Checkout


@pytest.fixture(scope="session")
def stack() -> Iterator[dict[str, Any]]:
    """What .local/stack.json says of the running stack."""
    checkout = Checkout()
    running_before = checkout.is_running
    started = checkout.make("start")  # also when it seems to run: this mends one that was killed
    if started.returncode:
        pytest.fail(f"make start failed:\n{started.stdout}{started.stderr}", pytrace=False)
    yield checkout.stack
    if not running_before:
        checkout.make("stop")
