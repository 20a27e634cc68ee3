"""The key that the distribution sends to the API with every request, and without which the API answers nothing.

A stage's `origin_key` is its number. The API takes this one and the one before; the edge's stack, deployed after the
API's, sends this one. So raising the number by one and deploying replaces the key without a request lost, and raising
it once more takes the replaced one back. With an edge and `origin_key = 0` the distribution sends key 1 and the API has
it in its usage plan, but requires none: the deployment that raises the number to 1 only turns the requirement on.
The keys are made up by Secrets Manager and stand in no template.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
"""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from box_office.names import Names
from infra.secrets import generated
from infra.stages import EDGE_REGION, Stage


def sent_number(stage: Stage) -> int:
    """The number of the key that the distribution sends: 1 before the API requires any key."""
    return max(1, stage.origin_key)


def accepted_numbers(stage: Stage) -> list[int]:
    sent = sent_number(stage)
    return [number for number in (sent - 1, sent) if number > 0]


def key_in_secret(names: Names, number: int) -> str:
    """As a template names it: CloudFormation puts the key in its place."""
    return cdk.SecretValue.secrets_manager(names.origin_key(number), json_field="key").unsafe_unwrap()


class OriginSecrets(Construct):
    """A secret for each key that is accepted, also in the region of the edge."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage, names: Names) -> None:
        super().__init__(scope, id)
        for number in accepted_numbers(stage):
            secretsmanager.Secret(
                self,
                f"Key{number}",
                secret_name=names.origin_key(number),
                description="Sent by the distribution to the API; raise the stage's origin_key to replace it",
                generate_secret_string=generated("{}", "key"),
                replica_regions=replicas(stage),
                removal_policy=cdk.RemovalPolicy.DESTROY,  # another is as good
            )


class OriginKeys(Construct):
    """The keys that the API accepts, of each stage with an edge. A route asks for one by `api_key_required`.

    A stage that requires none has them too: CloudFormation adds a key to the plan after it has updated the API's stage,
    so a key that came with the requirement would be refused in between.
    """

    def __init__(self, scope: Construct, id: str, *, stage: Stage, names: Names, rest_api: apigateway.RestApi) -> None:
        super().__init__(scope, id)
        plan = apigateway.UsagePlan(
            self,
            "Plan",
            name=names.prefix,
            description="The distribution is the one client that sends these keys",
            api_stages=[apigateway.UsagePlanPerApiStage(api=rest_api, stage=rest_api.deployment_stage)],
        )
        for number in accepted_numbers(stage):
            key = apigateway.ApiKey(
                self, f"Key{number}", api_key_name=f"{names.prefix}-{number}", value=key_in_secret(names, number)
            )
            plan.add_api_key(key)


class OriginHost(Construct):
    """The API's host name, where the edge's stack can read it: of another region's stacks CloudFormation reads nothing
    but a secret's replica. It is no secret."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage, names: Names, host: str) -> None:
        super().__init__(scope, id)
        secretsmanager.Secret(
            self,
            "Host",
            secret_name=names.origin_host,
            description="The host name of the API, for the edge's stack",
            secret_string_value=cdk.SecretValue.unsafe_plain_text(host),
            replica_regions=replicas(stage),
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )


def host_in_secret(names: Names) -> str:
    return cdk.SecretValue.secrets_manager(names.origin_host).unsafe_unwrap()


def replicas(stage: Stage) -> list[secretsmanager.ReplicaRegion]:
    return [] if stage.region == EDGE_REGION else [secretsmanager.ReplicaRegion(region=EDGE_REGION)]
