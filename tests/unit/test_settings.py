"""Settings: one rule is one setting."""

import ast
from collections import defaultdict
from pathlib import Path

from box_office import settings

SOURCE = "".join(file.read_text(encoding="utf-8") for file in Path(settings.__file__).parent.glob("*.py"))


def declared_twice(source: str) -> dict[str, list[str]]:
    """{setting: its classes}: two of one rule could come to differ, and each function would go by its own."""
    classes: dict[str, list[str]] = defaultdict(list)
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    classes[line.target.id].append(node.name)
    return {name: owners for name, owners in classes.items() if len(owners) > 1}


def test_every_setting_is_declared_once() -> None:
    assert declared_twice(SOURCE) == {}


def test_the_rule_sees_a_setting_that_is_declared_twice() -> None:
    source = "class A:\n    seats_max: int = 10\nclass B:\n    seats_max: int = 10\n    other: int = 1\n"
    assert declared_twice(source) == {"seats_max": ["A", "B"]}


def test_what_rows_carry_is_no_setting() -> None:
    """A row has its shard's number: whoever sets another number of shards no longer sees what is due in the others."""
    assert "due_shards" not in SOURCE
