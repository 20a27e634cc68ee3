"""What the template asks for and the local edge does not enforce, a sentence each: it says so when it starts."""

from collections.abc import Iterator

from local.edge.distribution import Distribution, unread
from local.edge.firewall import Firewall
from local.edge.template import Template

LOGS = ("AWS::Logs::Delivery", "AWS::WAFv2::LoggingConfiguration")
COUNTED_LATE = "AWS WAF looks at a rate every ten seconds or so, and refuses that much later than this edge"


def not_enforced(template: Template, distribution: Distribution, firewall: Firewall) -> Iterator[str]:
    _, properties = template.one("AWS::CloudFront::Distribution")
    config = properties["DistributionConfig"]
    behaviours = (*config.get("CacheBehaviors", ()), config["DefaultCacheBehavior"])
    if any(one.get("ViewerProtocolPolicy", "allow-all") != "allow-all" for one in behaviours):
        yield "TLS: plain HTTP is answered as CloudFront answers HTTPS"
    if config.get("HttpVersion", "http1.1") != "http1.1":
        yield f"{config['HttpVersion']}: HTTP/1.1 alone is spoken"
    if any(one.brotli for one in (behaviour.cache for behaviour in distribution.behaviours)):
        yield "Brotli: gzip alone is spoken"
    for name in firewall.not_enforced:
        yield f"firewall rule {name}: requests are not judged by it"
    if firewall.has_rates:
        yield COUNTED_LATE
    for kind in LOGS:
        if template.of_type(kind):
            yield f"{kind}: no such log is written"
    for name in unread(distribution):
        yield f"{name}: not acted on"
