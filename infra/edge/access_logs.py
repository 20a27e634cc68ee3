"""The distribution's access log: who asked for what, and what came back. Neither queries nor cookies, for a query may
name a person, and no header of the client's but its agent: no token is in it."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.own_resource import own_resource
from infra.private_bucket import private_bucket
from infra.removal import removal_policy
from infra.stages import Stage

# Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
FIELDS = (
    "timestamp(ms)",
    "x-edge-location",
    "x-edge-request-id",
    "c-ip",
    "cs-method",
    "cs-uri-stem",
    "sc-status",
    "sc-bytes",
    "cs(User-Agent)",
    "x-edge-result-type",
    "x-edge-detailed-result-type",
    "time-taken",
    "time-to-first-byte",
    "origin-fbl",
    "ssl-protocol",
    "cs-protocol-version",
    "cache-behavior-path-pattern",
)


class AccessLogs(Construct):
    def __init__(
        self, scope: Construct, id: str, *, stage: Stage, name: str, bucket_name: str, distribution_arn: str
    ) -> None:
        super().__init__(scope, id)
        bucket = private_bucket(
            self,
            "Bucket",
            name=bucket_name,
            lifecycle_rules=[s3.LifecycleRule(id="old-logs", expiration=cdk.Duration.days(stage.log_retention_days))],
            removal_policy=removal_policy(stage),
        )
        # Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="DeliveryOfThisAccount",
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects("AWSLogs/*")],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        source = logs.CfnDeliverySource(
            self, "Source", name=name, log_type="ACCESS_LOGS", resource_arn=distribution_arn
        )
        destination = logs.CfnDeliveryDestination(
            self, "Destination", name=name, destination_resource_arn=bucket.bucket_arn, output_format="json"
        )
        delivery = logs.CfnDelivery(
            self,
            "Delivery",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.attr_arn,
            record_fields=list(FIELDS),
        )
        delivery.add_resource_dependency(source)
        policy = bucket.policy
        if policy is None:
            raise TypeError("a bucket with enforce_ssl has a policy")
        delivery.add_resource_dependency(own_resource(policy, s3.CfnBucketPolicy))
