"""Finds the local stack for commands, with the standard library alone, because `local.token` runs without packages."""

import json
from pathlib import Path
from typing import Any


def read_stack(path: Path) -> dict[str, Any] | None:
    """The stack's file; None if there is none, or if it cannot be parsed."""
    try:
        stack = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return stack if isinstance(stack, dict) and stack else None
