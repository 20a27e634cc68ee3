"""The consumer of event ends: expires the event's unpinned holds, and removes its entry from the cache."""

from box_office import wiring
from box_office.names import EVENT_ENDS
from box_office.ports import Clock
from box_office.queue_api.consumer import Malformed, Message, consumer, known_kind
from box_office.settings.payments import BookSettings
from box_office.use_cases.end_event import EventNotOver, end_event
from box_office.wiring import payments

SERVICE = "end_event"


def build(settings: BookSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    deliveries = payments.deliveries(settings)
    ports, cache = payments.close_ports(settings, clock), wiring.seat_cache(settings, clock)

    def handle(message: Message) -> None:
        known_kind(message, ("event_end",))
        event_id = message.body.get("event_id")
        if not isinstance(event_id, str):
            raise Malformed("no event")
        try:
            end_event(event_id, ports, cache)
        except EventNotOver as early:
            # The event was moved to a later time: a copy of the message comes back, after 15 minutes at most.
            deliveries.send_json(EVENT_ENDS, dict(message.body), early.seconds)

    return consumer(handle, deliveries, counters, logger, wiring.queue_prefix(settings))


handler = wiring.at_cold_start(build, BookSettings)
