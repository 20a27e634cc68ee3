"""The table of paths (paths.py) as CloudFront's behaviours, with their cache policies and what each forwards."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra.edge.paths import (
    CACHED_PATHS,
    PRIVATE_HEADERS,
    PRIVATE_PATHS,
    PROBLEMS_PATH,
    SHORT_LIVED_FILES,
    SHORT_LIVED_SECONDS,
    VIEWER_ADDRESS,
    WEBHOOK_HEADERS,
    WEBHOOK_PATH,
    CachedPath,
)
from infra.edge.response_headers import ResponseHeaders

HASHED_FILE_DAYS = 365  # a file whose name is a hash of its content; the others name a shorter time themselves
HTTPS = cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS
HTTPS_ONLY = cloudfront.ViewerProtocolPolicy.HTTPS_ONLY  # a redirected POST would have sent its token in clear first


class Behaviours(Construct):
    """`default`: of the page. `by_pattern`: of all else, in the order in which CloudFront tries them."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        prefix: str,
        api: cloudfront.IOrigin,
        page: cloudfront.IOrigin,
        headers: ResponseHeaders,
        page_routes: cloudfront.IFunction,
    ) -> None:
        """`page_routes` makes the name of a file of what a browser asks the page for."""
        super().__init__(scope, id)
        self._prefix, self._api, self._page, self._headers = prefix, api, page, headers
        self._address_only = self._forwarding(
            "Address", (VIEWER_ADDRESS,), cloudfront.OriginRequestQueryStringBehavior.none()
        )
        private = self._api_behaviour(
            self._forwarding("Private", PRIVATE_HEADERS, cloudfront.OriginRequestQueryStringBehavior.all()),
            cloudfront.CachePolicy.CACHING_DISABLED,
        )
        webhook = self._api_behaviour(
            self._forwarding("Webhook", WEBHOOK_HEADERS, cloudfront.OriginRequestQueryStringBehavior.none()),
            cloudfront.CachePolicy.CACHING_DISABLED,
        )
        short_lived = self._keeping("ShortLived", SHORT_LIVED_SECONDS, SHORT_LIVED_SECONDS)
        self.by_pattern: dict[str, cloudfront.BehaviorOptions] = {
            **{path.pattern: self._cached(path) for path in CACHED_PATHS},
            WEBHOOK_PATH: webhook,
            **dict.fromkeys(PRIVATE_PATHS, private),
            **{file: self._page_behaviour(short_lived) for file in SHORT_LIVED_FILES},
            # CloudFront fetches its error page by this pattern, and adds this behaviour's headers to it. Source:
            # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesErrorPages.html
            PROBLEMS_PATH: self._page_behaviour(
                cloudfront.CachePolicy.CACHING_DISABLED, headers=self._headers.unavailable
            ),
        }
        self.default = self._page_behaviour(
            self._keeping("Page", 0, int(cdk.Duration.days(HASHED_FILE_DAYS).to_seconds())), page_routes
        )

    def _cached(self, path: CachedPath) -> cloudfront.BehaviorOptions:
        verb = path.pattern.split("/")[1]
        keeping = self._keeping(verb, path.default_seconds, path.most_seconds, path.query)
        return self._api_behaviour(self._address_only, keeping)

    def _api_behaviour(
        self,
        forwarding: cloudfront.OriginRequestPolicy,
        keeping: cloudfront.ICachePolicy,
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=self._api,
            viewer_protocol_policy=HTTPS_ONLY,
            # A method that a route does not have is refused by the API, with a problem document.
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            cache_policy=keeping,
            origin_request_policy=forwarding,
            response_headers_policy=self._headers.api,
            compress=True,
        )

    def _page_behaviour(
        self,
        keeping: cloudfront.ICachePolicy,
        routes: cloudfront.IFunction | None = None,
        headers: cloudfront.ResponseHeadersPolicy | None = None,
    ) -> cloudfront.BehaviorOptions:
        viewer_request = cloudfront.FunctionEventType.VIEWER_REQUEST
        return cloudfront.BehaviorOptions(
            origin=self._page,
            viewer_protocol_policy=HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=keeping,
            response_headers_policy=headers or self._headers.page,
            function_associations=routes
            and [cloudfront.FunctionAssociation(event_type=viewer_request, function=routes)],
            compress=True,
        )

    def _keeping(
        self, id: str, default_seconds: int, most_seconds: int, query: tuple[str, ...] = ()
    ) -> cloudfront.CachePolicy:
        """A cache policy whose key is the path, `query` and the encoding that is asked for: no header, no cookie."""
        return cloudfront.CachePolicy(
            self,
            id,
            cache_policy_name=f"{self._prefix}-{id}",
            min_ttl=cdk.Duration.seconds(0),
            default_ttl=cdk.Duration.seconds(default_seconds),
            max_ttl=cdk.Duration.seconds(most_seconds),
            query_string_behavior=(
                cloudfront.CacheQueryStringBehavior.allow_list(*query)
                if query
                else cloudfront.CacheQueryStringBehavior.none()
            ),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        )

    def _forwarding(
        self, id: str, headers: tuple[str, ...], query: cloudfront.OriginRequestQueryStringBehavior
    ) -> cloudfront.OriginRequestPolicy:
        return cloudfront.OriginRequestPolicy(
            self,
            f"Forward{id}",
            origin_request_policy_name=f"{self._prefix}-{id}",
            header_behavior=cloudfront.OriginRequestHeaderBehavior.allow_list(*headers),
            query_string_behavior=query,
            cookie_behavior=cloudfront.OriginRequestCookieBehavior.none(),
        )
