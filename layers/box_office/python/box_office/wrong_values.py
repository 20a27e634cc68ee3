"""Says in plain words why a value is refused: the one translator of pydantic's errors, for request bodies and plans.

pydantic words its messages for programmers, and may word them anew in any version; its error types and their context
are documented and stable (https://docs.pydantic.dev/latest/errors/validation_errors/), so those are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # a hold's cold start must not import it
    from pydantic_core import ErrorDetails

SENTENCE = "sentence"  # the type of our own validators' errors: a whole sentence, under `reason` of the context
FORM = "form"  # the type of those that only say what is wanted instead, under `wanted` of the context
SHOWN_CHARACTERS_MAX = 40
SHOWN_DIGITS_MAX = 11  # a card number has twelve at least, and no message may repeat one
ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")  # of films, theaters, rooms, events, orders and sales
ID_WORDS = "1 to 64 letters, digits, '_', '.' or '-'"

FORMATS = {
    f"^{ID.pattern}$": ID_WORDS,
    r"^[A-Z]{1,2}$": "one or two capital letters",
    r"^[spwc]{1,99}$": "1 to 99 letters, one for each seat: s, p, w or c",
}
WANTED = {
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "string_type": "a text",
    "string_unicode": "a text of whole characters",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "finite_number": "a number",
}


def named(path: Iterable[str | int]) -> str:
    """A member's path in words of JSON: `events[3].prices.vip`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def explain(details: ErrorDetails, subject: str, shown: bool = True) -> str:
    """One error in words, e.g. `selected_seat must be a list, not the text 'A1'`; without the full stop.

    `shown`: whether the sentence may repeat the value; otherwise it only names the value's kind.
    """
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    if kind == SENTENCE:
        return str(context["reason"])
    if kind == "missing":
        return f"{subject} is missing"
    if kind == "extra_forbidden":
        return f"{subject} is no member that is known here"
    counted = limit_of(kind, context)
    if counted is not None:
        return f"{subject} must {counted}"
    wanted = wanted_of(kind, context)
    if wanted is None:
        return f"{subject} cannot be {given(value, shown)}"
    return f"{subject} must be {wanted}, not {given(value, shown)}"


def wanted_of(kind: str, context: dict[str, Any]) -> str | None:
    if kind == FORM:
        return str(context["wanted"])
    if kind == "string_pattern_mismatch":
        return FORMATS.get(context["pattern"])
    if kind == "literal_error":
        return str(context["expected"])
    if kind == "greater_than_equal":
        return f"{number(context['ge'])} or more"
    if kind == "less_than_equal":
        return f"{number(context['le'])} or less"
    return WANTED.get(kind)


def limit_of(kind: str, context: dict[str, Any]) -> str | None:
    """The length that is asked for: of a text in characters, of a list or an object in entries."""
    if kind in ("string_too_short", "too_short"):
        least = context["min_length"]
        return "not be empty" if least == 1 else f"have {least} {unit(kind, least)} at least"
    if kind in ("string_too_long", "too_long"):
        most, actual = context["max_length"], context.get("actual_length")
        return f"have {most} {unit(kind, most)} at most" + (f", not {actual}" if actual is not None else "")
    return None


def unit(kind: str, count: int) -> str:
    if kind.startswith("string"):
        return "character" if count == 1 else "characters"
    return "entry" if count == 1 else "entries"


def number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def given(value: Any, shown: bool = True) -> str:
    """The value, if it is short and harmless to repeat, else its kind."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        # Numbers of any length come here; printing one of thousands of digits is an error of its own.
        small = isinstance(value, int) and abs(value) < 10**SHOWN_DIGITS_MAX
        text = str(value) if small or not isinstance(value, int) else ""
        return text if shown and text and len(text) <= SHOWN_CHARACTERS_MAX and few_digits(text) else "a number"
    if isinstance(value, str):
        harmless = len(value) <= SHOWN_CHARACTERS_MAX and value.isprintable() and few_digits(value)
        if not value:
            return "an empty text"
        long = "1 character" if len(value) == 1 else f"{len(value)} characters"
        return f"the text {value!r}" if shown and harmless else f"a text of {long}"
    if isinstance(value, list | tuple):
        return "a list" if value else "an empty list"
    return "an object"


def few_digits(text: str) -> bool:
    return sum(map(str.isdigit, text)) <= SHOWN_DIGITS_MAX
