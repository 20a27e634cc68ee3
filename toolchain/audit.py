"""`make audit`: looks up every package that the locks pin in databases of advisories, with pip-audit.

Exits 0 if every package was looked up and has no advisory; 1 if one has an advisory; 2 if none has, but packages could
not be looked up, because no database was reached or none has them.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.registries import environ_for
from toolchain.install import EMBEDDED_AWS, LAMBDA_RUNTIME, LAYER_LOCK, ROOT, TOOLS

LOCKS = (LAYER_LOCK, TOOLS.lock, EMBEDDED_AWS.lock, LAMBDA_RUNTIME.lock)
DATABASES = ("pypi", "osv")  # the second for what the first does not know, or if it is not reached
LOCK_SECONDS_MAX = 300
CLEAN, KNOWN, NOT_AUDITED = 0, 1, 2
NAMED_MAX = 3
REASON_LETTERS_MAX = 160


@dataclass
class Audited:
    """What one database answered about one lock."""

    clean: set[str] = field(default_factory=set)
    advisories: list[str] = field(default_factory=list)
    left: set[str] = field(default_factory=set)  # packages that were not looked up
    why: str = ""  # of those


def read(answer: str, failure: str) -> Audited:
    """`answer`: pip-audit's JSON, or nothing if it failed; `failure`: what it said of that."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        last = failure.strip().splitlines()
        return Audited(why=last[-1] if last else "pip-audit said nothing")
    found = Audited()
    for package in packages:
        name = package["name"]
        if "skip_reason" in package:
            found.left.add(name)
            found.why = package["skip_reason"]
        elif package["vulns"]:
            found.advisories += [f"{name} {package['version']}: {described(one)}" for one in package["vulns"]]
        else:
            found.clean.add(name)
    return found


def described(advisory: Mapping[str, Any]) -> str:
    fixed = ", ".join(advisory.get("fix_versions") or ()) or "no version yet"
    return f"{' = '.join([advisory['id'], *advisory.get('aliases', ())])}; mended in {fixed}"


def ask(lock: Path, database: str) -> Audited:
    """Hashes and all pins are in the lock: nothing is resolved, nothing is installed."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    command += ["--vulnerability-service", database, "--format", "json", "--requirement", str(lock)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=LOCK_SECONDS_MAX, env=environ_for(), cwd=ROOT
        )
    except subprocess.TimeoutExpired:
        return Audited(why=f"no answer in {LOCK_SECONDS_MAX} s")
    return read(done.stdout, done.stderr)


def audit(lock: Path, ask_database: Callable[[Path, str], Audited]) -> Audited:
    """What the databases know together: one that knows a package is enough."""
    together = Audited()
    for database in DATABASES:
        one = ask_database(lock, database)
        together.advisories += [line for line in one.advisories if line not in together.advisories]
        flagged = {line.split(" ")[0] for line in together.advisories}
        together.clean = (together.clean | one.clean) - flagged
        together.left = (together.left | one.left) - together.clean - flagged
        together.why = one.why or together.why
        if (together.clean or flagged) and not together.left:
            break
    return together


def report_lines(lock: Path, found: Audited) -> list[str]:
    name = lock.relative_to(ROOT)
    lines = [f"{name}: {line}" for line in found.advisories]
    if found.left or not (found.clean or found.advisories):
        what = f"{packages(len(found.left))} not" if found.left else "nothing of it"
        named = ", ".join(sorted(found.left)[:NAMED_MAX]) + (", ..." if len(found.left) > NAMED_MAX else "")
        lines.append(f"{name}: {what} audited{f' ({named})' if named else ''}: {found.why[:REASON_LETTERS_MAX]}")
    if found.clean:
        lines.append(f"{name}: nothing is known against {packages(len(found.clean))}")
    return lines


def packages(number: int) -> str:
    return "1 package" if number == 1 else f"{number} packages"


def verdict(all_found: Sequence[Audited]) -> int:
    if any(found.advisories for found in all_found):
        return KNOWN
    complete = all(found.clean and not found.left for found in all_found)
    return CLEAN if complete else NOT_AUDITED


def main() -> int:
    all_found = []
    for lock in LOCKS:
        found = audit(lock, ask)
        print("\n".join(report_lines(lock, found)), flush=True)
        all_found.append(found)
    code = verdict(all_found)
    if code == NOT_AUDITED:
        print("Not everything was audited: run this where an advisory database can be reached.", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
