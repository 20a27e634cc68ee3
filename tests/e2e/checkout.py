"""A checkout and its stack, driven through `make` as a person drives them."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).resolve().parents[2]
MAKE_SECONDS_MAX = 900
RUNNING_STACK = "BOX_OFFICE_STACK"  # the directory of a checkout whose stack runs with FAULTS=1, to use that one


def hear_ctrl_c() -> None:
    """As in a terminal. What a shell starts in the background ignores SIGINT, and so does all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Checkout:
    def __init__(self, directory: Path = ROOT) -> None:
        self.directory = directory
        self.state = directory / ".local"

    @property
    def environ(self) -> dict[str, str]:
        # Credentials of moto's tests stay with them; make's own variables would make this one a sub-make.
        return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MAKE"))}

    @contextmanager
    def making(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """What make does while the body runs; then Ctrl-C is pressed."""
        running = subprocess.Popen(
            ["make", "--no-print-directory", *arguments],
            cwd=self.directory,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=hear_ctrl_c,
        )
        try:
            yield running
        finally:
            os.killpg(running.pid, signal.SIGINT)

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "--no-print-directory", *arguments],
            cwd=self.directory,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=MAKE_SECONDS_MAX,
        )

    @property
    def stack(self) -> dict[str, Any]:
        """What .local/stack.json says."""
        return json.loads((self.state / "stack.json").read_text())

    def client(self, service: str) -> Any:
        """A boto3 client of the embedded AWS, as its administrator."""
        return boto3.client(
            service,
            endpoint_url=self.stack["aws_endpoint_url"],
            region_name=self.stack["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
