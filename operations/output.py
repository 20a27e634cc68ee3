"""What the commands say, and how."""

import sys


def counted(number: int, noun: str) -> str:
    """`1 order`, `2 orders`: for nouns that take an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fail(*lines: str) -> int:
    """Tells what went wrong; returns the exit status. A half of a character, as a plan may hold, is no error."""
    for line in lines:
        print(line.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
    return 1
