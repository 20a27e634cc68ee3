"""The bucket that the page's files are served from, to the distribution alone, and what a deployment puts there."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3_deployment as deployment
from constructs import Construct

from infra.edge.paths import UNAVAILABLE_FILE
from infra.edge.refusals import UNAVAILABLE
from infra.lambda_function import retention_of
from infra.private_bucket import private_bucket
from infra.stages import Stage

# A path whose last part has no dot is a place in the page, not a file: the page itself draws it.
ROUTES = """
function handler(event) {
  var request = event.request;
  var last = request.uri.split('/').pop();
  if (last.indexOf('.') < 0) request.uri = '/index.html';
  return request;
}
""".strip()


class PageBucket(Construct):
    """`origin`: for the distribution. `routes`: which file a path of the page is."""

    def __init__(self, scope: Construct, id: str, *, stage: Stage, name: str, prefix: str) -> None:
        super().__init__(scope, id)
        self.bucket = private_bucket(
            self,
            "Bucket",
            name=name,
            removal_policy=cdk.RemovalPolicy.DESTROY,  # every file is in the repository, or made from it
        )
        # The distribution may read and not list: a file that is not there is 403, and no client sees which files exist.
        self.origin = origins.S3BucketOrigin.with_origin_access_control(self.bucket)
        self.routes = cloudfront.Function(
            self,
            "Routes",
            function_name=f"{prefix}-page-routes",
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            code=cloudfront.FunctionCode.from_inline(ROUTES),
        )
        log = logs.LogGroup(self, "UploadLog", retention=retention_of(stage), removal_policy=cdk.RemovalPolicy.DESTROY)
        deployment.BucketDeployment(
            self,
            "Problems",
            destination_bucket=self.bucket,
            sources=[deployment.Source.data(UNAVAILABLE_FILE, UNAVAILABLE.body)],
            content_type="application/problem+json",
            cache_control=[deployment.CacheControl.no_store()],
            prune=False,
            log_group=log,
        )
