"""The edge's IP sets of blocked addresses, in the region of the edge.

Source: https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateIPSet.html: an update names the lock token of the
set as it was read, and takes the place of all its addresses.
"""

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.domain.errors import Unavailable

SCOPE = "CLOUDFRONT"
LISTED_MAX = 100  # a page; an account has so many sets, unless it asked AWS for more
TRIES_MAX = 3


class WafIpSets:
    """ports.BlockedAtEdge. `set_names`: by the version of IP."""

    def __init__(self, client: AwsClient, set_names: Mapping[int, str]) -> None:
        self._client = client
        self._set_names = set_names

    def replace(self, by_version: Mapping[int, Sequence[str]]) -> int | None:
        with translated("change the edge's blocked addresses"):
            ids = self._ids()
            wanted = {name: by_version[version] for version, name in self._set_names.items()}
            if not ids.keys() >= wanted.keys():
                return None  # the edge's stack is deployed after this function's, or never
            return sum(self._replace({"Name": name, "Id": ids[name]}, wanted[name]) for name in wanted)

    def _replace(self, key: Mapping[str, str], wanted: Sequence[str]) -> bool:
        """False: the set has these networks already."""
        for _ in range(TRIES_MAX):
            found = self._client.get_ip_set(Scope=SCOPE, **key)
            if parsed(found["IPSet"]["Addresses"]) == parsed(wanted):
                return False
            try:
                self._client.update_ip_set(Scope=SCOPE, **key, Addresses=list(wanted), LockToken=found["LockToken"])
            except ClientError as error:
                if error_code(error) != "WAFOptimisticLockException":
                    raise
                continue  # another run has changed the set since it was read
            return True
        raise Unavailable("The edge's blocked addresses are being changed by another run.")

    def _ids(self) -> dict[str, str]:
        page: dict[str, Any] = {}
        ids: dict[str, str] = {}
        while True:
            answer = self._client.list_ip_sets(Scope=SCOPE, Limit=LISTED_MAX, **page)
            ids |= {one["Name"]: one["Id"] for one in answer["IPSets"]}
            if not answer.get("NextMarker") or not answer["IPSets"]:
                return ids
            page = {"NextMarker": answer["NextMarker"]}


def parsed(networks: Iterable[str]) -> set[object]:
    """WAF answers addresses of IPv6 in their long form."""
    return {ip_network(one) for one in networks}
