"""What cfn-lint finds in a template. It is slow, and stages' templates are alike: of a second one it is shown what
differs from the first."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.api import ManualArgs, lint

GENERATED = "W3005"  # by CDK: a dependency beside a GetAtt that implies it
UNUSED_PARAMETER = "W2001"  # what uses it may be left out
# CDK ends the names of versions and deployments with a hash of what they hold.
HASHED = re.compile(r"(CurrentVersion|Deployment)[0-9A-F]{8}[0-9a-f]{32}")
# Stands in a template where a resource was that cfn-lint has read: what names it still finds it.
READ_ALREADY = {
    "Type": "Custom::ReadAlready",
    "Properties": {"ServiceToken": "arn:aws:lambda:us-east-1:111111111111:function:none"},
}

Template = dict[str, Any]


def lint_findings(template: Template, *ignored: str) -> list[str]:
    settings = ManualArgs(ignore_checks=[GENERATED, *ignored], regions=["us-east-1"])
    return [f"{match.rule.id} {match.message}" for match in lint(json.dumps(template), config=settings)]


def differing(template: Template, stage: str, read: Template, read_stage: str) -> Template:
    """The template without what `read` says in the same words, the stage's name aside; empty if that is all of it.

    Kept whole are the resources that differ, and those that these name: what is asked of one can be compared with it.
    """
    known = {resource_text(one, read_stage) for one in read["Resources"].values()}
    resources = template["Resources"]
    kept = {name for name, one in resources.items() if resource_text(one, stage) not in known}
    if not kept and without_resources(template, stage) == without_resources(read, read_stage):
        return {}
    kept |= {named for name in kept for named in names_in(resources[name]) if named in resources}
    shown = {name: one if name in kept else READ_ALREADY for name, one in resources.items()}
    return {**template, "Resources": shown}


def findings_beyond(template: Template, stage: str, read: Template, read_stage: str) -> list[str]:
    """What cfn-lint finds in `template` that it did not see in `read`."""
    shown = differing(template, stage, read, read_stage)
    return lint_findings(shown, UNUSED_PARAMETER) if shown else []


def resource_text(resource: Mapping[str, Any], stage: str) -> str:
    text = HASHED.sub(r"\1", json.dumps(resource, sort_keys=True))
    for before in ("box-office-", "boxoffice", "BoxOffice/"):
        text = text.replace(f"{before}{stage}", f"{before}STAGE")
    return text.replace(f'"{stage}"', '"STAGE"')


def without_resources(template: Template, stage: str) -> str:
    return resource_text({name: part for name, part in template.items() if name != "Resources"}, stage)


def names_in(value: Any) -> Iterator[str]:
    """Every text that may be another resource's name; of a Sub, those within it."""
    if isinstance(value, str):
        yield value.partition(".")[0]
        yield from re.findall(r"\$\{([^.}]+)", value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from names_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from names_in(one)
