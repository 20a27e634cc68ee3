"""The page's bucket as the distribution reads it, and which file a path of the page is."""

from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

# A path whose last part has no dot is a place in the page, not a file: the page itself draws it. The API's readable
# page is another one.
ROUTES = """
function handler(event) {
  var request = event.request;
  var last = request.uri.split('/').pop();
  var page = request.uri.split('/')[1] === 'api-reference' ? '/api-reference' : '';
  if (last.indexOf('.') < 0) request.uri = page + '/index.html';
  return request;
}
""".strip()


class PageOrigin(Construct):
    """`origin`: the page's bucket, which lets the account's distributions read (page_files.py). `routes`: makes the
    name of a file of what a browser asks the page for."""

    def __init__(self, scope: Construct, id: str, *, bucket_name: str, region: str, prefix: str) -> None:
        super().__init__(scope, id)
        bucket = s3.Bucket.from_bucket_attributes(self, "Bucket", bucket_name=bucket_name, region=region)
        self.origin = origins.S3BucketOrigin.with_origin_access_control(bucket)
        self.routes = cloudfront.Function(
            self,
            "Routes",
            function_name=f"{prefix}-page-routes",
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            code=cloudfront.FunctionCode.from_inline(ROUTES),
        )
