"""BlockedAtEdge: the edge's IP sets, on the fake and on AWS WAF (moto); and what only WAF does."""

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from box_office.adapters.waf_ip_sets import WafIpSets
from box_office.domain.errors import Unavailable
from box_office.names import Names
from box_office.ports import BlockedAtEdge
from tests.edge_sets import EdgeSets
from tests.fakes.blocks import FakeBlockedAtEdge

NAMES = Names("test")
SETS = {4: NAMES.blocked_addresses(4), 6: NAMES.blocked_addresses(6)}
WANTED = {4: ["203.0.113.0/24", "198.51.100.7/32"], 6: ["2001:db8::/64"]}


@pytest.fixture(params=["fake", "waf"])
def edge(request: pytest.FixtureRequest) -> Iterator[BlockedAtEdge]:
    if request.param == "fake":
        yield FakeBlockedAtEdge()
        return
    with mock_aws():
        sets = EdgeSets(NAMES)
        sets.deploy()
        yield WafIpSets(sets.client, SETS)


def test_sets_are_changed_only_where_they_differ(edge: BlockedAtEdge) -> None:
    assert edge.replace(WANTED) == 2
    assert edge.replace(WANTED) == 0
    assert edge.replace({**WANTED, 6: []}) == 1
    assert edge.replace({4: [], 6: []}) == 1


@mock_aws
def test_without_sets_nothing_is_changed() -> None:
    assert WafIpSets(EdgeSets(NAMES).client, SETS).replace(WANTED) is None


@mock_aws
def test_the_sets_have_the_networks_afterwards() -> None:
    sets = EdgeSets(NAMES)
    sets.deploy()
    WafIpSets(sets.client, SETS).replace(WANTED)
    assert (sets.addresses(4), sets.addresses(6)) == (set(WANTED[4]), set(WANTED[6]))


class Raced:
    """A client before whose first updates another run changes the set."""

    def __init__(self, client: Any, races: int) -> None:
        self._client, self.races = client, races

    def __getattr__(self, operation: str) -> Any:
        return getattr(self._client, operation)

    def update_ip_set(self, **arguments: Any) -> Any:
        if self.races:
            self.races -= 1
            raise ClientError({"Error": {"Code": "WAFOptimisticLockException"}}, "UpdateIPSet")
        return self._client.update_ip_set(**arguments)


@mock_aws
def test_a_set_that_another_run_changed_meanwhile_is_read_again() -> None:
    sets = EdgeSets(NAMES)
    sets.deploy()
    assert WafIpSets(Raced(sets.client, 2), SETS).replace(WANTED) == 2
    assert sets.addresses(4) == set(WANTED[4])
    with pytest.raises(Unavailable, match="another run"):
        WafIpSets(Raced(sets.client, 3), SETS).replace({4: [], 6: []})


def test_addresses_in_waf_s_long_form_are_the_same_networks() -> None:
    long_form = {"4": ["198.51.100.7/32", "203.0.113.0/24"], "6": ["2001:0db8:0000:0000:0000:0000:0000:0000/64"]}
    listed = [{"Name": name, "Id": str(version)} for version, name in SETS.items()]
    waf = Mock()
    waf.list_ip_sets.return_value = {"IPSets": listed, "NextMarker": None}
    waf.get_ip_set.side_effect = lambda Id, **_: {"IPSet": {"Addresses": long_form[Id]}, "LockToken": "t"}
    assert WafIpSets(waf, SETS).replace(WANTED) == 0
    waf.update_ip_set.assert_not_called()


def test_sets_are_found_on_a_later_page() -> None:
    pages = [
        {"IPSets": [{"Name": "another team's", "Id": "x"}], "NextMarker": "more"},
        {"IPSets": [{"Name": name, "Id": str(version)} for version, name in SETS.items()], "NextMarker": None},
    ]
    waf = Mock()
    waf.list_ip_sets.side_effect = lambda **asked: pages["NextMarker" in asked]
    waf.get_ip_set.return_value = {"IPSet": {"Addresses": []}, "LockToken": "t"}
    assert WafIpSets(waf, SETS).replace({4: [], 6: []}) == 0
