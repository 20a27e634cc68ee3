"""The distribution: its origins, behaviours, certificate, and what it makes of errors."""

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as certificates
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from box_office.names import ORIGIN_KEY_HEADER, Names
from infra.edge.behaviours import Behaviours
from infra.edge.page_bucket import PageOrigin
from infra.edge.paths import UNAVAILABLE_FILE
from infra.edge.provider import provider_addresses
from infra.edge.response_headers import ResponseHeaders, sign_in_address
from infra.origin_keys import host_in_secret, key_in_secret, sent_number
from infra.rest_api import STAGE_NAME
from infra.stages import ExternalConfig, Stage

# CloudFront keeps each of these for ten seconds, for everybody who asks for the path, unless told otherwise.
ERRORS_NEVER_KEPT = (400, 403, 404, 405, 414, 500, 501, 503)
# The API's functions and its gateway answer 503 themselves: these two are CloudFront's, when no answer comes.
ERRORS_WITHOUT_ANSWER = (502, 504)
# A little more than the gateway's own 29 s, whose answer is a problem document.
ANSWER_SECONDS_MAX = 30


class Distribution(Construct):
    """`distribution`, and `url`: the address of page and API."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stage: Stage,
        external: ExternalConfig,
        names: Names,
        page: PageOrigin,
        web_acl_arn: str,
    ) -> None:
        super().__init__(scope, id)
        cdk.Annotations.of(self).acknowledge_warning(
            "@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac",
            "The page's stack gives the bucket its policy.",
        )
        behaviours = Behaviours(
            self,
            "Behaviours",
            prefix=names.prefix,
            api=api_origin(stage, names),
            page=page.origin,
            headers=ResponseHeaders(
                self,
                "Headers",
                prefix=names.prefix,
                provider=provider_addresses(external.provider_url),
                sign_in=external.sign_in_url or sign_in_address(stage.region),
            ),
            page_routes=page.routes,
        )
        certificate = self._certificate(external)
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Box Office: {names.prefix}",
            default_behavior=behaviours.default,
            additional_behaviors=behaviours.by_pattern,
            domain_names=[external.domain] if external.domain else None,
            certificate=certificate,
            # CloudFront's own certificate has TLS 1.0 as its least, which cannot be changed.
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None,
            default_root_object="index.html",
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            web_acl_id=web_acl_arn,
            error_responses=error_responses(),
        )
        self.url = f"https://{external.domain or self.distribution.distribution_domain_name}"

    def _certificate(self, external: ExternalConfig) -> certificates.ICertificate | None:
        if not external.certificate_arn:
            return None
        return certificates.Certificate.from_certificate_arn(self, "Certificate", external.certificate_arn)


def api_origin(stage: Stage, names: Names) -> origins.HttpOrigin:
    return origins.HttpOrigin(
        host_in_secret(names),
        origin_path=f"/{STAGE_NAME}",
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        connection_attempts=2,
        connection_timeout=cdk.Duration.seconds(5),
        read_timeout=cdk.Duration.seconds(ANSWER_SECONDS_MAX),
        origin_shield_region=stage.region if stage.edge_shield else None,
        custom_headers={ORIGIN_KEY_HEADER: key_in_secret(names, sent_number(stage))},
    )


def error_responses() -> list[cloudfront.ErrorResponse]:
    at_once = cdk.Duration.seconds(0)
    never_kept = [cloudfront.ErrorResponse(http_status=status, ttl=at_once) for status in ERRORS_NEVER_KEPT]
    in_the_apis_place = [
        cloudfront.ErrorResponse(
            http_status=status,
            ttl=at_once,
            response_http_status=503,
            response_page_path=f"/{UNAVAILABLE_FILE}",
        )
        for status in ERRORS_WITHOUT_ANSWER
    ]
    return never_kept + in_the_apis_place
