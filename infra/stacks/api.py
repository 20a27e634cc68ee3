"""All HTTP functions and all their routes, in one stack: a method added from another would miss the deployment."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from box_office import names
from infra.alarms import Alarms
from infra.function_stack import FunctionStack
from infra.http_functions import HTTP_FUNCTIONS
from infra.origin_keys import OriginHost
from infra.payment_alarms import HTTP_COUNTER_ALARMS, SELLING
from infra.rest_api import STAGE_NAME, HttpApi
from infra.sign_in_function import WITHHOLD_ROLES
from infra.stages import ExternalConfig, Stage
from infra.tables import global_indexes

REFUSING = ("hold_seat", "get_available_seat")  # functions whose rate limit customers meet
HURRYING = ("hold_seat", "submit_payment", "payment_webhook")  # a time-out may leave a write of unknown outcome


class ApiStack(FunctionStack):
    def __init__(self, scope: Construct, *, stage: Stage, external: ExternalConfig, alarm_email: str | None) -> None:
        super().__init__(scope, stage=stage, part="api", description="Box Office: the HTTP API and its functions")
        alarms = Alarms(self, "Alarms", names=self.names, email=alarm_email)
        api = HttpApi(
            self,
            "Http",
            stage=stage,
            names=self.names,
            user_pool_arn=self.published(names.USER_POOL_ARN),
            client_ids=[self.published(one) for one in (names.USER_POOL_CLIENT_ID, names.STAFF_CLIENT_ID)],
        )
        self.settings_given["user_pool_id"] = self.published(names.USER_POOL_ID)
        self.settings_given["staff_client_id"] = self.published(names.STAFF_CLIENT_ID)
        for function in HTTP_FUNCTIONS:
            reserved = getattr(stage, function.reserved_by) if function.reserved_by else 0
            built = self.build(function, reserved_concurrency=reserved, snap_start=stage.snap_start)
            api.route(function, built.alias)
            alarms.watch_function(function.verb, built.function)
            if function.verb in HURRYING:
                alarms.watch_duration(function.verb, built.function, function.timeout_seconds)
        alarms.watch_api(self.names.prefix, STAGE_NAME)
        alarms.watch_tables({self.names.table(role): global_indexes(role) for role in ("seats", "orders")})
        alarms.watch_cache(self.names.cache, stage.cache_maximum_ecpu, stage.cache_maximum_gigabytes)
        alarms.watch_concurrency()
        if stage.staff_totp:
            self.watch_sign_in(alarms)
        for verb in REFUSING:
            alarms.watch_refusals(verb)
        for alarm in HTTP_COUNTER_ALARMS:
            alarms.watch_counter(alarm)
        selling = SELLING + ((f"{WITHHOLD_ROLES.verb}-errors",) if stage.staff_totp else ())
        alarms.ring_together("selling", "seats are not sold, or badly", selling)

        self.publish_release("api", external)
        url = api.rest_api.url
        ssm.StringParameter(self, names.API_URL, parameter_name=self.names.parameter(names.API_URL), string_value=url)
        if stage.edge:
            host = f"{api.rest_api.rest_api_id}.execute-api.{self.region}.{self.url_suffix}"
            OriginHost(self, "OriginHost", stage=stage, names=self.names, host=host)
        cdk.CfnOutput(self, "ApiUrl", value=url)
        cdk.CfnOutput(self, "ApiId", value=api.rest_api.rest_api_id)

    def watch_sign_in(self, alarms: Alarms) -> None:
        """The function is in the stack of the user pool, which is deployed before the alarms' topic."""
        verb = WITHHOLD_ROLES.verb
        function = lambda_.Function.from_function_name(self, verb, self.names.function(verb))
        alarms.watch_function(verb, function)
        alarms.watch_duration(verb, function, WITHHOLD_ROLES.timeout_seconds)
