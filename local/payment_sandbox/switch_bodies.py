"""What switches are posted: JSON, read and checked. Raises BadSwitch, whose message says what the switch takes."""

import json
from collections.abc import Mapping
from typing import Any

from local.payment_sandbox.modes import BadSwitch


def read_json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body else {}
    except ValueError as error:
        raise BadSwitch(f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise BadSwitch("The body must be a JSON object.")
    return value


def only(body: Mapping[str, Any], *names: str) -> None:
    if set(body) - set(names):
        raise BadSwitch(f"This switch takes {', '.join(names) or 'no members'}, nothing else.")


def choice(body: Mapping[str, Any], name: str, *choices: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or value not in choices:
        raise BadSwitch(f"{name} must be one of {json.dumps(choices)[1:-1]}.")
    return value
