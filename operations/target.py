"""The target of an operator's command: the local stack if one is there, else the stage that STAGE names, in AWS."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from botocore.exceptions import (
    ClientError,
    ConnectionError,
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
)

from box_office.adapters.aws_clients import PATIENT, client
from box_office.names import TABLES, Names
from operations.local_stack import read_stack
from toolchain.install import STATE

LOCAL_STAGE = "local"
STACK_FILE = STATE / "stack.json"  # `make start` writes it, `make stop` removes it
NO_REGION = "In which AWS region is the stage? Type it before the command, as in AWS_DEFAULT_REGION=eu-west-1."
NO_CREDENTIALS = "AWS finds no credentials here: type `export AWS_PROFILE=...`, or `aws configure`."
# botocore raises these before it sends its first request.
NEVER_SENT = (NoRegionError, NoCredentialsError, PartialCredentialsError)
REFUSED_CREDENTIALS = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
NOT_THERE = {
    "AWS.SimpleQueueService.NonExistentQueue",
    "NoSuchBucket",
    "ResourceNotFoundException",
}


class NoTarget(Exception):
    """There is neither a local stack nor a stage to act on. The message says what to do."""


@dataclass(frozen=True)
class Target:
    """`connection`: the arguments that every client is made with; empty in AWS, where the environment has them."""

    names: Names
    tables: Mapping[str, str]  # role -> name
    connection: Mapping[str, Any]
    web_url: str | None = None  # of the local stack; a stage's is an address that this machine does not know

    @property
    def description(self) -> str:
        return "the local stack" if self.connection else f"AWS, stage {self.names.stage}"

    def client(self, service: str, region: str | None = None) -> Any:
        """`region`: another than the stage's."""
        return client(service, PATIENT, **{**self.connection, **({"region_name": region} if region else {})})

    @cached_property
    def region(self) -> str:
        """Raises NoTarget."""
        region = self.connection.get("region_name") or boto3.session.Session().region_name
        if not region:
            raise NoTarget(NO_REGION)
        return region

    @cached_property
    def _caller_arn(self) -> list[str]:
        return str(self.client("sts").get_caller_identity()["Arn"]).split(":", maxsplit=5)

    @property
    def _caller(self) -> tuple[str, str]:
        """The partition and the account."""
        return self._caller_arn[1], self._caller_arn[4]

    @property
    def caller(self) -> str:
        """Who runs the command: `assumed-role/Operators/jane`, `user/jane`."""
        return self._caller_arn[5]

    def bucket(self) -> str:
        return self.names.catalogue_bucket(self._caller[1], self.region)

    def page_bucket(self) -> str:
        return self.names.page_bucket(self._caller[1])

    def access_log_bucket(self) -> str:
        """It is in the region of the edge."""
        return self.names.access_log_bucket(self._caller[1])

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource in the caller's own account; IAM's have no region."""
        partition, account = self._caller
        region = "" if service == "iam" else self.region
        return f"arn:{partition}:{service}:{region}:{account}:{resource}"

    def queues(self) -> dict[str, str]:
        """The deployment's queues: short name -> URL. Raises NoTarget when it has none."""
        prefix = self.names.queue("")
        pages = self.client("sqs").get_paginator("list_queues").paginate(QueueNamePrefix=prefix)
        urls = [url for page in pages for url in page.get("QueueUrls", ())]
        if not urls:
            raise NoTarget(not_deployed(self))
        return {url.rpartition("/")[2].removeprefix(prefix): url for url in sorted(urls)}


def local_target(aws_endpoint_url: str, region: str, tables: Mapping[str, str], web_url: str | None = None) -> Target:
    connection = {
        "endpoint_url": aws_endpoint_url,
        "region_name": region,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    return Target(Names(LOCAL_STAGE), tables, connection, web_url)


def not_deployed(target: Target) -> str:
    if target.connection:
        return "The local stack is not whole: type `make stop`, then `make start`."
    stage = target.names.stage
    return (
        f"Stage {stage!r} is not deployed in this account and region: is it another one (AWS_PROFILE,"
        f" AWS_DEFAULT_REGION)? `cdk deploy --all -c stage={stage}` deploys it."
    )


def never_sent(error: Exception) -> bool:
    """Whether no request left this machine."""
    return isinstance(error, NEVER_SENT) or isinstance(error.__cause__, NEVER_SENT)


def what_failed(error: Exception, target: Target | None) -> str:
    """The sentence for the operator: which call of AWS failed how, and what to type. `error`: botocore's, or ours with
    botocore's as its cause."""
    cause = error.__cause__ or error
    if isinstance(cause, NoRegionError):
        return NO_REGION
    if isinstance(cause, NoCredentialsError | PartialCredentialsError):
        return NO_CREDENTIALS
    if isinstance(cause, ConnectionError | HTTPClientError) and target is not None and target.connection:
        return "The local stack does not answer, although .local/stack.json is there: `make stop`, then `make start`."
    if isinstance(cause, ClientError):
        code = cause.response.get("Error", {}).get("Code", "")
        if code in REFUSED_CREDENTIALS:
            return f"AWS does not take these credentials ({code}): renew them, as with `aws sso login`."
        if code in NOT_THERE and target is not None:
            return not_deployed(target)
    return f"AWS refused: {cause}"


def this_target(environ: Mapping[str, str] | None = None) -> Target:
    """The target of a command that was typed here; `environ` is the process's unless given. Raises NoTarget."""
    return find_target(read_stack(STACK_FILE), os.environ if environ is None else environ)


def find_target(stack: Mapping[str, Any] | None, environ: Mapping[str, str]) -> Target:
    """The target. Raises NoTarget, also when STAGE is set while a local stack runs, because a cancellation in the wrong
    one cannot be undone."""
    stage = environ.get("STAGE")
    if stack is not None:
        if stage not in (None, "", LOCAL_STAGE):
            raise NoTarget(
                f"STAGE={stage} is set, but a local stack is running here: type `make stop`, or leave STAGE out."
            )
        return local_target(stack["aws_endpoint_url"], stack["region"], stack["tables"], stack.get("web_url"))
    if not stage:
        raise NoTarget(
            "No local stack runs here: type `make start`, or wait if one is being started. For AWS, set STAGE: put "
            "STAGE=dev before the command."
        )
    names = Names(stage)
    return Target(names, {role: names.table(role) for role in TABLES}, {})
