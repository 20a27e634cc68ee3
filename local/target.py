"""What an operator's command speaks to: the local stack if one is there, else the AWS of the stage that STAGE names."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3

from box_office.adapters.aws_clients import PATIENT, client
from box_office.names import TABLES, Names

LOCAL_STAGE = "local"


class NoTarget(Exception):
    """Neither a local stack nor a stage to speak to. The message says what to do."""


@dataclass(frozen=True)
class Target:
    """`connection`: what every client is made with; empty in AWS, where the environment knows."""

    names: Names
    tables: Mapping[str, str]  # role -> name
    connection: Mapping[str, Any]

    @property
    def said(self) -> str:
        return "the local stack" if self.connection else f"AWS, stage {self.names.stage}"

    def client(self, service: str) -> Any:
        return client(service, PATIENT, **self.connection)

    @cached_property
    def region(self) -> str:
        """Raises NoTarget."""
        region = self.connection.get("region_name") or boto3.session.Session().region_name
        if not region:
            raise NoTarget("In which region is the stage? Set AWS_REGION, or choose a profile that has one.")
        return region

    @cached_property
    def _caller(self) -> tuple[str, str]:
        """The partition and the account."""
        arn = self.client("sts").get_caller_identity()["Arn"].split(":")
        return arn[1], arn[4]

    def bucket(self) -> str:
        return self.names.catalogue_bucket(self._caller[1], self.region)

    def arn(self, service: str, resource: str) -> str:
        """Of something in the caller's own account; IAM has no regions."""
        partition, account = self._caller
        region = "" if service == "iam" else self.region
        return f"arn:{partition}:{service}:{region}:{account}:{resource}"

    def queues(self) -> dict[str, str]:
        """The deployment's queues: short name -> URL. Raises NoTarget when it has none."""
        prefix = self.names.queue("")
        pages = self.client("sqs").get_paginator("list_queues").paginate(QueueNamePrefix=prefix)
        urls = [url for page in pages for url in page.get("QueueUrls", ())]
        if not urls:
            raise NoTarget(f"There are no queues {prefix}*: is stage {self.names.stage!r} deployed here?")
        return {url.rpartition("/")[2].removeprefix(prefix): url for url in sorted(urls)}


def local_target(aws_endpoint_url: str, region: str, tables: Mapping[str, str]) -> Target:
    connection = {
        "endpoint_url": aws_endpoint_url,
        "region_name": region,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    return Target(Names(LOCAL_STAGE), tables, connection)


def find_target(stack: Mapping[str, Any] | None, environ: Mapping[str, str]) -> Target:
    """Raises NoTarget: also when both could be meant, as a cancellation of the wrong one cannot be undone."""
    stage = environ.get("STAGE")
    if stack is not None:
        if stage not in (None, "", LOCAL_STAGE):
            raise NoTarget(f"STAGE={stage} is set, but a local stack is running here: `make stop`, or unset STAGE.")
        return local_target(stack["aws_endpoint_url"], stack["region"], stack["tables"])
    if not stage:
        raise NoTarget("No local stack is running: `make start` starts one. For AWS, set STAGE, as in STAGE=dev.")
    names = Names(stage)
    return Target(names, {role: names.table(role) for role in TABLES}, {})
