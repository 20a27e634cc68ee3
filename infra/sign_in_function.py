"""The function that Cognito calls before it makes a token, in stages whose managers and clerks need a second factor.

It is in the stack of the user pool, and made before it: the pool never names a function that is not there yet, or that
it may not call, and so no deployment stops the sign-ins of customers.
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from box_office.names import CODES_SINCE_KEY, Names
from box_office.settings.users import SignInSettings
from infra.function_plan import FunctionPlan, settings_of
from infra.lambda_function import LambdaFunction
from infra.lambda_layers import Layers
from infra.stages import Stage

COGNITO_WAITS_SECONDS = 5  # and then calls again, three times in all
WITHHOLD_ROLES = FunctionPlan(
    verb="withhold_roles",
    folder="triggers",
    settings=SignInSettings,
    permissions=frozenset(),
    timeout_seconds=COGNITO_WAITS_SECONDS,
)


class SignInFunction(Construct):
    def __init__(
        self, scope: Construct, id: str, *, stage: Stage, names: Names, runtime: lambda_.Runtime, session_hours: int
    ) -> None:
        super().__init__(scope, id)
        self._built = LambdaFunction(
            self,
            WITHHOLD_ROLES.verb,
            name=names.function(WITHHOLD_ROLES.verb),
            plan=WITHHOLD_ROLES,
            stage=stage,
            runtime=runtime,
            layers=Layers(self, "Layers", stage=stage, runtime=runtime).versions,
            environment=settings_of(
                WITHHOLD_ROLES, stage=stage, inputs={"staff_session_hours": str(session_hours)}
            ).environment(),
            vpc=None,
        )
        self.alias_arn = self._built.alias.function_arn
        stack = cdk.Stack.of(self)
        self._let_record(stack.format_arn(service="dynamodb", resource="table", resource_name=names.table("users")))
        # By pattern: with the pool's own ARN the permission would come after the pool.
        pools = stack.format_arn(service="cognito-idp", resource="userpool", resource_name="*")
        self.permission = lambda_.CfnPermission(
            self,
            "Cognito",
            action="lambda:InvokeFunction",
            function_name=self.alias_arn,
            principal="cognito-idp.amazonaws.com",
            source_account=stack.account,
            source_arn=pools,
        )

    def _let_record(self, users_table_arn: str) -> None:
        """Since when sign-ins ask for a code: its own rows, and no saved payment method."""
        iam.Policy(
            self,
            "Record",
            roles=[self._built.role],
            statements=[
                iam.PolicyStatement(
                    actions=["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
                    resources=[users_table_arn],
                    conditions={"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{CODES_SINCE_KEY}*"]}},
                )
            ],
        )

    def let_look_up(self, user_pool_arn: str) -> None:
        """A policy of its own: as a part of the role's first one, the function would have to come after the pool."""
        iam.Policy(
            self,
            "LookUp",
            roles=[self._built.role],
            statements=[iam.PolicyStatement(actions=["cognito-idp:AdminGetUser"], resources=[user_pool_arn])],
        )
