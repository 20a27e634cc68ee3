"""Whose bucket a request counts against."""

import pytest

from box_office.http_api.client_address import client_address

EDGE = "130.176.1.1"  # one of CloudFront's


@pytest.mark.parametrize(
    ("viewer", "address"),
    [
        ("198.51.100.10:46532", "198.51.100.10"),
        ("2001:db8:1:2:3:4:5:6:46532", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:4:5:6:1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3:3:4:5:6:46532", "2001:db8:1:3::/64"),
        ("2001:db8::1:443", "2001:db8::/64"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("::ffff:198.51.100.10:443", "198.51.100.10"),
    ],
)
def test_behind_the_edge_the_address_is_the_viewers_without_its_port(viewer: str, address: str) -> None:
    assert client_address({"cloudfront-viewer-address": viewer}, EDGE, behind_edge=True) == address


def test_behind_the_edge_nothing_that_a_client_writes_is_believed() -> None:
    forged = {"x-forwarded-for": "203.0.113.9", "forwarded": "for=203.0.113.9", "true-client-ip": "203.0.113.9"}
    seen = client_address({**forged, "cloudfront-viewer-address": "198.51.100.10:1"}, EDGE, behind_edge=True)
    assert seen == "198.51.100.10"


def test_without_the_edge_not_even_the_edges_header_is_believed() -> None:
    forged = {"cloudfront-viewer-address": "203.0.113.9:1", "x-forwarded-for": "203.0.113.9"}
    assert client_address(forged, "198.51.100.10", behind_edge=False) == "198.51.100.10"


@pytest.mark.parametrize("viewer", ["", "198.51.100.10", "nonsense", "1.2.3.4.5:1", ":", "1" * 9_000])
def test_what_is_no_address_counts_together_as_unknown(viewer: str) -> None:
    assert client_address({"cloudfront-viewer-address": viewer}, EDGE, behind_edge=True) == "unknown"
    assert client_address({}, None, behind_edge=False) == "unknown"
