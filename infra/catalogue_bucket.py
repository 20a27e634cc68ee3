"""The bucket of the catalogue's snapshot: functions read it when the catalogue's tables cannot be reached."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.own_resource import own_resource
from infra.private_bucket import private_bucket

OLD_SNAPSHOT_DAYS = 30


class CatalogueBucket(Construct):
    def __init__(
        self, scope: Construct, id: str, *, name: str, tls_only: bool, removal_policy: cdk.RemovalPolicy
    ) -> None:
        super().__init__(scope, id)
        self.bucket = private_bucket(
            self,
            "Bucket",
            name=name,
            tls_only=tls_only,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="old-snapshots",
                    noncurrent_version_expiration=cdk.Duration.days(OLD_SNAPSHOT_DAYS),
                    abort_incomplete_multipart_upload_after=cdk.Duration.days(1),
                )
            ],
            removal_policy=removal_policy,
        )
        own_resource(self.bucket, s3.CfnBucket).override_logical_id("CatalogueBucket")
