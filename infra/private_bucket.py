"""What every bucket of a stage is: encrypted, closed to the public, its objects the account's own."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from constructs import Construct


def private_bucket(
    scope: Construct,
    id: str,
    *,
    name: str,
    removal_policy: cdk.RemovalPolicy,
    tls_only: bool = True,
    versioned: bool = False,
    lifecycle_rules: Sequence[s3.LifecycleRule] = (),
) -> s3.Bucket:
    return s3.Bucket(
        scope,
        id,
        bucket_name=name,
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=tls_only,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        versioned=versioned or None,
        lifecycle_rules=list(lifecycle_rules) or None,
        removal_policy=removal_policy,
    )
