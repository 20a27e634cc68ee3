"""Which stack has which physical name. A name that moves to another stack stops the update of a stage that has it
already: the stack that is deployed first makes the resource before the other one has let go of it."""

import re
from collections.abc import Mapping
from typing import Any

from tests.infra.template_rules import text

# Of the kinds whose resources hold something, or are found by name from outside of their stack.
NAME_OF = {
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::ElastiCache::ServerlessCache": "ServerlessCacheName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::WAFv2::IPSet": "Name",
    "AWS::WAFv2::WebACL": "Name",
}
# Of the stage `dev`, without its prefix; N: a number that the stage's file says.
KEPT = {
    "data": frozenset(
        "/origin-key-N /payment /tickets -Available_seat -Movie_tbl -Theater_Movie_relation -Theater_room_tbl"
        " -Theater_tbl -blocks -catalogue-000000000000-us-east-1 -orders -sign-in -user_info_tbl".split()
    ),
    "cache": frozenset({"-cache"}),
    "api": frozenset({"-alarms", "/origin-host"}),
    "payments": frozenset(
        "-block-failures -event-ends -event-ends-dlq -lane-N -lane-N-dlq -parked -payment-complete"
        " -payment-complete-dlq -reconcile-failures -refresh -refresh-dlq".split()
    ),
    "page": frozenset({"-page-files-000000000000"}),
    "edge": frozenset(
        "-access-logs-000000000000 -edge -edge-alarms -edge-allowed-ipv4 -edge-allowed-ipv6 -edge-blocked-ipv4"
        " -edge-blocked-ipv6".split()
    ),
}
# Names that a stack once had, and that no stack may take again: some stage may still have them.
RETIRED = {"-page-000000000000": "edge, until 2026-11-29"}
WHAT_TO_DO = (
    "A name that is new here: add it to KEPT. A name that another stack has in KEPT, or that is in RETIRED: give the "
    "resource another name (layers/box_office/python/box_office/names.py), write the old one into RETIRED, and what a "
    "deployer has to delete by hand into CHANGELOG.md: CloudFormation deletes no bucket that has files. A name that is "
    "gone: move it from KEPT to RETIRED."
)


def names_in(template: Mapping[str, Any]) -> frozenset[str]:
    named = [one for one in template["Resources"].values() if one["Type"] in NAME_OF]
    names = (text(one["Properties"][NAME_OF[one["Type"]]]).removeprefix("box-office-dev") for one in named)
    return frozenset(re.sub(r"(lane|origin-key)-[0-9]+", r"\1-N", name) for name in names)


def test_no_physical_name_changes_its_stack(all_templates: dict[str, dict[str, dict[str, Any]]]) -> None:
    found = {part: names_in(template) for part, template in all_templates["dev"].items()}
    assert found == KEPT, WHAT_TO_DO


def test_no_stack_takes_a_retired_name(all_templates: dict[str, dict[str, dict[str, Any]]]) -> None:
    taken = frozenset().union(*(names_in(template) for template in all_templates["dev"].values()))
    assert not taken & RETIRED.keys(), WHAT_TO_DO
