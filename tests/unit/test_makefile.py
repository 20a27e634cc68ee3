"""What make hands to an operator's command."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.waiting import WAIT_SECONDS_MAX

ROOT = Path(__file__).parents[2]


def made(*arguments: str, makefile: str | None = None, **environ: str) -> str:
    """What make prints. It is asked as from a shell, also when `make test` runs this."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        input=makefile,
        cwd=ROOT,
        env={**kept, **environ},
        capture_output=True,
        text=True,
        timeout=WAIT_SECONDS_MAX,
        check=True,
    )
    return done.stdout


def command_of(*typed: str, **environ: str) -> str:
    """The command that make would run."""
    return made("--dry-run", *typed, **environ).splitlines()[-1]


def exported(name: str, *typed: str, **environ: str) -> str:
    """The variable as a command of make sees it."""
    rule = f"include Makefile\n\nshow:\n\t@printenv {name} || echo not there\n"
    return made("--file=-", "show", *typed, makefile=rule, **environ).removesuffix("\n")


@pytest.mark.parametrize("target", ["block", "unblock"])
def test_the_user_of_the_shell_names_no_customer(target: str) -> None:
    assert '--user=""' in command_of(target, "ADDRESS=203.0.113.7", USER="root")
    assert '--user="$USER"' in command_of(target, "USER=ada@example.com", USER="root")


@pytest.mark.parametrize("why", ['it"s $(date)', "refunded $30 twice", "$(id) $$ `id` $WHY"])
def test_what_is_typed_reaches_the_command_as_it_is(why: str) -> None:
    assert '--why="$WHY"' in command_of("block", "ADDRESS=203.0.113.7", f"WHY={why}")
    assert exported("WHY", f"WHY={why}") == why
    assert exported("WHY", WHY=why) == why


def test_what_is_not_typed_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENT", raising=False)
    assert exported("EVENT", "WHY=$30") == "not there"
