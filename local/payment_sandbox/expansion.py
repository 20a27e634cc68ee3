"""`expand[]=latest_charge`: an id in the answer is replaced by what it names. https://docs.stripe.com/api/expanding_objects"""

from typing import Any

from local.payment_sandbox.ledger import Ledger, Thing, shown
from local.payment_sandbox.stripe_errors import invalid

OBJECTS = {
    "ch": "charge",
    "cus": "customer",
    "du": "dispute",
    "pi": "payment_intent",
    "pm": "payment_method",
    "re": "refund",
}
PATHS_MAX = 10


def expand(ledger: Ledger, thing: Thing, paths: list[str]) -> Thing:
    if len(paths) > PATHS_MAX:
        raise invalid(f"At most {PATHS_MAX} properties can be expanded.", param="expand")
    for path in paths:
        _expand(ledger, thing, path, path.split("."))
    return thing


def _expand(ledger: Ledger, thing: Any, path: str, steps: list[str]) -> None:
    if not steps or thing is None:
        return
    name, rest = steps[0], steps[1:]
    if isinstance(thing, list):
        for item in thing:
            _expand(ledger, item, path, steps)
        return
    if not isinstance(thing, dict) or name not in thing:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    value = thing[name]
    if isinstance(value, str):
        found = ledger.get(value, OBJECTS.get(value.partition("_")[0], ""))
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        thing[name] = shown(found)
    _expand(ledger, thing[name], path, rest)
