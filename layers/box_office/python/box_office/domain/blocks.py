"""Blocks: a user or an address is refused for a while. What an operator types becomes a subject here; and which blocks
the cache and the edge's IP sets have to hold at a moment.

Admission counts an IPv4 address by itself and an IPv6 address by its /64 (http_api/client_address.py), so a subject is
written in the same way. A wider network is no subject of admission: the edge alone refuses it.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

COUNTED_BITS = {4: 32, 6: 64}  # of an address that admission counts by itself, by the version of IP
MAPPED_BITS = 96  # of an IPv4 address that is written as one of IPv6, before its own 32: ::ffff:203.0.113.7
WIDEST_BITS = {4: 16, 6: 32}  # of a network that may be blocked: a wider one is a provider with all its customers
EDGE_NETWORKS_MAX = 10_000  # that an IP set of AWS WAF takes
USER_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
ADMISSION = "admission"  # who blocks by itself, in the place of an operator's name


class Kind(StrEnum):
    USER = "user"
    ADDRESS = "address"


class Source(StrEnum):
    OPERATOR = "operator"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, order=True)
class Subject:
    """`value`: a user's id, or an address or network in its one canonical form."""

    kind: Kind
    value: str

    @property
    def key(self) -> str:
        return f"{self.kind}#{self.value}"

    @classmethod
    def from_key(cls, key: str) -> Self:
        kind, _, value = key.partition("#")
        return cls(Kind(kind), value)

    @property
    def in_admission(self) -> bool:
        """Whether admission counts this subject by itself: a user, an address, a /64 of IPv6; not a wider network."""
        return self.kind is Kind.USER or "/" not in self.value or self.value.endswith(f"/{COUNTED_BITS[6]}")

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


@dataclass(frozen=True)
class Block:
    """`ends_at`: when it lapses, or when an operator ended it. A subject has one block of each source at most: an
    automatic block changes nothing about an operator's."""

    subject: Subject
    source: Source
    began_at: int
    ends_at: int
    why: str
    by: str

    def live(self, now: int) -> bool:
        return now < self.ends_at


@dataclass(frozen=True)
class CachedBlock:
    """What the cache has to hold of a subject: blocked until `ends_at`. If that is over: no block that began before."""

    subject: Subject
    began_at: int
    ends_at: int


@dataclass(frozen=True)
class EdgeNetworks:
    """The networks that the edge refuses, by the version of IP. `left_out`: how many more its IP sets do not take."""

    by_version: Mapping[int, Sequence[str]]
    left_out: int


def user_subject(text: str) -> Subject:
    """Raises ValueError, whose message says what to type."""
    if not USER_ID.fullmatch(text):
        raise ValueError(f"{text!r} is no user's id: 1 to 64 letters, digits, '_', '.', '-'. An e-mail has an @.")
    return Subject(Kind.USER, text)


def address_subject(text: str) -> Subject:
    """Raises ValueError, whose message says what to type."""
    try:
        interface = ipaddress.ip_interface(text.strip())
    except ValueError as error:
        raise ValueError(
            f"{text!r} is no address: type one such as 203.0.113.7 or 2001:db8::1, or a network such as 203.0.113.0/24."
        ) from error
    if interface.version == 6 and (mapped := interface.ip.ipv4_mapped):
        bits = interface.network.prefixlen - MAPPED_BITS
        if bits < 0:
            raise ValueError(f"{text} reaches beyond the IPv4 addresses: type a network such as 203.0.113.0/24.")
        interface = ipaddress.ip_interface((mapped, bits))
    counted, network = COUNTED_BITS[interface.version], interface.network
    if network.prefixlen >= counted:
        return Subject(Kind.ADDRESS, written(ipaddress.ip_network((interface.ip, counted), strict=False)))
    if interface.ip != network.network_address:
        raise ValueError(f"{text} is no network: type {network} for the network, or {interface.ip} for the address.")
    if network.prefixlen < WIDEST_BITS[network.version]:
        raise ValueError(f"{network} is too wide: at most a /{WIDEST_BITS[network.version]} can be blocked.")
    return Subject(Kind.ADDRESS, written(network))


def written(network: Network) -> str:
    """As admission writes an address: IPv4 without its /32."""
    single = network.version == 4 and network.prefixlen == COUNTED_BITS[4]
    return str(network.network_address) if single else str(network)


def overflow(subject: Subject, refusals: int, began_at: int, ends_at: int) -> Block:
    """The block of a user or an address that was refused so often that admission blocks it by itself."""
    why = f"{refusals:,} refusals within ten minutes"
    return Block(subject, Source.AUTOMATIC, began_at, ends_at, why, ADMISSION)


def in_cache(blocks: Iterable[Block], now: int) -> list[CachedBlock]:
    """One for each subject that admission counts: the longest of its live blocks, or, once none is live, its end."""
    of_subject: dict[Subject, list[Block]] = {}
    for block in blocks:
        if block.subject.in_admission:
            of_subject.setdefault(block.subject, []).append(block)
    return [cached(subject, found, now) for subject, found in of_subject.items()]


def cached(subject: Subject, blocks: Sequence[Block], now: int) -> CachedBlock:
    ends_at = max(block.ends_at for block in blocks)
    live = [block.began_at for block in blocks if block.live(now)]
    return CachedBlock(subject, max(live) if live else ends_at, ends_at)


def at_edge(blocks: Iterable[Block], now: int, networks_max: int = EDGE_NETWORKS_MAX) -> EdgeNetworks:
    """The addresses that operators block, the newest first if there are too many. Admission alone refuses addresses
    that blocked themselves: the edge would refuse their payments too."""
    newest_first = sorted(
        (block for block in blocks if block.source is Source.OPERATOR and block.live(now)),
        key=lambda block: (-block.began_at, block.subject),
    )
    networks = [ipaddress.ip_network(block.subject.value) for block in newest_first if is_address(block.subject)]
    by_version, left_out = {}, 0
    for version in COUNTED_BITS:
        outermost = without_contained([network for network in networks if network.version == version])
        by_version[version] = sorted(map(str, outermost[:networks_max]))
        left_out += len(outermost[networks_max:])
    return EdgeNetworks(by_version, left_out)


def is_address(subject: Subject) -> bool:
    return subject.kind is Kind.ADDRESS


def without_contained(networks: Sequence[Network]) -> list[Network]:
    """The networks, in their order, without those that lie within another one of them."""
    known, lengths = set(networks), {network.prefixlen for network in networks}

    def around(network: Network) -> Iterator[Network]:
        return (network.supernet(new_prefix=bits) for bits in lengths if bits < network.prefixlen)

    return [network for network in dict.fromkeys(networks) if known.isdisjoint(around(network))]
