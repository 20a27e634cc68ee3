"""Finds the project's own files, without those that editors, checkers and the operating system leave beside them."""

from collections.abc import Iterable
from pathlib import Path


def is_left_behind(path: Path) -> bool:
    """Whether a path below the project's root is hidden, or byte code."""
    return any(part.startswith((".", "__pycache__")) for part in path.parts)


def own_files(folder: Path, kinds: Iterable[str]) -> list[Path]:
    """`kinds`: how the names of the project's files end."""
    found = (path for kind in kinds for path in folder.rglob(f"*{kind}"))
    return sorted(path for path in found if path.is_file() and not is_left_behind(path.relative_to(folder)))
