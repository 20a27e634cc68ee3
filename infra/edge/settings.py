"""What differs between stages at the edge: whether there is one, its key, its rates, whom it always lets in."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass

NO_MORE_THAN = 1_000_000_000  # requests a minute: half of what a rule of AWS WAF may count to
RATE_MIN = 10  # the least that such a rule takes


@dataclass(frozen=True, kw_only=True)
class EdgeSettings:
    edge: bool = False  # a CloudFront distribution before page and API
    region: str = ""  # where all stacks but the edge's are; needed with an edge, which finds the API there
    origin_key: int = 0  # number of the key that the API requires; 0: none, yet the edge sends key 1. Only ever raised
    edge_shield: bool = False  # one cache of the edge asks the API for all of its regions' caches, at a price a request
    # Of one address, which may be a cinema's Wi-Fi or a phone network: against floods, not against people. 0: no limit.
    edge_requests_per_minute: int = 60_000
    edge_writes_per_minute: int = 6_000
    edge_callbacks_per_minute: int = 600  # of the payment provider's, to the webhook
    sign_ins_per_minute: int = 6_000  # requests for that, and for sign-ups, at the user pool: two a sign-in
    allowed_addresses: str = ""  # "203.0.113.0/24, 2001:db8::/48": the edge refuses nothing that comes from these

    def allowed_in(self, version: str) -> list[str]:
        """`version`: IPV4 or IPV6."""
        found = (ipaddress.ip_network(one) for one in self._allowed())
        return [str(one) for one in found if f"IPV{one.version}" == version]

    def _allowed(self) -> list[str]:
        return [one.strip() for one in self.allowed_addresses.split(",") if one.strip()]


def broken_edge_settings(settings: EdgeSettings) -> Iterator[str]:
    """A sentence for each setting that cannot be deployed, or does not go with another."""
    if settings.edge and not settings.region:
        yield "region is missing: the edge's stack has to know in which region it finds the API, such as us-east-1."
    if settings.origin_key and not settings.edge:
        yield (
            f"origin_key = {settings.origin_key}: without an edge (edge = true) no client would have the key that "
            "the API asks for."
        )
    for name in (
        "edge_requests_per_minute",
        "edge_writes_per_minute",
        "edge_callbacks_per_minute",
        "sign_ins_per_minute",
    ):
        value = getattr(settings, name)
        if value and not RATE_MIN <= value <= NO_MORE_THAN:
            yield f"{name} = {value}: 0 for no limit, or {RATE_MIN} to {NO_MORE_THAN:_}, as AWS WAF counts."
    for one in settings._allowed():
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            yield f"allowed_addresses: {one} is no network of addresses ({error})."
