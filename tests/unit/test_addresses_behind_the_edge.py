"""Admission counts by the viewer's address where the edge tells it, and believes nothing else."""

import pytest

from tests.fakes.cinema import FakeCinema

LIMITS = {"address_burst": 2, "address_requests_per_second": 1}


def looks(cinema: FakeCinema, viewer: str, **headers: str) -> list[int]:
    edge = {"CloudFront-Viewer-Address": viewer, **headers}
    return [cinema.map(f"user-{number}", headers=edge, address="130.176.1.1").status for number in range(4)]


def test_two_viewers_behind_one_edge_address_have_a_bucket_each() -> None:
    cinema = FakeCinema(settings_changes={**LIMITS, "behind_edge": True})
    assert looks(cinema, "198.51.100.10:1") == [200, 200, 429, 429]
    assert looks(cinema, "198.51.100.11:1")[0] == 200


@pytest.mark.parametrize("header", ["X-Forwarded-For", "True-Client-IP", "Forwarded"])
def test_a_flood_that_forges_its_address_stays_in_its_own_bucket(header: str) -> None:
    cinema = FakeCinema(settings_changes={**LIMITS, "behind_edge": True})
    assert looks(cinema, "198.51.100.10:1", **{header: "203.0.113.1"})[-1] == 429
    assert looks(cinema, "198.51.100.10:2", **{header: "203.0.113.2"})[0] == 429, "another port is the same address"


def test_without_the_edges_key_its_header_is_a_forgery() -> None:
    cinema = FakeCinema(settings_changes=LIMITS)
    assert looks(cinema, "198.51.100.10:1")[-1] == 429
    assert looks(cinema, "198.51.100.11:1")[0] == 429, "the gateway's own address counts"
