"""Answers that repeat an earlier one."""

from collections.abc import Mapping
from typing import Any


def word_for_word(body: Mapping[str, Any]) -> dict[str, Any]:
    """Without `seconds_left`, which is as of each answer."""
    return {name: value for name, value in body.items() if name != "seconds_left"}
