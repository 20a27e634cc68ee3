"""Reads a plan's JSON, and finds the line of each value in it."""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from operations.catalogue.plan_document import GIVEN_TWICE

PLAN_BYTES_MAX = 256_000_000  # a plan is held in memory; several smaller ones do the same
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')

Place = tuple[str | int, ...]


class Unreadable(Exception):
    """Not a JSON document. `line` is where reading stopped."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def read(path: Path) -> tuple[object, str]:
    """The document, fractions as Decimals, and its text. Raises Unreadable, OSError."""
    if path.stat().st_size > PLAN_BYTES_MAX:
        raise Unreadable(1, f"more than {PLAN_BYTES_MAX} bytes: split it, a plan only adds and changes")
    try:
        text = path.read_text(encoding="utf-8-sig")
        return json.loads(text, parse_float=Decimal, parse_constant=refuse, object_pairs_hook=members), text
    except UnicodeDecodeError as error:
        before = path.read_bytes()[: error.start]
        raise Unreadable(before.count(b"\n") + 1, "not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise Unreadable(error.lineno, f"not JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(1, f"not JSON: {error}") from error


def refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object's members. The second of two members with one name, which json would keep silently, gets a name that
    no plan may have, and is so refused."""
    result: dict[str, object] = {}
    for name, value in pairs:
        result[f"{name}{GIVEN_TWICE}" if name in result else name] = value
    return result


def lines_of(text: str, places: Iterable[Place]) -> dict[Place, int]:
    """The line of the value at each place, or of the value around it if there is none."""
    places = list(places)
    wanted = {place[:depth] for place in places for depth in range(len(place) + 1)}
    found: dict[Place, int] = {}
    for place, line in positions(text):
        if place in wanted:
            found.setdefault(place, line)
    return {
        place: next(found[place[:depth]] for depth in range(len(place), -1, -1) if place[:depth] in found)
        for place in places
    }


def positions(text: str) -> Iterator[tuple[Place, int]]:
    """Every value of a well-formed document with the line that it begins on."""
    place: list[str | int] = []
    in_object: list[bool] = []
    key_is_next = False
    line, counted = 1, 0
    for match in TOKEN.finditer(text):
        token = match.group()
        line += text.count("\n", counted, match.start())
        counted = match.start()
        if token == "," and in_object[-1]:
            key_is_next = True
        elif token == ",":
            place[-1] = int(place[-1]) + 1  # in a list
        elif token in "}]":
            in_object.pop()
            place.pop()
            key_is_next = False
        elif key_is_next:
            place[-1] = json.loads(token)
            key_is_next = False
        elif token != ":":
            yield tuple(place), line
            if token in "{[":
                in_object.append(token == "{")
                place.append("" if token == "{" else 0)
                key_is_next = token == "{"
