"""`python -m tests.failure_modes`: writes the column of tests in docs/failure-modes.md, from the tests themselves.

A test that causes a failure names it: `@pytest.mark.shows("cache down")`, in the words of the table's first column.
tests/unit/test_documents.py fails when the column is not what this writes.
"""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/failure-modes.md"
MARK = "mark.shows("


def failures_of(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "shows":
            yield from (argument.value for argument in mark.args if isinstance(argument, ast.Constant))


def tests_by_failure(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """{failure: `file::test` of each that causes it}. Files without a mark are not parsed: there are many."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted([*folder.rglob("test_*.py"), *(folder / "scenarios").glob("*.py")]):
        source = path.read_text(encoding="utf-8")
        if MARK not in source:
            continue
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef):
                for failure in failures_of(node):
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
        raise KeyError(f"a failure without a test, or a test of a failure that the page does not have: {lost}")
    lines = []
    for line in page.splitlines():
        failure = line.strip("| ").split(" | ")[0]
        if line.startswith("| ") and failure in rows:
            named = "<br>".join(f"`{test}`" for test in tests[failure])
            line = f"| {failure} | {' | '.join(rows[failure])} | {named} |"
        lines.append(line)
    return "\n".join(lines) + "\n"


def main() -> int:
    try:
        written = with_tests(PAGE.read_text(encoding="utf-8"), tests_by_failure())
    except KeyError as error:
        print(f"{PAGE.relative_to(ROOT)}: {error.args[0]}", file=sys.stderr)
        return 1
    PAGE.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
