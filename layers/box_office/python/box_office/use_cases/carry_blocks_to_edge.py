"""Carries the addresses that operators block from their table to the IP sets of the edge's firewall."""

from dataclasses import dataclass

from box_office.domain.blocks import Source, at_edge
from box_office.ports import BlockedAtEdge, Blocks, Counters
from box_office.use_cases.carry_blocks import OPERATORS_BLOCKS_MAX, read


@dataclass(frozen=True)
class CarryToEdgePorts:
    blocks: Blocks
    edge: BlockedAtEdge
    counters: Counters


def carry_blocks_to_edge(ports: CarryToEdgePorts, now: int) -> int | None:
    """How many networks the edge refuses; None if there is no edge. Raises Unavailable."""
    networks = at_edge(read(ports.blocks, Source.OPERATOR, now, OPERATORS_BLOCKS_MAX, ports.counters), now)
    if networks.left_out:
        ports.counters.count("BlocksLeftOut", number=networks.left_out)
    if ports.edge.replace(networks.by_version) is None:
        return None
    return sum(map(len, networks.by_version.values()))
