"""`python -m operations.rollback [RELEASE]`: puts every function back to the versions of the release before, at once.
Called by `make rollback [TO=...]`.

A release is what one deployment put live; each stack records its own in an SSM parameter, whose history AWS keeps
(infra/releases.py). The command moves only the aliases, without a deployment, within seconds. Tables, queues and
settings outside of the functions stay as they are; both releases can read them.

The command remembers a release that it took back, and goes to it again only if it is named: so it never goes back and
forth, and run twice, it changes nothing the second time. A deployment of the very same code does not move the aliases
forward again, as its templates have not changed: `make rollback TO=<that release>` does.

Exits 0 when the aliases are there, 1 when there is nothing to go back to or AWS refuses, 2 when it was called wrongly.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from box_office.names import ROLLED_BACK
from operations.commands import CalledWrongly, Refused, act_on_target
from operations.target import NoTarget, Target, not_deployed

PARTS = ("api", "payments")
ALIAS = "live"
REMEMBERED_MAX = 20
LISTED_MAX = 10
NONE = "none"  # a parameter may not be empty


@dataclass(frozen=True)
class Entry:
    """What one deployment put live in one stack: {function: version}."""

    release: str
    at: datetime
    versions: Mapping[str, str]


Histories = Mapping[str, Sequence[Entry]]  # by the stack's part, newest first


def history(ssm: Any, name: str) -> list[Entry]:
    pages = ssm.get_paginator("get_parameter_history").paginate(Name=name)
    found = [
        Entry(value["release"], one["LastModifiedDate"], value["versions"])
        for page in pages
        for one in page["Parameters"]
        for value in [json.loads(one["Value"])]
    ]
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def histories_of(target: Target) -> Histories:
    """Raises NoTarget when nothing is deployed."""
    ssm = target.client("ssm")
    try:
        return {part: history(ssm, target.names.releases(part)) for part in PARTS}
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            raise NoTarget(not_deployed(target)) from error
        raise


def newest_first(histories: Histories) -> list[str]:
    """The releases' names, each once."""
    entries = sorted((one for found in histories.values() for one in found), key=lambda one: one.at, reverse=True)
    return list(dict.fromkeys(one.release for one in entries))


def chosen(releases: Sequence[str], wanted: str, rolled_back: Sequence[str]) -> str:
    """The release to go to. Raises Refused when there is none, CalledWrongly when `wanted` names none."""
    if wanted:
        found = [name for name in releases if name.startswith(wanted)]
        if len(found) != 1:
            listed = ", ".join(releases[:LISTED_MAX])
            raise CalledWrongly(f"TO={wanted} names {len(found)} releases. There are, the newest first: {listed}.")
        return found[0]
    earlier = [name for name in releases[1:] if name not in rolled_back]
    if not earlier:
        raise Refused(f"There is no release before {releases[0]} that was not taken back. Nothing was changed.")
    return earlier[0]


def versions_of(histories: Histories, release: str, rolled_back: Sequence[str]) -> dict[str, str]:
    """The version of each function in a release. A stack that the release did not reach keeps its versions."""
    wanted: dict[str, str] = {}
    for entries in histories.values():
        own = [one for one in entries if one.release == release]
        before = [one for one in entries if one.release not in rolled_back]
        found = (own or before or entries)[0]
        now = entries[0].versions  # a function that is gone since has no alias to move
        wanted |= {name: version for name, version in found.versions.items() if name in now}
    return wanted


def live_now(functions: Any, names: Sequence[str]) -> dict[str, str]:
    return {name: functions.get_alias(FunctionName=name, Name=ALIAS)["FunctionVersion"] for name in names}


def check_versions(functions: Any, moves: Mapping[str, str]) -> None:
    """Checks the versions before any alias is moved. Raises Refused for a version that was deleted."""
    for name, version in moves.items():
        try:
            functions.get_function_configuration(FunctionName=name, Qualifier=version)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                raise Refused(
                    f"Version {version} of {name} is gone: deploy that commit. Nothing was changed."
                ) from None
            raise


def remembered(ssm: Any, name: str) -> list[str]:
    try:
        value = str(ssm.get_parameter(Name=name)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return []
        raise
    return [] if value == NONE else value.split(",")


def remember(ssm: Any, name: str, rolled_back: Sequence[str], before: Sequence[str]) -> None:
    if list(rolled_back) != list(before):
        value = ",".join(rolled_back[-REMEMBERED_MAX:]) or NONE
        ssm.put_parameter(Name=name, Value=value, Type="String", Overwrite=True)


def roll_back(target: Target, wanted: str) -> int:
    functions, ssm = target.client("lambda"), target.client("ssm")
    histories, parameter = histories_of(target), target.names.parameter(ROLLED_BACK)
    releases, before = newest_first(histories), remembered(ssm, parameter)
    release = chosen(releases, wanted, before)
    # The releases that are newer than the one it goes to are taken back; one that the operator names is not.
    newer = releases[: releases.index(release)]
    rolled_back = [name for name in before if name != release]
    rolled_back += [name for name in newer if name not in rolled_back]
    versions = versions_of(histories, release, rolled_back)
    live = live_now(functions, list(versions))
    moves = {name: version for name, version in versions.items() if live[name] != version}
    check_versions(functions, moves)
    for name, version in moves.items():
        functions.update_alias(FunctionName=name, Name=ALIAS, FunctionVersion=version)
        print(f"  {name}: version {live[name]} -> {version}", flush=True)
    remember(ssm, parameter, rolled_back, before)
    if moves:
        print(f"Live is release {release}.")
        if newer:
            print(f"Forward again: a deployment of changed code, or `make rollback TO={releases[0]}`.")
    else:
        print(f"Release {release} is live already; nothing was changed. Further back: `make rollback TO=...`, one of:")
        print(f"  {', '.join(releases[:LISTED_MAX])}")
    return 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make rollback", usage="make rollback [TO=release]", description=__doc__)
    parser.add_argument("release", nargs="?", default="")
    wanted = parser.parse_args(arguments).release
    return act_on_target(lambda target: roll_back(target, wanted))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
