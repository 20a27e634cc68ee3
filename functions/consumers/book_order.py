"""The consumer of payment-complete: books paid orders, and copies their seats into the cache."""

from box_office import wiring
from box_office.ports import Clock
from box_office.queue_api.consumer import Message, consumer, known_kind, named_order
from box_office.settings.payments import BookSettings
from box_office.use_cases.book_order import book_order
from box_office.wiring import payments

SERVICE = "book_order"


def build(settings: BookSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports = payments.book_ports(settings, clock, counters)

    def handle(message: Message) -> None:
        known_kind(message, ("payment_complete",))
        book_order(named_order(message), ports)

    return consumer(handle, payments.deliveries(settings), counters, logger, wiring.queue_prefix(settings))


handler = wiring.at_cold_start(build, BookSettings)
