"""The distribution of a template: behaviours in their order, origins, errors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.edge.path_patterns import behaviour_for
from local.edge.policies import (
    NO_FORWARDING,
    NO_HEADERS,
    CachePolicy,
    ForwardPolicy,
    HeaderPolicy,
    Policies,
    read_policies,
    truth,
)
from local.edge.template import Template, TemplateError

ERROR_SECONDS = 10.0  # how long CloudFront keeps an error of which the template says nothing
READS = frozenset({"GET", "HEAD"})
ORIGIN_SECONDS, CONNECT_SECONDS = 30.0, 10.0
UNREAD = ("LambdaFunctionAssociations", "TrustedKeyGroups")
VIEWER_REQUEST = "viewer-request"


@dataclass(frozen=True)
class Behaviour:
    pattern: str
    origin: str
    cache: CachePolicy
    forward: ForwardPolicy
    headers: HeaderPolicy
    methods: frozenset[str]
    compress: bool
    function: str | None = None  # at a viewer's request, by its name in the template
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Origin:
    id: str
    is_bucket: bool
    headers: tuple[tuple[str, str], ...]  # what the distribution sends of its own, the API's key among it
    seconds_max: float = ORIGIN_SECONDS
    connect_seconds_max: float = CONNECT_SECONDS


@dataclass(frozen=True)
class ErrorRule:
    cached_seconds: float
    status: int | None = None
    page: str | None = None


@dataclass(frozen=True)
class Distribution:
    behaviours: tuple[Behaviour, ...]
    default: Behaviour
    origins: Mapping[str, Origin]
    errors: Mapping[int, ErrorRule]
    root: str | None
    firewall: str | None  # the WebACL's name in the template

    def behaviour_for(self, path: str) -> Behaviour:
        return behaviour_for(path, self.behaviours, self.default)

    def error_seconds(self, status: int) -> float:
        rule = self.errors.get(status)
        return rule.cached_seconds if rule else ERROR_SECONDS


def read_distribution(template: Template) -> Distribution:
    """Raises TemplateError when there is not exactly one, or it names what the template has not."""
    _, distribution = template.one("AWS::CloudFront::Distribution")
    properties, policies = distribution["DistributionConfig"], read_policies(template)
    groups = {
        group["Id"]: group["Members"]["Items"][0]["OriginId"]
        for group in properties.get("OriginGroups", {}).get("Items", ())
    }
    origins = {one["Id"]: origin(one) for one in properties["Origins"]}
    behaviours = [behaviour(one, one["PathPattern"], policies, groups) for one in properties.get("CacheBehaviors", ())]
    default = behaviour(properties["DefaultCacheBehavior"], "*", policies, groups)
    missing = {one.origin for one in (*behaviours, default)} - set(origins)
    if missing:
        raise TemplateError(f"behaviours name origins that the distribution has not: {sorted(missing)}")
    return Distribution(
        behaviours=tuple(behaviours),
        default=default,
        origins=origins,
        errors={int(one["ErrorCode"]): error_rule(one) for one in properties.get("CustomErrorResponses", ())},
        root=properties.get("DefaultRootObject") or None,
        firewall=properties.get("WebACLId"),
    )


def behaviour(properties: Mapping[str, Any], pattern: str, policies: Policies, groups: Mapping[str, str]) -> Behaviour:
    if "CachePolicyId" not in properties:
        raise TemplateError(f"the behaviour of {pattern} has no cache policy: the local edge reads no older form.")
    functions = {
        one["EventType"]: str(one["FunctionARN"]).removesuffix(".FunctionARN")
        for one in properties.get("FunctionAssociations", ())
    }
    return Behaviour(
        pattern=pattern,
        origin=groups.get(properties["TargetOriginId"], properties["TargetOriginId"]),
        cache=named(policies.cache, properties["CachePolicyId"], pattern),
        forward=(
            named(policies.forward, properties["OriginRequestPolicyId"], pattern)
            if "OriginRequestPolicyId" in properties
            else NO_FORWARDING
        ),
        headers=(
            named(policies.headers, properties["ResponseHeadersPolicyId"], pattern)
            if "ResponseHeadersPolicyId" in properties
            else NO_HEADERS
        ),
        methods=frozenset(properties.get("AllowedMethods", READS)),
        compress=truth(properties.get("Compress", False)),
        function=functions.get(VIEWER_REQUEST),
        unread=tuple(
            [name for name in UNREAD if properties.get(name)] + [one for one in functions if one != VIEWER_REQUEST]
        ),
    )


def named(policies: Mapping[str, Any], name: str, pattern: str) -> Any:
    if name not in policies:
        raise TemplateError(f"the behaviour of {pattern} names the policy {name}, which the local edge cannot find.")
    return policies[name]


def origin(properties: Mapping[str, Any]) -> Origin:
    own = properties.get("OriginCustomHeaders", ())
    return Origin(
        id=properties["Id"],
        is_bucket="S3OriginConfig" in properties,
        headers=tuple((one["HeaderName"], str(one["HeaderValue"])) for one in own),
        seconds_max=float(properties.get("CustomOriginConfig", {}).get("OriginReadTimeout", ORIGIN_SECONDS)),
        connect_seconds_max=float(properties.get("ConnectionTimeout", CONNECT_SECONDS)),
    )


def error_rule(properties: Mapping[str, Any]) -> ErrorRule:
    return ErrorRule(
        cached_seconds=float(properties.get("ErrorCachingMinTTL", ERROR_SECONDS)),
        status=int(properties["ResponseCode"]) if "ResponseCode" in properties else None,
        page=properties.get("ResponsePagePath"),
    )


def function_code(template: Template) -> dict[str, str]:
    """By the functions' names in the template."""
    return {name: one["FunctionCode"] for name, one in template.of_type("AWS::CloudFront::Function").items()}


def unread(distribution: Distribution) -> Iterator[str]:
    """What the behaviours ask for and the local edge does not do, each once."""
    named = [name for one in (*distribution.behaviours, distribution.default) for name in one.unread]
    named += [name for one in (*distribution.behaviours, distribution.default) for name in one.headers.unread]
    yield from dict.fromkeys(named)
