"""Every minute, and when an operator blocks or unblocks: carries blocked addresses to the edge's firewall."""

from collections.abc import Mapping

from box_office import wiring
from box_office.ports import Clock
from box_office.settings.shared import BlockSettings
from box_office.use_cases.carry_blocks_to_edge import carry_blocks_to_edge
from box_office.wiring import carrying

SERVICE = "carry_blocks_to_edge"


def build(settings: BlockSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports = carrying.carry_to_edge_ports(settings, counters)

    def handler(event: object, context: object) -> Mapping[str, object]:
        networks = carry_blocks_to_edge(ports, clock.now_ms())
        counters.flush()
        logger.info("carried", extra={"networks": networks})
        return {"networks": networks}

    return handler


handler = wiring.at_cold_start(build, BlockSettings)
