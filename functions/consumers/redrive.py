"""The consumer of the lanes' dead-letter queues: sends a message back to its lane, after a longer time at each failure,
and in the end parks it, which rings an alarm."""

import json

from box_office import wiring
from box_office.ports import Clock
from box_office.queue_api.consumer import Message, consumer
from box_office.settings.payments import RedriveSettings
from box_office.use_cases.redrive import decide_redrive
from box_office.wiring import payments

SERVICE = "redrive"


def build(settings: RedriveSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    deliveries, ids = payments.deliveries(settings), wiring.random_ids()

    def handle(message: Message) -> None:
        lane = message.queue.removesuffix("-dlq")
        decision = decide_redrive(message.attributes, settings.redrives_max, settings.redrive_seconds, ids.jitter())
        body = json.dumps(message.body, separators=(",", ":"))
        if decision is None:
            counters.count("Parked")
            deliveries.park(lane, body, "given up after all its tries")
            return
        deliveries.send(lane, body, {"redrives": str(decision.redrives)}, decision.delay_seconds)

    return consumer(handle, deliveries, counters, logger, wiring.queue_prefix(settings))


handler = wiring.at_cold_start(build, RedriveSettings)
