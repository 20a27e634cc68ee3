"""The reconciler: every minute it advances the orders and sweeps the cancelled events that are due."""

from collections.abc import Mapping

from box_office import wiring
from box_office.names import DUE_SHARDS
from box_office.ports import Clock
from box_office.settings.payments import ReconcilerSettings
from box_office.use_cases.reconcile import Run, reconcile
from box_office.wiring import payments

SERVICE = "reconcile"
RUN_MS = 50_000  # the next run begins after a minute


def build(settings: ReconcilerSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    lane_rate = payments.payments_per_second(settings)
    ports, limits = payments.reconcile_ports(settings, clock, counters), payments.pay_limits(settings)

    def handler(event: object, context: object) -> Mapping[str, object]:
        run = Run(DUE_SHARDS, settings.orders_per_shard_max, clock.now_ms() + RUN_MS, lane_rate)
        checked = reconcile(ports, limits, run)
        counters.flush()
        logger.info("reconciled", extra={"orders": checked})
        return {"orders": checked}

    return handler


handler = wiring.at_cold_start(build, ReconcilerSettings)
