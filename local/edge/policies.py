"""CloudFront's policies as templates define them: for the cache, the origin's requests, the response headers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.edge.template import Template, TemplateError

Properties = Mapping[str, Any]


@dataclass(frozen=True)
class Chosen:
    """Which headers, cookies or parameters a policy means."""

    behaviour: str = "none"  # none, whitelist, allExcept, all
    names: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        if self.behaviour == "whitelist":
            return name in self.names
        return self.behaviour == "all" or (self.behaviour == "allExcept" and name not in self.names)


@dataclass(frozen=True)
class CachePolicy:
    name: str
    minimum: float
    default: float
    maximum: float
    headers: Chosen = Chosen()  # names in lower case, here and in all that is chosen of headers
    cookies: Chosen = Chosen()
    parameters: Chosen = Chosen()
    gzip: bool = False
    brotli: bool = False

    @property
    def caches(self) -> bool:
        return self.maximum > 0


@dataclass(frozen=True)
class ForwardPolicy:
    """An origin request policy: what the origin gets beside what the cache's key is made of."""

    headers: Chosen = Chosen()
    added: frozenset[str] = frozenset()  # of CloudFront's own headers
    cookies: Chosen = Chosen()
    parameters: Chosen = Chosen()


@dataclass(frozen=True)
class SetHeader:
    name: str
    value: str
    override: bool


@dataclass(frozen=True)
class HeaderPolicy:
    """A response headers policy."""

    set: tuple[SetHeader, ...] = ()
    removed: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()  # members that the local edge does not act on


ALL = Chosen("all")
NO_FORWARDING = ForwardPolicy()
NO_HEADERS = HeaderPolicy()
YEAR, DAY = 31_536_000, 86_400
VIEWER_AND_NAMED, EXCEPT, EVERY = "allViewerAndWhitelistCloudFront", "allExcept", "allViewer"
# AWS's own, by their ids, which are the same in every account.
MANAGED_CACHE = {
    "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": CachePolicy("Managed-CachingDisabled", 0, 0, 0),
    "658327ea-f89d-4fab-a63d-7e88639e58f6": CachePolicy(
        "Managed-CachingOptimized", 1, DAY, YEAR, gzip=True, brotli=True
    ),
    "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": CachePolicy("Managed-CachingOptimizedForUncompressedObjects", 1, DAY, YEAR),
}
MANAGED_FORWARD = {
    "216adef6-5c7f-47e4-b989-5492eafa07d3": ForwardPolicy(ALL, cookies=ALL, parameters=ALL),
    "b689b0a8-53d0-40ab-baf2-68738e2966ac": ForwardPolicy(
        Chosen("allExcept", frozenset({"host"})), cookies=ALL, parameters=ALL
    ),
    "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf": ForwardPolicy(
        Chosen("whitelist", frozenset({"origin", "access-control-request-headers", "access-control-request-method"}))
    ),
}
SECURE = (
    SetHeader("Strict-Transport-Security", f"max-age={YEAR}", False),
    SetHeader("X-Content-Type-Options", "nosniff", True),
    SetHeader("X-Frame-Options", "SAMEORIGIN", False),
    SetHeader("Referrer-Policy", "strict-origin-when-cross-origin", False),
    SetHeader("X-XSS-Protection", "1; mode=block", False),
)
MANAGED_HEADERS = {"67f7725c-6f97-4210-82d7-5512b31e9d03": HeaderPolicy(SECURE)}


@dataclass(frozen=True)
class Policies:
    """All policies that a template's behaviours can name, by the names that the template uses."""

    cache: Mapping[str, CachePolicy]
    forward: Mapping[str, ForwardPolicy]
    headers: Mapping[str, HeaderPolicy]


def read_policies(template: Template) -> Policies:
    return Policies(
        {**MANAGED_CACHE, **read(template, "CachePolicy", cache_policy)},
        {**MANAGED_FORWARD, **read(template, "OriginRequestPolicy", forward_policy)},
        {**MANAGED_HEADERS, **read(template, "ResponseHeadersPolicy", header_policy)},
    )


def read(template: Template, kind: str, reader: Callable[[Properties], Any]) -> dict[str, Any]:
    """Behaviours name a policy by its Ref or by its attribute Id, which mean the same."""
    found = template.of_type(f"AWS::CloudFront::{kind}")
    made = {name: reader(properties[f"{kind}Config"]) for name, properties in found.items()}
    return {**made, **{f"{name}.Id": policy for name, policy in made.items()}}


def cache_policy(properties: Properties) -> CachePolicy:
    key = properties["ParametersInCacheKeyAndForwardedToOrigin"]
    return CachePolicy(
        name=properties["Name"],
        minimum=float(properties["MinTTL"]),
        default=float(properties["DefaultTTL"]),
        maximum=float(properties["MaxTTL"]),
        headers=chosen_headers(key["HeadersConfig"]),
        cookies=chosen(key["CookiesConfig"], "CookieBehavior", "Cookies"),
        parameters=chosen(key["QueryStringsConfig"], "QueryStringBehavior", "QueryStrings"),
        gzip=truth(key.get("EnableAcceptEncodingGzip", False)),
        brotli=truth(key.get("EnableAcceptEncodingBrotli", False)),
    )


def forward_policy(properties: Properties) -> ForwardPolicy:
    headers = chosen_headers(properties["HeadersConfig"])
    added = frozenset(name for name in headers.names if name.startswith("cloudfront-"))
    viewer = {
        "whitelist": Chosen("whitelist", headers.names - added),
        VIEWER_AND_NAMED: ALL,
        EVERY: ALL,
    }.get(headers.behaviour, headers)
    return ForwardPolicy(
        headers=viewer,
        added=frozenset() if headers.behaviour == EXCEPT else added,
        cookies=chosen(properties["CookiesConfig"], "CookieBehavior", "Cookies"),
        parameters=chosen(properties["QueryStringsConfig"], "QueryStringBehavior", "QueryStrings"),
    )


def chosen(properties: Properties, behaviour: str, names: str) -> Chosen:
    return Chosen(properties[behaviour], frozenset(listed(properties.get(names, ()))))


def chosen_headers(properties: Properties) -> Chosen:
    return Chosen(
        properties["HeaderBehavior"], frozenset(name.lower() for name in listed(properties.get("Headers", ())))
    )


def listed(names: Any) -> Iterable[Any]:
    """A list, in a template; below `Items` where the API's shape was kept."""
    found: Iterable[Any] = names["Items"] if isinstance(names, Mapping) else names
    return found


def header_policy(properties: Properties) -> HeaderPolicy:
    security = properties.get("SecurityHeadersConfig", {})
    unread = [name for name in ("CorsConfig", "ServerTimingHeadersConfig") if properties.get(name)]
    unread += [name for name in security if name not in SECURITY]
    custom = listed(properties.get("CustomHeadersConfig", {"Items": ()}))
    removed = listed(properties.get("RemoveHeadersConfig", {"Items": ()}))
    return HeaderPolicy(
        set=(
            *(
                SetHeader(header, value(security[name]), truth(security[name].get("Override", False)))
                for name, (header, value) in SECURITY.items()
                if name in security
            ),
            *(SetHeader(one["Header"], one["Value"], truth(one["Override"])) for one in map(as_properties, custom)),
        ),
        removed=tuple(one["Header"] for one in map(as_properties, removed)),
        unread=tuple(unread),
    )


def as_properties(properties: Any) -> Properties:
    if not isinstance(properties, Mapping):
        raise TemplateError(f"a response headers policy has {properties!r} where a header is described.")
    return properties


def strict_transport(properties: Properties) -> str:
    parts = [f"max-age={properties['AccessControlMaxAgeSec']}"]
    parts += ["includeSubDomains"] if truth(properties.get("IncludeSubdomains", False)) else []
    parts += ["preload"] if truth(properties.get("Preload", False)) else []
    return "; ".join(parts)


def cross_site_scripting(properties: Properties) -> str:
    if not truth(properties["Protection"]):
        return "0"
    return "1; mode=block" if truth(properties.get("ModeBlock", False)) else "1"


SECURITY: Mapping[str, tuple[str, Callable[[Properties], str]]] = {
    "StrictTransportSecurity": ("Strict-Transport-Security", strict_transport),
    "ContentSecurityPolicy": ("Content-Security-Policy", lambda properties: str(properties["ContentSecurityPolicy"])),
    "ContentTypeOptions": ("X-Content-Type-Options", lambda _: "nosniff"),
    "FrameOptions": ("X-Frame-Options", lambda properties: str(properties["FrameOption"])),
    "ReferrerPolicy": ("Referrer-Policy", lambda properties: str(properties["ReferrerPolicy"])),
    "XSSProtection": ("X-XSS-Protection", cross_site_scripting),
}


def truth(properties: Any) -> bool:
    """Templates have `true`, and may have "true"."""
    return properties is True or str(properties).lower() == "true"
