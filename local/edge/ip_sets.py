"""Sets of addresses that a firewall's rules name, by the names that the template uses for them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

ADDRESSES_MAX = 10_000  # that are remembered as parsed
Network = IPv4Network | IPv6Network


class IpSet:
    """An address alone is looked up; only wider networks are tried one by one."""

    def __init__(self, networks: Iterable[str]) -> None:
        found = [ip_network(one, strict=False) for one in networks]
        self._alone = {one.network_address for one in found if one.num_addresses == 1}
        self._wide: list[Network] = [one for one in found if one.num_addresses > 1]

    def has(self, address: IPv4Address | IPv6Address) -> bool:
        return address in self._alone or any(address in one for one in self._wide)


class IpSets:
    def __init__(self, addresses: Mapping[str, Iterable[str]], names: Mapping[str, str]) -> None:
        """`addresses` by the sets' ARNs in the template; `names`: the name of each in AWS, by the same ARN."""
        self.names = dict(names)
        self._sets = {arn: IpSet(networks) for arn, networks in addresses.items()}

    def replace(self, arn: str, networks: Iterable[str]) -> None:
        self._sets[arn] = IpSet(networks)

    def has(self, arn: str, address: str) -> bool:
        found = self._sets.get(arn)
        return found is not None and found.has(parsed(address))


@lru_cache(ADDRESSES_MAX)
def parsed(address: str) -> IPv4Address | IPv6Address:
    return ip_address(address)
