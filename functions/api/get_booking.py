"""GET /GetBooking/api/v0/{event_id}[?order_id=]: the caller's order of an event, and its tickets."""

from box_office import wiring
from box_office.http_api.bookings import booking, booking_word
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.ports import Clock
from box_office.settings.bookings import GetBookingSettings
from box_office.use_cases.get_booking import get_booking

SERVICE = "get_booking"


def build(settings: GetBookingSettings, clock: Clock) -> wiring.Handler:
    orders, catalogue = wiring.orders(settings), wiring.catalogue(settings)
    code_of, rules = wiring.ticket_codes(settings, clock).code_of, wiring.booking_rules(settings)

    def handle(request: Request) -> Response:
        now = clock.now_ms()
        event_id, order_id = request.path_id("event_id"), request.query_id("order_id")
        seen = get_booking(request.signed_in.user_id, event_id, order_id, orders, catalogue, now)
        return Response(200, booking(seen, now, rules, code_of), booking_word(seen.order, now), PRIVATE)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, GetBookingSettings)
