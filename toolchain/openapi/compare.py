"""Fails for what breaks clients: `python -m toolchain.openapi.compare`, a part of `make check`.

docs/openapi.json as it is in the directory is compared with the last commit's; if it is the last commit's, then with
the version before that. So a break is refused before it is committed, and afterwards until it is taken back, or
accepted: by a line of docs/openapi-breaks.txt, under the reason why no client is hurt.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from toolchain.openapi.breaking import Node, breaks

ROOT = Path(__file__).resolve().parent.parent.parent
FILE, ACCEPTED = "docs/openapi.json", "docs/openapi-breaks.txt"
GIT_SECONDS_MAX = 60


class NoHistory(Exception):
    """The message says why there is nothing to compare with."""


def git(*arguments: str, root: Path) -> str:
    try:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS_MAX)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoHistory(f"git does not answer: {error}") from error
    if done.returncode:
        raise NoHistory(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "git failed")
    return done.stdout


def version_before(current: str, root: Path = ROOT) -> str | None:
    """The newest committed text of the file that is another than `current`; None: there is none. Raises NoHistory."""
    for commit in git("log", "-n", "2", "--format=%H", "--", FILE, root=root).split():
        listed = git("ls-tree", "--name-only", commit, FILE, root=root)
        text = git("show", f"{commit}:{FILE}", root=root) if listed else None
        if text not in (None, current):
            return text
    return None


def accepted_breaks(text: str) -> frozenset[str]:
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def refusal(found: Sequence[str]) -> str:
    lines = "".join(f"  {one}\n" for one in found)
    return (
        f"docs/openapi.json breaks clients of the version before it:\n{lines}"
        "v0 only gains: add a member, a code or a verb beside what is there. Where no client can be hurt, add these "
        f"lines to {ACCEPTED}, under the reason."
    )


def main(root: Path = ROOT) -> int:
    current = (root / FILE).read_text(encoding="utf-8")
    try:
        before = version_before(current, root)
    except NoHistory as missing:
        print(f"openapi: not compared with an earlier version: {missing}")
        return 0
    if before is None:
        print("openapi: not compared: the history has no earlier version")
        return 0
    documents: tuple[Node, Node] = (json.loads(before), json.loads(current))
    accepted = accepted_breaks((root / ACCEPTED).read_text(encoding="utf-8"))
    found = [one for one in breaks(*documents) if one not in accepted]
    if found:
        print(refusal(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
