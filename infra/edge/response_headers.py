"""The headers that the edge adds to what it answers, for the page and for the API."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from constructs import Construct

from infra.edge.provider import ProviderAddresses
from infra.edge.refusals import UNAVAILABLE, headers_of

HSTS_DAYS = 730  # two years
NOTHING = "default-src 'none'; frame-ancestors 'none'"  # the content security policy of what no browser draws


class ResponseHeaders(Construct):
    """`page`, `api`, and `unavailable`: of the document that stands for an answer which never came."""

    def __init__(self, scope: Construct, id: str, *, prefix: str, provider: ProviderAddresses, sign_in: str) -> None:
        """`sign_in`: the address of Cognito's that the page signs people in at."""
        super().__init__(scope, id)
        self.page = self._policy("Page", f"{prefix}-page", page_policy(provider, sign_in))
        self.api = self._policy("Api", f"{prefix}-api", NOTHING)
        self.unavailable = self._policy("Unavailable", f"{prefix}-unavailable", NOTHING, headers_of(UNAVAILABLE))

    def _policy(
        self, id: str, name: str, content_security_policy: str, own: Mapping[str, str] | None = None
    ) -> cloudfront.ResponseHeadersPolicy:
        """`own`: headers as the API's own answers have them."""
        return cloudfront.ResponseHeadersPolicy(
            self,
            id,
            response_headers_policy_name=name,
            custom_headers_behavior=own
            and cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[
                    cloudfront.ResponseCustomHeader(header=header, value=value, override=True)
                    for header, value in own.items()
                ]
            ),
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                    content_security_policy=content_security_policy, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=cdk.Duration.days(HSTS_DAYS), include_subdomains=True, override=True
                ),
            ),
        )


def sign_in_address(region: str) -> str:
    return f"https://cognito-idp.{region}.amazonaws.com"


def page_policy(provider: ProviderAddresses, sign_in: str) -> str:
    """The page's Content-Security-Policy. No inline script. A reader of QR codes may be
    compiled code of our own origin, which `wasm-unsafe-eval` lets run, and nothing else."""
    allowed = {
        "default-src": ("'none'",),
        "script-src": ("'self'", "'wasm-unsafe-eval'", *provider.scripts),
        "style-src": ("'self'",),
        "img-src": ("'self'", "data:", "blob:", "https:"),  # posters lie anywhere on the web
        "font-src": ("'self'",),
        "connect-src": ("'self'", *provider.asked, sign_in),
        "frame-src": provider.frames,
        "manifest-src": ("'self'",),
        "worker-src": ("'self'",),
        "base-uri": ("'none'",),
        "form-action": ("'self'",),
        "frame-ancestors": ("'none'",),
    }
    return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in allowed.items())
