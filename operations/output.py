"""How the commands count things in words, and print why they failed."""

import sys


def counted(number: int, noun: str) -> str:
    """`1 order`, `2 orders`: for nouns that take an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def fail(*lines: str) -> int:
    """Prints the lines to standard error and returns the exit status 1. An unpaired surrogate, which a plan may hold,
    is printed as its escape."""
    for line in lines:
        print(line.encode("utf-8", "backslashreplace").decode(), file=sys.stderr)
    return 1
