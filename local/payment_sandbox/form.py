"""Stripe's request bodies: form-encoded, nested with brackets."""

import re
from typing import Any
from urllib.parse import parse_qsl

FIELDS_MAX = 500
DEPTH_MAX = 6
KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


class BadForm(ValueError):
    """The message says which part of the body cannot be read."""


def parse_form(text: str) -> dict[str, Any]:
    """`a[b]=1&c[]=2` -> `{"a": {"b": "1"}, "c": {"0": "2"}}`: lists are objects with numbers for names."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise BadForm(f"The request's form cannot be read: {error}.") from error
    form: dict[str, Any] = {}
    for key, value in pairs:
        _insert(form, _steps(key), key, value)
    return form


def _steps(key: str) -> list[str]:
    match = KEY.fullmatch(key)
    steps = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else []
    if not steps or len(steps) > DEPTH_MAX:
        raise BadForm(f"Invalid parameter name: {key[:80]}")
    return steps


def _insert(form: dict[str, Any], steps: list[str], key: str, value: str) -> None:
    at = form
    for step in steps[:-1]:
        at = at.setdefault(step or str(len(at)), {})
        if not isinstance(at, dict):
            raise BadForm(f"Parameter {key[:80]} is both a value and an object.")
    last = steps[-1] or str(len(at))
    if isinstance(at.get(last), dict):
        raise BadForm(f"Parameter {key[:80]} is both a value and an object.")
    at[last] = value
