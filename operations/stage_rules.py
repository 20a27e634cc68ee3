"""Reads what operator's commands need of the stage's file, as a deployment does: rules of sale, allowed addresses."""

import ipaddress
from dataclasses import fields

from infra.rules_of_sale import RulesOfSale, broken_rules
from infra.stage_files import STAGES, UnknownStage, file_name, read_stage_file, stage_names
from operations.target import NoTarget

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def rules_of_sale(stage: str) -> RulesOfSale:
    """The numbers of `stages/<stage>.toml`. Raises NoTarget when this checkout has no such file, or it is refused."""
    file = file_name(stage, STAGES)
    if stage not in stage_names(STAGES):
        raise NoTarget(f"{file} is not in this checkout: its rules of sale are not known here.")
    try:
        settings = read_stage_file(stage, STAGES).settings
    except UnknownStage as error:
        raise NoTarget(str(error)) from error
    numbers = {one.name: settings[one.name] for one in fields(RulesOfSale) if one.name in settings}
    for name, value in numbers.items():
        if type(value) is not int:
            raise NoTarget(f"{file}: {name} = {value!r}: a whole number is needed.")
    rules = RulesOfSale(**numbers)
    refusal = next(broken_rules(rules), None)
    if refusal is not None:
        raise NoTarget(f"{file}: {refusal}")
    return rules


def allowed_networks(stage: str) -> list[Network]:
    """The networks from which the edge refuses nothing; none when this checkout has no file of the stage, or one that
    no deployment would take: an operator who blocks a flood is not stopped by that."""
    try:
        written = str(read_stage_file(stage, STAGES).settings.get("allowed_addresses", ""))
        return [ipaddress.ip_network(one.strip(), strict=False) for one in written.split(",") if one.strip()]
    except (OSError, UnknownStage, ValueError):
        return []
