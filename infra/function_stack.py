"""The base of every stack with functions: its own layers, and functions built from their plans."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from box_office import names
from box_office.names import Names
from infra.function_plan import FunctionPlan, Permission, settings_of
from infra.lambda_function import LambdaFunction, runtime_of
from infra.lambda_layers import Layers
from infra.permissions import Arns, network_statements, statements_for
from infra.releases import Release, release_name
from infra.stages import Stage

PUBLISHED_ARNS = {
    Permission.PAYMENT_SECRET: names.PAYMENT_SECRET_ARN,
    Permission.TICKETS_SECRET: names.TICKETS_SECRET_ARN,
    Permission.ADDRESS_OF_USER: names.USER_POOL_ARN,
}


class FunctionStack(cdk.Stack):
    def __init__(self, scope: Construct, *, stage: Stage, part: str, description: str) -> None:
        self.names = Names(stage.name)
        super().__init__(scope, self.names.stack(part), description=description, termination_protection=stage.retain)
        self.stage_settings = stage
        self.built: dict[str, LambdaFunction] = {}
        self.catalogue_bucket = self.names.catalogue_bucket(self.account, self.region)
        self.arns = Arns(self, self.names, self.catalogue_bucket)
        self.vpc = lambda_.CfnFunction.VpcConfigProperty(
            security_group_ids=[self.published(names.FUNCTION_SECURITY_GROUP)],
            subnet_ids=[self.published(subnet) for subnet in names.FUNCTION_SUBNETS],
        )
        self.runtime = runtime_of(stage)
        self.layers = Layers(self, "Layers", stage=stage, runtime=self.runtime)
        self.settings_given = {
            "catalogue_bucket": self.catalogue_bucket,
            "cache_url": self.published(names.CACHE_URL),
            "queue_url_base": f"https://sqs.{self.region}.{self.url_suffix}/{self.account}/{self.names.queue('')}",
        }

    def published(self, what: str) -> str:
        """A value that another stack wrote to SSM under a stable name. CloudFormation reads it at every deployment."""
        return ssm.StringParameter.value_for_string_parameter(self, self.names.parameter(what))

    def build(
        self, plan: FunctionPlan, *, name: str | None = None, reserved_concurrency: int = 0, snap_start: bool
    ) -> LambdaFunction:
        """`name`: the function's, and its construct's, if one file serves several."""
        name = name or plan.verb
        physical_name = self.names.function(name)
        built = LambdaFunction(
            self,
            name,
            name=physical_name,
            plan=plan,
            stage=self.stage_settings,
            runtime=self.runtime,
            layers=self.layers.versions,
            environment=settings_of(plan, stage=self.stage_settings, inputs=self.settings_given).environment(),
            vpc=self.vpc if plan.in_vpc else None,
            reserved_concurrency=reserved_concurrency,
            snap_start=snap_start,
        )
        inputs = {
            arn: self.published(arn) for permission, arn in PUBLISHED_ARNS.items() if permission in plan.permissions
        }
        inputs["sender"] = self.settings_given.get("sender", "")
        statements = statements_for(plan.permissions, arns=self.arns, stage=self.stage_settings, inputs=inputs)
        if plan.in_vpc:
            arn = self.format_arn(
                service="lambda",
                resource="function",
                resource_name=physical_name,
                arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            )
            statements += network_statements(arn)
        for statement in statements:
            built.role.add_to_policy(statement)
        self.built[physical_name] = built
        return built

    def publish_release(self, part: str, *inputs: object) -> None:
        """To be called once all functions are built."""
        name = release_name(self.stage_settings, *inputs)
        Release(self, "Release", parameter_name=self.names.releases(part), name=name, functions=self.built)
