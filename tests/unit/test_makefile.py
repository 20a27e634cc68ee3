"""What make hands to an operator's command."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.waiting import WAIT_SECONDS_MAX

ROOT = Path(__file__).parents[2]


def command_of(*typed: str, **environ: str) -> str:
    """The command that make would run. It is asked as from a shell, also when `make test` runs this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *typed],
        cwd=ROOT,
        env={**kept, **environ},
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS_MAX,
        check=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("target", ["block", "unblock"])
def test_the_user_of_the_shell_names_no_customer(target: str) -> None:
    assert '--user=""' in command_of(target, "ADDRESS=203.0.113.7", USER="root")
    assert '--user="$USER"' in command_of(target, "USER=ada@example.com", USER="root")


def test_what_is_typed_reaches_the_command_as_it_is() -> None:
    assert '--why="$WHY"' in command_of("block", "ADDRESS=203.0.113.7", 'WHY=it"s $(date)')
