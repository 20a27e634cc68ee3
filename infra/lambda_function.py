"""One function: its file, its role, its log group, and the alias through which routes, queues and schedules call it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.function_plan import FunctionPlan
from infra.lambda_layers import architecture_of
from infra.own_resource import own_resource
from infra.removal import removal_policy
from infra.stages import Stage

HANDLERS = Path(__file__).resolve().parent.parent / "functions"
ALIAS = "live"


class LambdaFunction(Construct):
    """Code, layers and settings change together: the alias moves to a new version once all of it is in place."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        plan: FunctionPlan,
        stage: Stage,
        runtime: lambda_.Runtime,
        layers: Sequence[lambda_.ILayerVersion],
        environment: Mapping[str, str],
        vpc: lambda_.CfnFunction.VpcConfigProperty | None,
        reserved_concurrency: int = 0,
        snap_start: bool = False,
    ) -> None:
        """`name`: the physical name. `reserved_concurrency`: 0 reserves none. `make on-sale` provisions concurrency."""
        super().__init__(scope, id)
        self.log_group = log_group_of(self, name, stage)
        self.role = role_that_logs(self, self.log_group)
        self.function = lambda_.Function(
            self,
            "Function",
            function_name=name,
            handler=f"{plan.verb}.handler",
            # One file a function: a change to one verb redeploys that verb.
            code=lambda_.Code.from_asset(str(HANDLERS / plan.folder), exclude=["*", f"!{plan.verb}.py"]),
            runtime=runtime,
            architecture=architecture_of(stage),
            layers=list(layers),
            role=self.role,
            memory_size=plan.memory_mb,
            timeout=cdk.Duration.seconds(plan.timeout_seconds),
            environment=dict(environment),
            log_group=self.log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel[stage.log_level],
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=reserved_concurrency or None,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
            # A version that the alias leaves is kept, so that `make rollback` can go back to it at once. One that a
            # failed deployment published is deleted, because Lambda would not publish the same code again.
            current_version_options=lambda_.VersionOptions(removal_policy=cdk.RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE),
            recursive_loop=lambda_.RecursiveLoop.ALLOW if plan.sends_to_itself else None,
        )
        own_resource(self.function, lambda_.CfnFunction).vpc_config = vpc
        self.alias = lambda_.Alias(
            self,
            "Live",
            alias_name=ALIAS,
            version=self.function.current_version,
        )


def log_group_of(function: Construct, name: str, stage: Stage) -> logs.LogGroup:
    return logs.LogGroup(
        function,
        "Logs",
        log_group_name=f"/aws/lambda/{name}",
        retention=retention_of(stage),
        removal_policy=removal_policy(stage),
    )


def role_that_logs(function: Construct, log_group: logs.LogGroup) -> iam.Role:
    role = iam.Role(function, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[log_group.log_group_arn],
        )
    )
    return role


def runtime_of(stage: Stage) -> lambda_.Runtime:
    return lambda_.Runtime(f"python{stage.python_version}", lambda_.RuntimeFamily.PYTHON, supports_snap_start=True)


def retention_of(stage: Stage) -> logs.RetentionDays:
    """Raises ValueError for a number of days that CloudWatch does not offer."""
    words = {14: logs.RetentionDays.TWO_WEEKS, 90: logs.RetentionDays.THREE_MONTHS}
    if stage.log_retention_days not in words:
        raise ValueError(f"log_retention_days={stage.log_retention_days}: use one of {sorted(words)}.")
    return words[stage.log_retention_days]
