"""The consumer of the refresh queue: copies seat rows that a function outside the VPC changed into the cache."""

from box_office import wiring
from box_office.ports import Clock
from box_office.queue_api.consumer import Malformed, Message, consumer, known_kind
from box_office.settings.showings import RefreshSettings
from box_office.use_cases.refresh_seats import refresh_seats
from box_office.wiring import payments

SERVICE = "refresh_seats"


def build(settings: RefreshSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports = payments.refresh_ports(settings, clock)

    def handle(message: Message) -> None:
        known_kind(message, ("seats",))
        event_id, seats = message.body.get("event_id"), message.body.get("seat_ids")
        if not isinstance(event_id, str) or not isinstance(seats, list) or not all(isinstance(s, str) for s in seats):
            raise Malformed("no seats")
        refresh_seats(event_id, seats, ports)

    deliveries, prefix = payments.deliveries(settings), wiring.queue_prefix(settings)
    return consumer(handle, deliveries, counters, logger, prefix)


handler = wiring.at_cold_start(build, RefreshSettings)
