"""The bucket that the page's files are served from, to the account's distributions alone, and what a deployment puts
there: the built page, its settings, the API's description, and the answer when none came."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from infra.edge.paths import SHORT_LIVED_SECONDS, UNAVAILABLE_FILE
from infra.edge.refusals import UNAVAILABLE
from infra.lambda_function import retention_of
from infra.private_bucket import private_bucket
from infra.stages import Stage

ROOT = Path(__file__).resolve().parent.parent
BUILT_PAGE = ROOT / "web" / "dist"
API_DESCRIPTION = ROOT / "docs" / "openapi.json"
HASHED = "assets/*"  # files whose names are hashes of their content
YEAR = cdk.Duration.days(365)
NO_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Box Office</title>
<h1>Box Office</h1>
<p>The API is at this address. Its page was not built yet when this stage was deployed.</p>
</html>
"""


class PageFiles(Construct):
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: Stage,
        name: str,
        config: Mapping[str, object],
        built: Path = BUILT_PAGE,
    ) -> None:
        """`config`: what the page reads first, as /config.json."""
        super().__init__(scope, id)
        self.bucket = private_bucket(
            self,
            "Bucket",
            name=name,
            removal_policy=cdk.RemovalPolicy.DESTROY,  # every file is in the repository, or made from it
        )
        # The distribution has its id only once it is deployed, after this bucket; no other in the account knows the
        # files. With leave to list, S3 answers 404 for a file that is not there, and 403 without it; no path of the
        # distribution lists, for it asks for files alone. Sources: the CloudFront guide, "Restrict access to an Amazon
        # S3 origin"; https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions".
        for sid, action, resource in (
            ("DistributionsRead", "s3:GetObject", self.bucket.arn_for_objects("*")),
            ("DistributionsSeeWhatIsMissing", "s3:ListBucket", self.bucket.bucket_arn),
        ):
            self.bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    sid=sid,
                    principals=[iam.ServicePrincipal("cloudfront.amazonaws.com")],
                    actions=[action],
                    resources=[resource],
                    conditions={"ArnLike": {"aws:SourceArn": distributions_of_the_account(self)}},
                )
            )
        self._log = logs.LogGroup(
            self, "UploadLog", retention=retention_of(stage), removal_policy=cdk.RemovalPolicy.DESTROY
        )
        self._put(
            "Problems",
            [deployment.Source.data(UNAVAILABLE_FILE, UNAVAILABLE.body)],
            deployment.CacheControl.no_store(),
            content_type="application/problem+json",
        )
        short_lived = deployment.CacheControl.max_age(cdk.Duration.seconds(SHORT_LIVED_SECONDS))
        self._put("Settings", list(self._settings(config)), short_lived, content_type="application/json")
        self._put_page(built)

    @staticmethod
    def _settings(config: Mapping[str, object]) -> Sequence[deployment.ISource]:
        sources = [deployment.Source.data("config.json", json.dumps(config))]
        if API_DESCRIPTION.is_file():
            sources.append(deployment.Source.data("openapi.json", API_DESCRIPTION.read_text(encoding="utf-8")))
        return sources

    def _put_page(self, built: Path) -> None:
        """The files that index.html names are there before it is. Older ones stay, for pages that are open."""
        checked_each_time = deployment.CacheControl.no_cache()
        if not (built / "index.html").is_file():
            self._put("NoPage", [deployment.Source.data("index.html", NO_PAGE)], checked_each_time)
            return
        page = [deployment.Source.asset(str(built))]
        for_a_year = [deployment.CacheControl.max_age(YEAR), deployment.CacheControl.immutable()]
        hashed = self._put("Hashed", page, *for_a_year, exclude=["*"], include=[HASHED])
        named = self._put("Named", page, checked_each_time, exclude=[HASHED])
        named.node.add_dependency(hashed)

    def _put(
        self,
        id: str,
        sources: Sequence[deployment.ISource],
        *cache_control: deployment.CacheControl,
        content_type: str | None = None,
        exclude: list[str] | None = None,
        include: list[str] | None = None,
    ) -> deployment.BucketDeployment:
        return deployment.BucketDeployment(
            self,
            id,
            destination_bucket=self.bucket,
            sources=list(sources),
            content_type=content_type,
            cache_control=list(cache_control),
            exclude=exclude,
            include=include,
            prune=False,
            log_group=self._log,
        )


def distributions_of_the_account(scope: Construct) -> str:
    stack = cdk.Stack.of(scope)
    return f"arn:{stack.partition}:cloudfront::{stack.account}:distribution/*"
