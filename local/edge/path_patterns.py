"""Which behaviour a path belongs to: the first whose pattern fits, in the template's order."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol, TypeVar


class Patterned(Protocol):
    @property
    def pattern(self) -> str: ...


T = TypeVar("T", bound=Patterned)
CHARACTER = {"*": ".*", "?": "."}  # both cross slashes


@lru_cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Case counts; a leading slash may be left out in a template, and is always there in a path."""
    rooted = pattern if pattern.startswith(("/", "*")) else f"/{pattern}"
    return re.compile("".join(CHARACTER.get(one, re.escape(one)) for one in rooted), re.DOTALL)


def fits(pattern: str, path: str) -> bool:
    return compiled(pattern).fullmatch(path) is not None


def behaviour_for(path: str, behaviours: Sequence[T], default: T) -> T:
    return next((one for one in behaviours if fits(one.pattern, path)), default)
