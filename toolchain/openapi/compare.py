"""Fails for what breaks clients: `python -m toolchain.openapi.compare`, a part of `make check`.

docs/openapi.json as it is in the directory is compared with every version that was committed since the last release,
and with the release's own; before there is a release, with all since the first. So a break is refused before it is
committed, and after any number of commits, until it is taken back, or accepted: by a line of docs/openapi-breaks.txt,
under the reason why no client is hurt. Where the history is cut off or missing the command says so, and fails in CI.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from toolchain.openapi.breaking import breaks

ROOT = Path(__file__).resolve().parent.parent.parent
FILE, ACCEPTED = "docs/openapi.json", "docs/openapi-breaks.txt"
GIT_SECONDS_MAX = 60
VERSIONS_MAX = 200  # that are compared: the newest, and the oldest
RELEASE_TAGS = ("v[0-9]*", "[0-9]*")
HISTORY = "API_HISTORY"  # `required`: where the history is missing, the comparison fails


class NoHistory(Exception):
    """The message says why git has nothing to compare with."""


def git(*arguments: str, root: Path) -> str:
    try:
        command = ["git", "-C", str(root), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS_MAX)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoHistory(f"git does not answer: {error}") from error
    if done.returncode:
        raise NoHistory(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "git failed")
    return done.stdout


def last_release(root: Path) -> str | None:
    """The tag of the newest release before this commit: a release is compared with the one before it."""
    matching = [argument for pattern in RELEASE_TAGS for argument in ("--match", pattern)]
    try:
        return git("describe", "--tags", "--abbrev=0", *matching, "HEAD^", root=root).strip()
    except NoHistory:
        return None  # no tag


def versions(release: str | None, root: Path) -> Iterator[str]:
    """The file's committed texts, the newest first. Raises NoHistory."""
    since = [f"{release}..HEAD"] if release else []
    changed = git("log", "--format=%H", *since, "--", FILE, root=root).split()
    commits = [*changed, release] if release else changed
    for commit in commits if len(commits) <= VERSIONS_MAX else [*commits[: VERSIONS_MAX - 1], commits[-1]]:
        if git("ls-tree", "--name-only", commit, FILE, root=root):
            yield git("show", f"{commit}:{FILE}", root=root)


def is_cut_off(root: Path) -> bool:
    return git("rev-parse", "--is-shallow-repository", root=root).strip() == "true"


def breaks_since(release: str | None, current: str, root: Path) -> list[str]:
    """Raises NoHistory."""
    earlier = dict.fromkeys(versions(release, root))
    new = json.loads(current)
    return sorted({one for text in earlier if text != current for one in breaks(json.loads(text), new)})


def accepted_breaks(text: str) -> frozenset[str]:
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def refusal(found: Sequence[str], release: str | None) -> str:
    lines = "".join(f"  {one}\n" for one in found)
    return (
        f"docs/openapi.json breaks clients of a version since {release or 'its first commit'}:\n{lines}"
        "v0 only gains: add a member, a code or a verb beside what is there. Where no client can be hurt, add these "
        f"lines to {ACCEPTED}, under the reason."
    )


def incomplete(why: str, environ: Mapping[str, str]) -> int:
    """The exit code: a CI that stands between a break and its clients requires the history."""
    fetch = "Fetch all of it, with its tags: `git fetch --unshallow --tags`, or in CI a checkout of full depth."
    print(f"openapi: NOT COMPARED with {why} {fetch}", file=sys.stderr)
    return 1 if environ.get(HISTORY) == "required" else 0


def main(root: Path = ROOT, environ: Mapping[str, str] = os.environ) -> int:
    current = (root / FILE).read_text(encoding="utf-8")
    try:
        cut_off, release = is_cut_off(root), last_release(root)
        broken = breaks_since(release, current, root)
    except NoHistory as missing:
        return incomplete(f"any earlier version: there is no history here ({missing}).", environ)
    accepted = accepted_breaks((root / ACCEPTED).read_text(encoding="utf-8"))
    if found := [one for one in broken if one not in accepted]:
        print(refusal(found, release), file=sys.stderr)
        return 1
    return incomplete("versions before the oldest commit of this shallow clone.", environ) if cut_off else 0


if __name__ == "__main__":
    sys.exit(main())
