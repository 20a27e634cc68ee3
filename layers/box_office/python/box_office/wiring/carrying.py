"""Which adapter stands behind which port of the functions that carry blocks.

A module of its own, so that HoldSeat's cold start does not import it."""

from box_office import ports, wiring
from box_office.adapters.dynamodb.blocks import DynamoDBBlocks
from box_office.domain.blocks import COUNTED_BITS
from box_office.names import EDGE_REGION, Names
from box_office.settings.shared import BlockSettings
from box_office.settings.showings import CarrySettings
from box_office.use_cases.carry_blocks import CarryPorts
from box_office.use_cases.carry_blocks_to_edge import CarryToEdgePorts


def blocks(settings: BlockSettings) -> ports.Blocks:
    return DynamoDBBlocks(wiring.client("dynamodb"), settings.blocks_table)


def carry_ports(settings: CarrySettings, clock: ports.Clock, counters: ports.Counters) -> CarryPorts:
    # Imported here: carry_blocks_to_edge has no cache.
    from box_office.adapters.valkey.blocks import ValkeyBlocks

    cache = ValkeyBlocks(wiring.cache_connection(settings, clock), settings.cache_shards)
    return CarryPorts(blocks(settings), cache, counters)


def carry_to_edge_ports(settings: BlockSettings, counters: ports.Counters) -> CarryToEdgePorts:
    from box_office.adapters.waf_ip_sets import WafIpSets

    names = Names(settings.stage)
    firewall = wiring.client("wafv2", region_name=EDGE_REGION)
    edge = WafIpSets(firewall, {version: names.blocked_addresses(version) for version in COUNTED_BITS})
    return CarryToEdgePorts(blocks(settings), edge, counters)
