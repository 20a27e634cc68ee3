"""The tables of docs/performance.md for machines: docs/performance.json, which the on-sale's rehearsal reads."""

import re
from typing import Any

TITLE = re.compile(r"^## (.+)$", re.MULTILINE)


def tables_of(markdown: str) -> dict[str, Any]:
    """{title: {"how": the sentence before the table, "rows": {first cell: {column: cell}}}}."""
    _, *parts = TITLE.split(markdown)
    found = {}
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        lines = text.strip().splitlines()
        table = [cells(line) for line in lines if line.startswith("|")]
        if table:
            head, _, *rows = table
            how = " ".join(line for line in lines if not line.startswith(("|", "<!--"))).strip()
            found[title] = {"how": how, "rows": {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}}
    return found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
