"""`python -m operations.empty_bucket`: deletes all versions in a stage's buckets, so that the stage can be taken down:
the catalogue's, the page's and the edge's access logs', of those that are deployed. Called by `make empty-bucket`.

CloudFormation deletes no bucket that has objects, and then leaves the stack half deleted. `make catalogue` can write
the catalogue's again, and a deployment the page's. The command refuses a stage that protects its data, and the local
stack, which `make stop` takes down.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html

Exits 0 when the buckets are empty, 1 when the command or AWS refuses, 2 when it was called wrongly.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from box_office.names import EDGE_REGION
from operations.commands import Refused, act_on_target, deployed_resources
from operations.output import counted
from operations.target import NoTarget, Target

BATCH = 1_000  # what DeleteObjects takes


def empty(target: Target) -> int:
    if target.connection:
        raise Refused("`make stop` takes the local stack down, with its bucket. Nothing was deleted.")
    bucket = deployed_resources(target, "data")["CatalogueBucket"]
    if bucket.get("DeletionPolicy") != "Delete":
        raise Refused(f"Stage {target.names.stage} keeps its bucket when its stack goes. Nothing was deleted.")
    empty_bucket(target.client("s3"), target.bucket())
    if is_deployed(target, "page"):
        empty_bucket(target.client("s3"), target.page_bucket())
    if is_deployed(target, "edge", EDGE_REGION):
        empty_bucket(target.client("s3", EDGE_REGION), target.access_log_bucket())
    print(f"Take the stage down: cdk destroy --all -c stage={target.names.stage}")
    return 0


def is_deployed(target: Target, part: str, region: str | None = None) -> bool:
    """`region`: the stack's, if it is not the stage's."""
    try:
        return bool(deployed_resources(target, part, region))
    except NoTarget:
        return False


def empty_bucket(s3: Any, name: str) -> None:
    """Raises Refused."""
    deleted = 0
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=name, PaginationConfig={"PageSize": BATCH})
    for page in pages:
        found = [*page.get("Versions", ()), *page.get("DeleteMarkers", ())]
        objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in found]
        if objects:
            answer = s3.delete_objects(Bucket=name, Delete={"Objects": objects, "Quiet": True})
            if errors := answer.get("Errors"):
                raise Refused(f"S3 kept {counted(len(errors), 'version')} of {name}: {errors[0]['Message']}")
            deleted += len(objects)
    print(f"{name} is empty: {counted(deleted, 'version')} deleted." if deleted else f"{name} is empty already.")


def main(arguments: Sequence[str]) -> int:
    argparse.ArgumentParser(prog="make empty-bucket", description="Empty the stage's buckets.").parse_args(arguments)
    return act_on_target(empty)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
