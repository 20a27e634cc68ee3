"""Every minute, and when an operator blocks or unblocks: carries the blocks of the table into the cache."""

from collections.abc import Mapping

from box_office import wiring
from box_office.ports import Clock
from box_office.settings.showings import CarrySettings
from box_office.use_cases.carry_blocks import carry_blocks
from box_office.wiring import carrying

SERVICE = "carry_blocks"


def build(settings: CarrySettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports = carrying.carry_ports(settings, clock, counters)

    def handler(event: object, context: object) -> Mapping[str, object]:
        blocked = carry_blocks(ports, clock.now_ms())
        counters.flush()
        logger.info("carried", extra={"blocked": blocked})
        return {"blocked": blocked}

    return handler


handler = wiring.at_cold_start(build, CarrySettings)
