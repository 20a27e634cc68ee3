"""How an operator's short command meets AWS: it finds its target, acts, and says in words what AWS refused."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.local_stack import read_stack
from operations.output import fail
from operations.target import NoTarget, Target, find_target, never_sent, not_deployed, what_failed
from toolchain.install import STATE

AGAIN = "Then type the same command again: it goes on with what was begun."
NUMBER = re.compile(r"[0-9]{1,9}")


class Refused(Exception):
    """What was asked for is not done. The message says what stands in the way."""


class CalledWrongly(Refused):
    """The command's arguments cannot be meant. The message says what to type."""


def act_on_target(act: Callable[[Target], int], environ: Mapping[str, str] | None = None) -> int:
    """The exit status: 0 done, 1 refused or failed, 2 called wrongly, 130 stopped."""
    target = None
    try:
        target = find_target(read_stack(STATE / "stack.json"), os.environ if environ is None else environ)
        print(f"Asking {target.description}.", flush=True)
        return act(target)
    except CalledWrongly as error:
        fail(str(error))
        return 2
    except (NoTarget, Refused) as error:
        return fail(str(error))
    except (BotoCoreError, ClientError) as error:
        return fail(what_failed(error, target), "Nothing was changed." if never_sent(error) else AGAIN)
    except KeyboardInterrupt:
        print("\nStopped. " + AGAIN, flush=True)
        return 130


def number_in(name: str, text: str, least: int, most: int) -> int | None:
    """None for an empty text. Raises CalledWrongly for what is no whole number within the bounds."""
    if not text:
        return None
    if not NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise CalledWrongly(f"{name}={text}: a whole number from {least:,} to {most:,} is needed. Nothing was changed.")
    return int(text)


def deployed_resources(target: Target, part: str) -> dict[str, Any]:
    """The resources of a stack's template, as it was last deployed. Raises NoTarget."""
    try:
        body = target.client("cloudformation").get_template(StackName=target.names.stack(part))["TemplateBody"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise NoTarget(not_deployed(target)) from error
        raise
    return dict(body["Resources"])


def properties_of(resources: Mapping[str, Any], kind: str, **named: str) -> Mapping[str, Any]:
    """Of the one resource of a kind with these properties."""
    found = (one["Properties"] for one in resources.values() if one["Type"] == kind)
    return next(one for one in found if all(one.get(name) == value for name, value in named.items()))
