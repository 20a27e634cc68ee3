"""The IP sets as the embedded AWS has them now, so that `make block` acts here as it does at AWS WAF."""

from typing import Any

from local.edge.ip_sets import IpSets

SCOPE = "CLOUDFRONT"
LISTED_MAX = 100


class BlockLists:
    """One call a second: a set is fetched when its lock token, which changes with every update, is another one."""

    def __init__(self, wafv2: Any) -> None:
        self._wafv2 = wafv2
        self._tokens: dict[str, str] = {}

    def copy_into(self, sets: IpSets) -> None:
        """Raises what boto3 raises; then the sets stay as they were."""
        listed = {one["Name"]: one for one in self._wafv2.list_ip_sets(Scope=SCOPE, Limit=LISTED_MAX)["IPSets"]}
        for arn, name in sets.names.items():
            found = listed.get(name)
            if found and self._tokens.get(name) != found["LockToken"]:
                one = self._wafv2.get_ip_set(Scope=SCOPE, Name=name, Id=found["Id"])
                sets.replace(arn, one["IPSet"]["Addresses"])
                self._tokens[name] = one["LockToken"]
