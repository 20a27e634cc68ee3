"""Payment-complete's other consumer: mails the receipt. It is deployed only if a sender is configured."""

from box_office import wiring
from box_office.ports import Clock
from box_office.queue_api.consumer import Message, consumer, known_kind, named_order
from box_office.settings.bookings import ReceiptSettings
from box_office.use_cases.send_receipt import send_receipt
from box_office.wiring import payments

SERVICE = "send_receipt"


def build(settings: ReceiptSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports = payments.receipt_ports(settings, clock)

    def handle(message: Message) -> None:
        known_kind(message, ("payment_complete",))
        send_receipt(named_order(message), ports)

    return consumer(handle, payments.deliveries(settings), counters, logger, wiring.queue_prefix(settings))


handler = wiring.at_cold_start(build, ReceiptSettings)
