"""What a browser loads of the page before it shows something, and what each other view adds, gzipped as the edge does.

`PYTHONPATH=.:layers/box_office/python .venv/bin/python -m tests.bench.page_sizes` prints them; `make web` builds it.
"""

import gzip
import json
from collections.abc import Iterator
from typing import Any

from tests.bench.report import Budget, Report, Section
from toolchain.install import ROOT

DIST = ROOT / "web" / "dist"
ENTRY = "index.html"
SCRIPT_BYTES_MAX = 60_000
SCRIPT_BYTES_AIM = 35_000

Manifest = dict[str, dict[str, Any]]


def manifest() -> Manifest:
    """Vite's: which files each entry needs. Raises FileNotFoundError before `make web`."""
    return json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))


def needed(parts: Manifest, name: str) -> set[str]:
    """The names of what is loaded with `name`, itself among them; what is loaded later is not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += parts[one].get("imports", [])
    return found


def gzipped(names: set[str], parts: Manifest, kind: str) -> int:
    """Bytes of the scripts (`js`) or styles (`css`) of these parts, each file by itself."""
    scripts = {parts[name]["file"] for name in names}
    styles = {file for name in names for file in parts[name].get("css", ())}
    files = {file for file in scripts | styles if file.endswith(f".{kind}")}
    return sum(len(gzip.compress((DIST / file).read_bytes(), 9, mtime=0)) for file in files)


def later_parts(parts: Manifest) -> Iterator[tuple[str, set[str]]]:
    """Each view or language that is loaded when it is needed, with what it brings beyond the first page."""
    first = needed(parts, ENTRY)
    for name in sorted(parts):
        if parts[name].get("isDynamicEntry"):
            yield parts[name]["name"], needed(parts, name) - first


def measure() -> tuple[list[Budget], Section]:
    parts = manifest()
    first = needed(parts, ENTRY)
    script = gzipped(first, parts, "js")
    budget = Budget(
        "script of the first page, gzipped",
        f"< {SCRIPT_BYTES_MAX:,} bytes (aim {SCRIPT_BYTES_AIM:,})",
        f"{script:,} bytes",
        script < SCRIPT_BYTES_MAX,
    )
    rows = [["the first page", f"{script:,}", f"{gzipped(first, parts, 'css'):,}"]]
    rows += [
        [name, *(f"{gzipped(more, parts, kind):,}" for kind in ("js", "css"))] for name, more in later_parts(parts)
    ]
    section = Section(
        "Bytes of the page",
        "Gzipped, each file by itself (`tests/bench/page_sizes.py`). A view is loaded when a link to it is pointed at, "
        "or when the browser is idle; of files that two views share, each counts all.",
        ["loaded with", "script", "style"],
        rows,
    )
    return [budget], section


if __name__ == "__main__":
    report = Report()
    report.add(*measure())
    print(report.markdown())
