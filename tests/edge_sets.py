"""The edge's IP sets of blocked addresses in moto, as the edge's stack deploys them."""

from typing import Any

import boto3

from box_office.names import EDGE_REGION, Names

SCOPE = "CLOUDFRONT"


class EdgeSets:
    def __init__(self, names: Names) -> None:
        self._names = names
        self.client: Any = boto3.client("wafv2", region_name=EDGE_REGION)

    def deploy(self) -> None:
        for version in (4, 6):
            self.client.create_ip_set(
                Name=self._names.blocked_addresses(version),
                Scope=SCOPE,
                IPAddressVersion=f"IPV{version}",
                Addresses=[],
            )

    def addresses(self, version: int) -> set[str]:
        return set(self.client.get_ip_set(Scope=SCOPE, **self.key(version))["IPSet"]["Addresses"])

    def key(self, version: int) -> dict[str, str]:
        name = self._names.blocked_addresses(version)
        (found,) = (one for one in self.client.list_ip_sets(Scope=SCOPE)["IPSets"] if one["Name"] == name)
        return {"Name": name, "Id": found["Id"]}
