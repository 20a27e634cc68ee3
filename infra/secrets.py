"""The two secrets. Neither is ever in a template: AWS generates them, and an operator replaces the provider's."""

import json

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from box_office.names import PAYMENT_SECRET, TICKETS_SECRET, Names
from infra.own_resource import own_resource

KEY_LENGTH = 64
PLACEHOLDER = "replace-me"


class Secrets(Construct):
    """`payment_arn`, `tickets_arn`: with the six letters that AWS adds."""

    def __init__(self, scope: Construct, id: str, *, names: Names, removal_policy: cdk.RemovalPolicy) -> None:
        super().__init__(scope, id)
        payment = secretsmanager.Secret(
            self,
            "Payment",
            secret_name=names.secret(PAYMENT_SECRET),
            description="The payment provider's api_key and webhook_secret: put the real ones here, once",
            # Until then no card can be charged, and no sender can guess the secret that signs callbacks.
            generate_secret_string=generated(json.dumps({"api_key": PLACEHOLDER}), "webhook_secret"),
            removal_policy=removal_policy,
        )
        tickets = secretsmanager.Secret(
            self,
            "Tickets",
            secret_name=names.secret(TICKETS_SECRET),
            description="The key that tickets' codes are signed with: another key voids every code that was handed out",
            generate_secret_string=generated("{}", "key"),
            removal_policy=removal_policy,
        )
        self.payment_arn, self.tickets_arn = (
            own_resource(secret, secretsmanager.CfnSecret).attr_id for secret in (payment, tickets)
        )


def generated(template: str, key: str) -> secretsmanager.SecretStringGenerator:
    return secretsmanager.SecretStringGenerator(
        secret_string_template=template,
        generate_string_key=key,
        password_length=KEY_LENGTH,
        exclude_punctuation=True,
    )
