"""The local stack as operator's commands find it, with the standard library alone: `local.token` has nothing else."""

import json
from pathlib import Path
from typing import Any


def read_stack(path: Path) -> dict[str, Any] | None:
    """None if there is no stack, or its file is not one."""
    try:
        stack = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return stack if isinstance(stack, dict) and stack else None
