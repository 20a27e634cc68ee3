"""All HTTP functions and all their routes, in one stack: a method added from another would miss the deployment."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from box_office import names as known
from box_office.names import Names
from infra.alarms import Alarms
from infra.http_functions import HTTP_FUNCTIONS, HttpFunction, settings_of
from infra.http_lambda import HttpLambda
from infra.lambda_layers import Layers
from infra.permissions import network_statements, statements_for
from infra.rest_api import STAGE_NAME, HttpApi
from infra.stages import Stage


class ApiStack(cdk.Stack):
    def __init__(self, scope: Construct, *, stage: Stage, alarm_email: str | None) -> None:
        self.names = Names(stage.name)
        super().__init__(
            scope,
            self.names.stack("api"),
            description="Box Office: the HTTP API and its functions",
            termination_protection=stage.retain,
        )
        self.stage_settings = stage
        self.catalogue_bucket = self.names.catalogue_bucket(self.account, self.region)
        self.cache_url = self.told(known.CACHE_URL)
        self.vpc = lambda_.CfnFunction.VpcConfigProperty(
            security_group_ids=[self.told(known.FUNCTION_SECURITY_GROUP)],
            subnet_ids=[self.told(subnet) for subnet in known.FUNCTION_SUBNETS],
        )
        self.runtime = lambda_.Runtime(
            f"python{stage.python_version}", lambda_.RuntimeFamily.PYTHON, supports_snap_start=True
        )
        self.layers = Layers(self, "Layers", stage=stage, runtime=self.runtime)

        alarms = Alarms(self, "Alarms", topic_name=self.names.alarm_topic, email=alarm_email)
        api = HttpApi(
            self,
            "Http",
            stage=stage,
            name=self.names.prefix,
            user_pool_arn=self.told(known.USER_POOL_ARN),
            user_pool_client_id=self.told(known.USER_POOL_CLIENT_ID),
        )
        for function in HTTP_FUNCTIONS:
            built = self.build(function)
            api.route(function, built.alias)
            alarms.watch_function(function.verb, built.function)
        alarms.watch_api(self.names.prefix, STAGE_NAME)
        alarms.watch_tables([self.names.table("seats"), self.names.table("orders")])

        url = api.rest_api.url
        ssm.StringParameter(self, known.API_URL, parameter_name=self.names.parameter(known.API_URL), string_value=url)
        cdk.CfnOutput(self, "ApiUrl", value=url)
        cdk.CfnOutput(self, "ApiId", value=api.rest_api.rest_api_id)

    def told(self, what: str) -> str:
        """What another stack wrote under a stable name, looked up by CloudFormation at every deployment."""
        return ssm.StringParameter.value_for_string_parameter(self, self.names.parameter(what))

    def build(self, function: HttpFunction) -> HttpLambda:
        stage = self.stage_settings
        settings = settings_of(function, stage=stage, catalogue_bucket=self.catalogue_bucket, cache_url=self.cache_url)
        holds = function.verb == "hold_seat"
        built = HttpLambda(
            self,
            function.verb,
            function=function,
            stage=stage,
            runtime=self.runtime,
            layers=self.layers.versions,
            environment=settings.environment(),
            vpc=self.vpc if function.in_vpc else None,
            concurrency=((stage.hold_reserved_concurrency, stage.hold_provisioned_concurrency) if holds else (0, 0)),
        )
        statements = statements_for(
            function.needs, stack=self, names=self.names, catalogue_bucket=self.catalogue_bucket
        )
        if function.in_vpc:
            name = self.names.function(function.verb)
            arn = self.format_arn(
                service="lambda", resource="function", resource_name=name, arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME
            )
            statements += network_statements(arn)
        for statement in statements:
            built.role.add_to_policy(statement)
        return built
