"""The shell functions of docs/operations.md, with a command line in the place of AWS's that says how it was called."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.waiting import WAIT_SECONDS_MAX

TEXT = (Path(__file__).parent.parent.parent / "docs/operations.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
AT_HAND = BLOCK.findall(TEXT)[0]
READS = ("queue parked", "waiting lane-0", "peek parked", "unfinished", "orders_with status HELD")
ENDPOINT = "http://127.0.0.1:4566"
CALLED = '#!/bin/sh\necho "aws $*" >&2\necho "${ANSWER:-null}"\n'


def run(directory: Path, command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    pretended = directory / "aws"
    pretended.write_text(CALLED)
    pretended.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    shell = shutil.which("dash") or "sh"
    return subprocess.run(
        [shell, "-c", f"{AT_HAND}\n{command}"],
        env={**kept, "PATH": f"{directory}:{os.environ['PATH']}", **environ},
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS_MAX,
    )


def calls(done: subprocess.CompletedProcess[str]) -> list[str]:
    return re.findall(r"^aws .*$", done.stderr, re.MULTILINE)


@pytest.mark.parametrize("read", READS)
def test_every_call_names_the_endpoint_that_is_set(tmp_path: Path, read: str) -> None:
    """Version 1 of the command line asks the real queues whatever AWS_ENDPOINT_URL says."""
    made = calls(run(tmp_path, read, AWS_ENDPOINT_URL=ENDPOINT))
    assert made and all(call.startswith(f"aws --endpoint-url={ENDPOINT} ") for call in made)


def test_without_an_endpoint_nothing_is_added(tmp_path: Path) -> None:
    (made,) = calls(run(tmp_path, "queue parked"))
    assert made.startswith("aws sqs get-queue-url --queue-name box-office-prod-parked ")


def test_no_command_of_the_runbook_goes_past_the_function() -> None:
    assert TEXT.count("command aws") == 1
    assert re.findall(r"(?:xargs|env|sudo|timeout|nohup|exec|/)[^\n`|;]* ?\baws [a-z]", TEXT) == []


def test_an_order_that_is_not_there_is_said_and_asked_for_no_further(tmp_path: Path) -> None:
    done = run(tmp_path, "order or_nope")
    assert done.returncode != 0 and "there is no order or_nope in box-office-prod-orders" in done.stderr
    assert len(calls(done)) == 1


def test_an_order_that_is_there_is_read(tmp_path: Path) -> None:
    key = '{"user_id": {"S": "u"}, "order_key": {"S": "e"}}'
    done = run(tmp_path, "order or_5k", ANSWER=key)
    assert done.returncode == 0 and done.stdout.strip() == key
    assert "get-item" in calls(done)[1] and key in calls(done)[1]
