"""What must outlive every deployment: tables, people, the catalogue's snapshots, secrets."""

import aws_cdk as cdk
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from box_office import names as known
from box_office.names import Names
from infra.catalogue_bucket import CatalogueBucket
from infra.people import People
from infra.secrets import Secrets
from infra.stages import Outside, Stage
from infra.tables import Tables


class DataStack(cdk.Stack):
    def __init__(self, scope: Construct, *, stage: Stage, outside: Outside) -> None:
        names = Names(stage.name)
        super().__init__(
            scope,
            names.stack("data"),
            description="Box Office: tables, user pool, catalogue bucket, secrets",
            termination_protection=stage.retain,
        )
        removal = stage.removal_policy
        Tables(self, "Tables", stage=stage, names=names, removal_policy=removal)
        people = People(
            self,
            "People",
            name=names.prefix,
            sender=outside.signup_sender,
            strangers=stage.strangers,
            retain=stage.retain,
            removal_policy=removal,
        )
        CatalogueBucket(
            self,
            "Catalogue",
            name=names.catalogue_bucket(self.account, self.region),
            tls_only=stage.tls,
            removal_policy=removal,
        )
        secrets = Secrets(self, "Secrets", names=names, removal_policy=removal)
        for what, value in {
            known.USER_POOL_ID: people.pool.user_pool_id,
            known.USER_POOL_ARN: people.pool.user_pool_arn,
            known.USER_POOL_CLIENT_ID: people.client.user_pool_client_id,
            known.PAYMENT_SECRET_ARN: secrets.payment_arn,
            known.TICKETS_SECRET_ARN: secrets.tickets_arn,
        }.items():
            ssm.StringParameter(self, what, parameter_name=names.parameter(what), string_value=value)
