"""What an operator's command speaks to."""

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)

from box_office.domain.errors import Unavailable
from operations.target import NoTarget, find_target, what_failed

STACK = {"aws_endpoint_url": "http://127.0.0.1:4566", "region": "us-east-1", "tables": {"seats": "s"}}


@pytest.mark.parametrize("environ", [{}, {"STAGE": ""}, {"STAGE": "local"}])
def test_a_local_stack_that_runs_is_meant(environ: dict[str, str]) -> None:
    assert find_target(STACK, environ).description == "the local stack"


def test_a_stage_beside_a_local_stack_is_refused_as_either_could_be_meant() -> None:
    with pytest.raises(NoTarget, match="STAGE=prod is set, but a local stack is running here"):
        find_target(STACK, {"STAGE": "prod"})


def test_without_a_local_stack_the_stage_is_meant_and_has_to_be_said() -> None:
    assert find_target(None, {"STAGE": "dev"}).description == "AWS, stage dev"
    with pytest.raises(NoTarget, match="set STAGE"):
        find_target(None, {})


LOCAL, DEV = find_target(STACK, {}), find_target(None, {"STAGE": "dev"})


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "so it is"}}, "GetItem")


@pytest.mark.parametrize(
    ("error", "target", "told"),
    [
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:9"), LOCAL, "`make stop`, then `make start`"),
        (ReadTimeoutError(endpoint_url="http://127.0.0.1:9"), LOCAL, "`make stop`, then `make start`"),
        (EndpointConnectionError(endpoint_url="https://sqs"), DEV, "AWS refused: Could not connect"),
        (NoRegionError(), DEV, "AWS_DEFAULT_REGION="),
        (NoCredentialsError(), DEV, "`export AWS_PROFILE=...`"),
        (refused("ExpiredTokenException"), DEV, "`aws sso login`"),
        (refused("ResourceNotFoundException"), DEV, "`cdk deploy --all -c stage=dev`"),
        (refused("ResourceNotFoundException"), LOCAL, "`make start`"),
        (refused("AccessDeniedException"), DEV, "so it is"),
        (Unavailable("Cannot write."), DEV, "AWS refused: Cannot write."),
    ],
)
def test_what_aws_says_is_told_with_what_to_type(error: Exception, target: object, told: str) -> None:
    assert told in what_failed(error, target)
    ours = Unavailable("Cannot read just now.")
    ours.__cause__ = error
    assert told in what_failed(ours, target)
