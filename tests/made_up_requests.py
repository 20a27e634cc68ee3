"""Requests that schemathesis makes up from docs/openapi.json: good ones, and bad ones. The same in every run."""

from collections.abc import Callable, Mapping
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.documented import operations

GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


def make_up(
    document: Mapping[str, Any], verb: str, mode: GenerationMode, count: int, ask: Callable[[Any], None]
) -> None:
    """Calls `ask(case)` with so many of this verb's at most."""
    if mode is BAD and not may_be_bad(verb):
        return
    operation = schemathesis.openapi.from_dict(dict(document)).find_operation_by_id(verb)

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def each(case: Any) -> None:
        ask(case)

    each()


def may_be_bad(verb: str) -> bool:
    """No request is a bad one that has no body and no parameter, or one that takes every text."""
    parameters = [one["name"] for one in operations()[verb]["parameters"]]
    return parameters not in ([], ["If-None-Match"]) or "requestBody" in operations()[verb]


def aim(case: Any, ids: Mapping[str, str], seat: str) -> None:
    """Gives the case, where it names a film, a theater, a showing or seats, those that there are."""
    case.path_parameters |= {name: value for name, value in ids.items() if name in case.path_parameters}
    if isinstance(case.body, dict):
        case.body |= {name: value for name, value in ids.items() if name in case.body}
        if "selected_seat" in case.body:
            case.body["selected_seat"] = [seat]
