"""The rules of sale that operator's commands go by: read from the stage's file, as a deployment reads them."""

import tomllib
from dataclasses import fields
from pathlib import Path

from infra.rules_of_sale import RulesOfSale, broken_rules
from operations.target import NoTarget

STAGES = Path(__file__).resolve().parent.parent / "stages"


def rules_of_sale(stage: str) -> RulesOfSale:
    """The numbers of `stages/<stage>.toml`. Raises NoTarget when this checkout has no such file, or it is refused."""
    file = STAGES / f"{stage}.toml"
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NoTarget(f"stages/{stage}.toml is not in this checkout: its rules of sale are not known here.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NoTarget(f"stages/{stage}.toml: {error}.") from error
    settings = {**written, **(written.get("during_on_sale", {}) if written.get("on_sale") else {})}
    numbers = {one.name: settings[one.name] for one in fields(RulesOfSale) if one.name in settings}
    for name, value in numbers.items():
        if type(value) is not int:
            raise NoTarget(f"stages/{stage}.toml: {name} = {value!r}: a whole number is needed.")
    rules = RulesOfSale(**numbers)
    refusal = next(broken_rules(rules), None)
    if refusal is not None:
        raise NoTarget(f"stages/{stage}.toml: {refusal}")
    return rules
