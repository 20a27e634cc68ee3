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
    """An origin request policy: what the origin is told beside what the cache's key is made of."""

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


def cache_policy(told: Properties) -> CachePolicy:
    key = told["ParametersInCacheKeyAndForwardedToOrigin"]
    return CachePolicy(
        name=told["Name"],
        minimum=float(told["MinTTL"]),
        default=float(told["DefaultTTL"]),
        maximum=float(told["MaxTTL"]),
        headers=chosen_headers(key["HeadersConfig"]),
        cookies=chosen(key["CookiesConfig"], "CookieBehavior", "Cookies"),
        parameters=chosen(key["QueryStringsConfig"], "QueryStringBehavior", "QueryStrings"),
        gzip=truth(key.get("EnableAcceptEncodingGzip", False)),
        brotli=truth(key.get("EnableAcceptEncodingBrotli", False)),
    )


def forward_policy(told: Properties) -> ForwardPolicy:
    headers = chosen_headers(told["HeadersConfig"])
    added = frozenset(name for name in headers.names if name.startswith("cloudfront-"))
    viewer = {
        "whitelist": Chosen("whitelist", headers.names - added),
        VIEWER_AND_NAMED: ALL,
        EVERY: ALL,
    }.get(headers.behaviour, headers)
    return ForwardPolicy(
        headers=viewer,
        added=frozenset() if headers.behaviour == EXCEPT else added,
        cookies=chosen(told["CookiesConfig"], "CookieBehavior", "Cookies"),
        parameters=chosen(told["QueryStringsConfig"], "QueryStringBehavior", "QueryStrings"),
    )


def chosen(told: Properties, behaviour: str, names: str) -> Chosen:
    return Chosen(told[behaviour], frozenset(listed(told.get(names, ()))))


def chosen_headers(told: Properties) -> Chosen:
    return Chosen(told["HeaderBehavior"], frozenset(name.lower() for name in listed(told.get("Headers", ()))))


def listed(names: Any) -> Iterable[Any]:
    """A list, in a template; below `Items` where the API's shape was kept."""
    found: Iterable[Any] = names["Items"] if isinstance(names, Mapping) else names
    return found


def header_policy(told: Properties) -> HeaderPolicy:
    security = told.get("SecurityHeadersConfig", {})
    unread = [name for name in ("CorsConfig", "ServerTimingHeadersConfig") if told.get(name)]
    unread += [name for name in security if name not in SECURITY]
    custom = listed(told.get("CustomHeadersConfig", {"Items": ()}))
    removed = listed(told.get("RemoveHeadersConfig", {"Items": ()}))
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


def as_properties(told: Any) -> Properties:
    if not isinstance(told, Mapping):
        raise TemplateError(f"a response headers policy has {told!r} where a header is described.")
    return told


def strict_transport(told: Properties) -> str:
    parts = [f"max-age={told['AccessControlMaxAgeSec']}"]
    parts += ["includeSubDomains"] if truth(told.get("IncludeSubdomains", False)) else []
    parts += ["preload"] if truth(told.get("Preload", False)) else []
    return "; ".join(parts)


def cross_site_scripting(told: Properties) -> str:
    if not truth(told["Protection"]):
        return "0"
    return "1; mode=block" if truth(told.get("ModeBlock", False)) else "1"


SECURITY: Mapping[str, tuple[str, Callable[[Properties], str]]] = {
    "StrictTransportSecurity": ("Strict-Transport-Security", strict_transport),
    "ContentSecurityPolicy": ("Content-Security-Policy", lambda told: str(told["ContentSecurityPolicy"])),
    "ContentTypeOptions": ("X-Content-Type-Options", lambda _: "nosniff"),
    "FrameOptions": ("X-Frame-Options", lambda told: str(told["FrameOption"])),
    "ReferrerPolicy": ("Referrer-Policy", lambda told: str(told["ReferrerPolicy"])),
    "XSSProtection": ("X-XSS-Protection", cross_site_scripting),
}


def truth(told: Any) -> bool:
    """Templates have `true`, and may have "true"."""
    return told is True or str(told).lower() == "true"
