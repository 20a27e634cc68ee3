"""The REST API: routes, the authorizer, throttling, the access log, and answers of its own.

A REST API gives `/path` and `/path/` to the same resource, so one route serves both.
"""

import json
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from box_office.names import Names
from infra.gateway_answers import GatewayAnswers
from infra.http_functions import HTTP_FUNCTIONS, HttpFunction
from infra.lambda_function import retention_of
from infra.origin_keys import OriginKeys
from infra.own_resource import own_resource
from infra.removal import removal_policy
from infra.stages import Stage

STAGE_NAME = "live"
SUBMIT = "/SubmitPayment/api/v0/{event_id}/POST"
TOKEN_HEADER = "AuthorizationToken"
# What an operator needs to find a request again; neither its token nor its query.
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "time": "$context.requestTimeEpoch",
    "address": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "user": "$context.authorizer.claims.sub",
    "gateway_error": "$context.error.responseType",
}


class HttpApi(Construct):
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: Stage,
        names: Names,
        user_pool_arn: str,
        client_ids: Sequence[str],
    ) -> None:
        """`client_ids`: of the app clients whose tokens the API takes."""
        super().__init__(scope, id)
        name = names.prefix
        self._asks_for_key = stage.origin_key > 0
        self.access_log = logs.LogGroup(
            self,
            "AccessLog",
            log_group_name=f"/aws/apigateway/{name}",
            retention=retention_of(stage),
            removal_policy=removal_policy(stage),
        )
        self.rest_api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=name,
            description="Box Office",
            endpoint_configuration=apigateway.EndpointConfiguration(types=[apigateway.EndpointType.REGIONAL]),
            cloud_watch_role=True,  # an account without it cannot write the access log
            cloud_watch_role_removal_policy=cdk.RemovalPolicy.RETAIN,  # the whole account's, not this stack's
            deploy_options=apigateway.StageOptions(
                stage_name=STAGE_NAME,
                throttling_rate_limit=stage.requests_per_second,
                throttling_burst_limit=stage.requests_burst,
                method_options={
                    f"{function.path}/{function.method}": throttle_of(function, stage)
                    for function in HTTP_FUNCTIONS
                    if function.requests_share < 1
                }
                | {
                    SUBMIT: apigateway.MethodDeploymentOptions(
                        throttling_rate_limit=stage.submits_per_second, throttling_burst_limit=stage.submits_per_second
                    )
                },
                # Figures by API and stage come free; by method they would cost more than an idle cinema.
                metrics_enabled=False,
                access_log_destination=apigateway.LogGroupLogDestination(self.access_log),
                access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
            ),
        )
        self.rest_api.node.try_remove_child("Endpoint")  # the stack names its outputs itself
        GatewayAnswers(self, "Answers", rest_api=self.rest_api)
        self.authorizer = apigateway.CognitoUserPoolsAuthorizer(
            self,
            "Users",
            authorizer_name=f"{name}-users",
            cognito_user_pools=[cognito.UserPool.from_user_pool_arn(self, "Pool", user_pool_arn)],
            identity_source=apigateway.IdentitySource.header(TOKEN_HEADER),
        )
        self._take_tokens_of(client_ids)
        if stage.edge:
            OriginKeys(self, "OriginKeys", stage=stage, names=names, rest_api=self.rest_api)

    def _take_tokens_of(self, client_ids: Sequence[str]) -> None:
        """The gateway matches the token's `aud` with the expression, and so refuses tokens of the pool's other clients.
        The construct has no property for it, so the CDK does not see when it changes, and the stage of the API answers
        from a copy of the authorizer until there is another Deployment. The template knows a client's id by the name
        of a parameter: after Cognito replaced a client, `aws apigateway create-deployment` is needed.
        Sources: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
        and the API Gateway guide, "Updates to REST APIs that require redeployment".
        """
        deployment = self.rest_api.latest_deployment
        if deployment is None:
            raise TypeError("an API that deploys itself has a Deployment")
        expression = f"^({'|'.join(client_ids)})$"
        own_resource(self.authorizer, apigateway.CfnAuthorizer).identity_validation_expression = expression
        deployment.add_to_logical_id({"identity_validation_expression": expression})

    def route(self, function: HttpFunction, target: lambda_.IFunction) -> None:
        self.rest_api.root.resource_for_path(function.path).add_method(
            function.method,
            apigateway.LambdaIntegration(target, allow_test_invoke=False),
            api_key_required=self._asks_for_key,
            authorizer=self.authorizer if function.signed_in else None,
            authorization_type=(
                apigateway.AuthorizationType.COGNITO if function.signed_in else apigateway.AuthorizationType.NONE
            ),
        )


def throttle_of(function: HttpFunction, stage: Stage) -> apigateway.MethodDeploymentOptions:
    """The route's own bucket. The stage's, which is the same for each of the other routes, does not apply to it."""
    return apigateway.MethodDeploymentOptions(
        throttling_rate_limit=stage.requests_per_second * function.requests_share,
        throttling_burst_limit=max(1, int(stage.requests_burst * function.requests_share)),
        metrics_enabled=False,
    )
