"""The address that a request counts against: admission's buckets and blocks are by it.

Behind the edge the gateway's own `sourceIp` is one of CloudFront's, and a header that clients can write names nobody.
CloudFront writes `CloudFront-Viewer-Address` itself, whatever the client sent; and what comes past CloudFront does not
have the key that the API asks for. Source:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
"""

import ipaddress
from collections.abc import Mapping

VIEWER_ADDRESS = "cloudfront-viewer-address"
UNKNOWN = "unknown"
IPV6_BITS = 64  # a household or a phone has that many addresses of its own, and may change them at will


def client_address(headers: Mapping[str, str], source_ip: str | None, behind_edge: bool) -> str:
    """`headers` with lower-case names; `behind_edge`: the gateway lets in nothing without the edge's key. An IPv6
    address is answered as its network, `2001:db8:1:2::/64`; `unknown` if there is no address to be read."""
    if behind_edge:
        return _canonical(_without_port(headers.get(VIEWER_ADDRESS, "")))
    return _canonical(source_ip or "")


def _without_port(text: str) -> str:
    """CloudFront writes `198.51.100.10:46532`, and IPv6 without brackets: `2001:db8::1:46532`."""
    return text.rpartition(":")[0]


def _canonical(text: str) -> str:
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return UNKNOWN
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_BITS), strict=False))
