"""The resources that must outlive every deployment: tables, user pool, the catalogue's snapshots, secrets."""

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from box_office import names
from box_office.names import Names
from infra.catalogue_bucket import CatalogueBucket
from infra.lambda_function import runtime_of
from infra.origin_keys import OriginSecrets
from infra.removal import removal_policy
from infra.secrets import Secrets
from infra.sign_in_function import SignInFunction
from infra.stages import ExternalConfig, Stage
from infra.tables import Tables
from infra.user_pool import UserPool, session_hours
from infra.user_pool_firewall import UserPoolFirewall


class DataStack(cdk.Stack):
    def __init__(self, scope: Construct, *, stage: Stage, external: ExternalConfig) -> None:
        self.names = Names(stage.name)
        super().__init__(
            scope,
            self.names.stack("data"),
            description="Box Office: tables, user pool, catalogue bucket, secrets",
            termination_protection=stage.retain,
        )
        removal = removal_policy(stage)
        Tables(self, "Tables", stage=stage, names=self.names, removal_policy=removal)
        sign_in = (
            SignInFunction(
                self,
                "SignIn",
                stage=stage,
                names=self.names,
                runtime=runtime_of(stage),
                session_hours=session_hours(stage.staff_token_hours),
            )
            if stage.staff_totp
            else None
        )
        user_pool = UserPool(
            self,
            "People",
            name=self.names.prefix,
            sender=external.signup_sender,
            strangers=stage.strangers,
            staff_token_hours=stage.staff_token_hours,
            before_tokens=sign_in,
            retain=stage.retain,
            removal_policy=removal,
        )
        CatalogueBucket(
            self,
            "Catalogue",
            name=self.names.catalogue_bucket(self.account, self.region),
            tls_only=stage.tls,
            removal_policy=removal,
        )
        if stage.edge:
            OriginSecrets(self, "OriginKeys", stage=stage, names=self.names)
            UserPoolFirewall(
                self, "SignInFirewall", stage=stage, names=self.names, user_pool_arn=user_pool.pool.user_pool_arn
            )
        secrets = Secrets(self, "Secrets", names=self.names, removal_policy=removal)
        for what, value in {
            names.USER_POOL_ID: user_pool.pool.user_pool_id,
            names.USER_POOL_ARN: user_pool.pool.user_pool_arn,
            names.USER_POOL_CLIENT_ID: user_pool.client.user_pool_client_id,
            names.STAFF_CLIENT_ID: user_pool.staff_client.user_pool_client_id,
            names.PAYMENT_SECRET_ARN: secrets.payment_arn,
            names.TICKETS_SECRET_ARN: secrets.tickets_arn,
        }.items():
            ssm.StringParameter(self, what, parameter_name=self.names.parameter(what), string_value=value)
