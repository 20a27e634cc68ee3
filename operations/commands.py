"""Runs an operator's command: finds its target, acts, and prints what AWS refused and what to type then."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from box_office.domain.errors import Unavailable
from box_office.ports import OutcomeUnknown
from operations.output import fail
from operations.target import NoTarget, Target, never_sent, not_deployed, this_target, what_failed

NOTHING_CHANGED = "Nothing was changed."
AGAIN = "Then type the same command again: it goes on with what was begun."
NUMBER = re.compile(r"[0-9]{1,9}")


class Refused(Exception):
    """The command does nothing. The message says why."""


class CalledWrongly(Refused):
    """The command's arguments are wrong. The message says what to type."""


def act_on_target(act: Callable[[Target], int], environ: Mapping[str, str] | None = None, *, again: str = AGAIN) -> int:
    """The exit status: 0 done, 1 refused or failed, 2 called wrongly, 130 stopped. `again`: what the operator types
    after a failure, and what that does."""
    target = None
    try:
        target = this_target(environ)
        print(f"Asking {target.description}.", flush=True)
        return act(target)
    except CalledWrongly as error:
        fail(str(error))
        return 2
    except (NoTarget, Refused) as error:
        return fail(str(error))
    except OutcomeUnknown as error:
        return fail(f"AWS did not say whether it wrote: {error}", again)
    except (Unavailable, BotoCoreError, ClientError) as error:
        return fail(what_failed(error, target), after_failure(error, again))
    except KeyboardInterrupt:
        fail(f"\nStopped. {again}")
        return 130


def after_failure(error: Exception, again: str) -> str:
    """What the operator reads after an error of AWS. If no request was sent, nothing was changed."""
    return NOTHING_CHANGED if never_sent(error) else again


def number_in(name: str, text: str, least: int, most: int) -> int | None:
    """None for an empty text. Raises CalledWrongly for any other text than a whole number within the bounds."""
    if not text:
        return None
    if not NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise CalledWrongly(f"{name}={text}: a whole number from {least:,} to {most:,} is needed. Nothing was changed.")
    return int(text)


def deployed_resources(target: Target, part: str, region: str | None = None) -> dict[str, Any]:
    """The resources of a stack's template, as it was last deployed. `region`: the stack's, if it is not the stage's.
    Raises NoTarget."""
    try:
        body = target.client("cloudformation", region).get_template(StackName=target.names.stack(part))["TemplateBody"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":
            raise NoTarget(not_deployed(target)) from error
        raise
    return dict(body["Resources"])


def properties_of(resources: Mapping[str, Any], kind: str, **named: str) -> Mapping[str, Any]:
    """The properties of the one resource of a kind that has these properties."""
    found = (one["Properties"] for one in resources.values() if one["Type"] == kind)
    return next(one for one in found if all(one.get(name) == value for name, value in named.items()))
