"""`python -m tests.failure_modes`: writes the column of tests in docs/failure-modes.md, docs/security.md and
docs/journeys.md, from the tests themselves.

A test that causes a failure names it: `@pytest.mark.shows("cache down")`, in the words of the table's first column; a
test that guards against a risk likewise: `@pytest.mark.guards("API7 server side request forgery")`; and one that makes
a journey of the page: `@pytest.mark.journey("6 a phone, and rows of 26 seats")`.
tests/unit/test_documents.py fails when a column is not what this writes.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/failure-modes.md"
# A mark, and the page whose rows it names
PAGES = {"shows": PAGE, "guards": ROOT / "docs/security.md", "journey": ROOT / "docs/journeys.md"}


def named_by(test: ast.FunctionDef, mark: str) -> Iterator[str]:
    for one in test.decorator_list:
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr == mark:
            yield from (argument.value for argument in one.args if isinstance(argument, ast.Constant))


def tests_by_failure(folder: Path = ROOT / "tests", mark: str = "shows") -> dict[str, list[str]]:
    """{failure, risk or journey: `file::test` of each with this mark}. Files without the mark are not parsed: there are
    many."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*folder.rglob("test_*.py"), *(folder / "scenarios").glob("*.py")]):
        source = path.read_text(encoding="utf-8")
        if f"mark.{mark}(" not in source:
            continue
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                for failure in named_by(node, mark):
                    found[failure].append(f"{path.relative_to(ROOT)}::{node.name}")
    return dict(found)


def rows_of(page: str) -> dict[str, Sequence[str]]:
    """{failure: the row's other cells but the tests}; the header and the line beneath it aside."""
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    return {row[0]: row[1:4] for row in rows[1:]}


def with_tests(page: str, tests: Mapping[str, Sequence[str]]) -> str:
    """The page with its last column renewed. Raises KeyError for a row without a test, and for a test without a row."""
    rows = rows_of(page)
    if lost := sorted(tests.keys() ^ rows.keys()):
        raise KeyError(f"a failure or risk without a test, or a test of one that the page does not have: {lost}")
    lines = []
    for line in page.splitlines():
        failure = line.strip("| ").split(" | ")[0]
        if line.startswith("| ") and failure in rows:
            named = "<br>".join(f"`{test}`" for test in tests[failure])
            line = f"| {failure} | {' | '.join(rows[failure])} | {named} |"
        lines.append(line)
    return "\n".join(lines) + "\n"


def main() -> int:
    for mark, page in PAGES.items():
        try:
            written = with_tests(page.read_text(encoding="utf-8"), tests_by_failure(mark=mark))
        except KeyError as error:
            print(f"{page.relative_to(ROOT)}: {error.args[0]}", file=sys.stderr)
            return 1
        page.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
