"""GET /GetTicketKeys/api/v0/: the public keys by which a gate without a network knows a ticket."""

from box_office import wiring
from box_office.http_api.endpoint import Request, Response, endpoint
from box_office.http_api.etag import tagged
from box_office.http_api.tickets import KEYS_SHARED, ticket_keys
from box_office.ports import Clock
from box_office.settings.bookings import TicketKeySettings
from box_office.use_cases.get_ticket_keys import get_ticket_keys

SERVICE = "get_ticket_keys"


def build(settings: TicketKeySettings, clock: Clock) -> wiring.Handler:
    key_ring = wiring.key_ring(settings, clock)

    def handle(request: Request) -> Response:
        return tagged(request, ticket_keys(get_ticket_keys(key_ring(), wiring.signatures)), "OK", KEYS_SHARED)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, TicketKeySettings)
