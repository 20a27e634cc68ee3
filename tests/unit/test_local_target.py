"""What an operator's command speaks to."""

import pytest

from local.target import NoTarget, find_target

STACK = {"aws_endpoint_url": "http://127.0.0.1:4566", "region": "us-east-1", "tables": {"seats": "s"}}


@pytest.mark.parametrize("environ", [{}, {"STAGE": ""}, {"STAGE": "local"}])
def test_a_local_stack_that_runs_is_meant(environ: dict[str, str]) -> None:
    assert find_target(STACK, environ).said == "the local stack"


def test_a_stage_beside_a_local_stack_is_refused_as_either_could_be_meant() -> None:
    with pytest.raises(NoTarget, match="STAGE=prod is set, but a local stack is running here"):
        find_target(STACK, {"STAGE": "prod"})


def test_without_a_local_stack_the_stage_is_meant_and_has_to_be_said() -> None:
    assert find_target(None, {"STAGE": "dev"}).said == "AWS, stage dev"
    with pytest.raises(NoTarget, match="set STAGE"):
        find_target(None, {})
