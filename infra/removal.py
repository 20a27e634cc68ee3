"""What becomes of a stage's data when its stacks are deleted."""

import aws_cdk as cdk

from infra.stages import Stage


def removal_policy(stage: Stage) -> cdk.RemovalPolicy:
    """Resources that a failed first deployment left would stop the second: only those of a deployment that succeeded
    are retained."""
    return cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if stage.retain else cdk.RemovalPolicy.DESTROY
