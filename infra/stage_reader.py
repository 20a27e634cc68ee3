"""Makes a stage of its file and, for the stage of one machine, of the command line."""

import difflib
import platform
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from infra.stage_checks import check_external, check_rules, check_staff
from infra.stage_files import (
    DURING_ON_SALE,
    ON_SALE,
    STAGES,
    UnknownStage,
    file_name,
    read_stage_file,
    stage_names,
)
from infra.stages import Deployment, ExternalConfig, Stage

LOCAL, DEFAULT = "local", "dev"
NAME = re.compile(r"[a-z][a-z0-9]{0,11}")  # part of every resource's name; a bucket's has 63 letters at most
OF_THE_COMMAND_LINE = {"cli-telemetry", "acknowledged-issue-numbers"}  # what `cdk` keeps there without a ':' or '@'
# DynamoDB refuses fewer, a lane's messages are lost, and new subnets would need the addresses that the old ones have.
NEVER_TAKEN_BACK = ("seats_warm_writes", "orders_warm_writes", "lanes", "zone_ids")


def host_architecture() -> str:
    machine = platform.machine().lower()
    return "arm64" if machine in {"arm64", "aarch64"} else "x86_64"


def deployment_of(context: Mapping[str, object], directory: Path = STAGES) -> Deployment:
    """The deployment that the stage's file describes; `context`: all of the command line's. Raises UnknownStage."""
    name = str(context.get("stage") or DEFAULT)
    given = {key: value for key, value in context.items() if is_ours(key)}
    if name != LOCAL:
        refuse_settings_of_the_command_line(given, name, directory)
        given = {}
    else:
        refuse_unknown(given, "-c {}=...")
    return read_stage(name, directory, {key: number_or_text(key, value) for key, value in given.items()})


def read_stage(name: str, directory: Path = STAGES, over: Mapping[str, Any] | None = None) -> Deployment:
    """The stage that its file in `directory` describes, but for what `over` says. Raises UnknownStage."""
    if not NAME.fullmatch(str(name)) or name not in stage_names(directory):
        valid = ", -c stage=".join(stage_names(directory))
        raise UnknownStage(f"Stage {name!r} is unknown. Use -c stage={valid}: a file each in {directory.name}/.")
    file, found = file_name(name, directory), read_stage_file(name, directory)
    for settings in (found.written, found.during):
        refuse_unknown(settings, f"{file}: {{}}")
        for key, value in settings.items():
            check_type(key, value, file)
    if lasting := sorted(set(found.during) & set(NEVER_TAKEN_BACK)):
        raise UnknownStage(f"{file}: {', '.join(lasting)} cannot be taken back: put it before [{DURING_ON_SALE}].")
    try:
        # Always checked: an hour before an on-sale is too late to find a wrong number.
        raised = checked(name, found.raised)
        return raised if found.on_sale else checked(name, {**found.written, **(over or {})})
    except UnknownStage as error:
        raise UnknownStage(f"{file}: {error}") from error


def checked(name: str, settings: Mapping[str, Any]) -> Deployment:
    machine = this_machine() if name == LOCAL else {}
    stage = Stage(name=name, **machine, **{key: settings[key] for key in settings if key in stage_settings()})
    external = ExternalConfig(**{key: settings[key] for key in settings if key in external_settings()})
    check_rules(stage)
    check_staff(stage)
    check_external(stage, external)
    return Deployment(stage, external)


def this_machine() -> dict[str, Any]:
    """Functions of the local stack are built for this machine."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"architecture": host_architecture(), "python_version": python, "wheel_platform": None}


def stage_settings() -> dict[str, object]:
    """{setting: its type}, of the settings of Stage that a stage's file may have."""
    return {field.name: field.type for field in fields(Stage) if field.name != "name"}


def external_settings() -> dict[str, object]:
    return {field.name: field.type for field in fields(ExternalConfig)}


def check_type(key: str, value: object, file: str) -> None:
    """Raises UnknownStage for a value of another kind, or a number below zero."""
    wanted = {**stage_settings(), **external_settings()}[key]
    if wanted is int and (type(value) is not int or value < 0):
        raise UnknownStage(f"{file}: {key} = {value}: a whole number, zero or more, is needed.")
    if wanted is bool and type(value) is not bool:
        raise UnknownStage(f"{file}: {key} = {value}: true or false is needed.")
    if wanted not in (int, bool) and not isinstance(value, str):
        raise UnknownStage(f"{file}: {key} = {value}: a text in quotes is needed.")


def number_or_text(key: str, value: object) -> object:
    """A setting as the command line gives it: digits in strings. Raises UnknownStage."""
    if {**stage_settings(), **external_settings()}[key] is not int:
        return value
    if not str(value).isascii() or not str(value).isdigit():
        raise UnknownStage(f"-c {key}={value}: a whole number, zero or more, is needed.")
    return int(str(value))


def is_ours(name: str) -> bool:
    """CDK's own names in the context have a ':' or an '@' in them, but for a few."""
    return not {":", "@"} & set(name) and name not in OF_THE_COMMAND_LINE and name != "stage"


def refuse_settings_of_the_command_line(given: Mapping[str, object], stage: str, directory: Path) -> None:
    """Raises UnknownStage: the next deployment would lack a setting that was typed for one, and delete the resources
    that it had made."""
    refuse_unknown(given, "-c {}=...")
    if given:
        names = ", ".join(sorted(given))
        raise UnknownStage(
            f"-c {names}: settings of a stage are in its file, {directory.name}/{stage}.toml. On the command line the "
            "next deployment would forget them, and take back what they had made."
        )


def refuse_unknown(given: Iterable[str], place: str) -> None:
    """Raises UnknownStage for a name of no setting: a mistyped one would leave the number as it was, without a word."""
    valid = sorted({*stage_settings(), *external_settings()})
    wrong = [name for name in given if name not in valid]
    if wrong:
        raise UnknownStage("\n".join(unknown(name, valid, place) for name in wrong))


def unknown(name: str, valid: list[str], place: str) -> str:
    closest = difflib.get_close_matches(name, [*valid, "stage", ON_SALE, DURING_ON_SALE], 1)
    return f"{place.format(name)}: nothing has this name. " + (
        f"Do you mean {closest[0]}?" if closest else f"There are: {', '.join(valid)}."
    )
