"""The deployed stack: the one that runs already, else one that is started for the session and stopped after it."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
STACK_FILE = ROOT / ".local" / "stack.json"
START_SECONDS_MAX = 300


def make(target: str) -> subprocess.CompletedProcess[str]:
    # Credentials of moto's tests stay with them; make's own variables would make this one a sub-make.
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE"))}
    return subprocess.run(
        ["make", "--no-print-directory", target],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=START_SECONDS_MAX,
    )


@pytest.fixture(scope="session")
def stack() -> Iterator[dict[str, Any]]:
    """What .local/stack.json says of the running stack."""
    running_before = STACK_FILE.exists()
    started = make("start")  # also when it seems to run: this mends one that was killed
    if started.returncode:
        pytest.fail(f"make start failed:\n{started.stdout}{started.stderr}", pytrace=False)
    yield json.loads(STACK_FILE.read_text())
    if not running_before:
        make("stop")
