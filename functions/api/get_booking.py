"""GET /GetBooking/api/v0/{event_id}[?order_id=]: the caller's order of an event."""

from box_office import wiring
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.http_api.seats import booking
from box_office.ports import Clock
from box_office.settings import OrderSettings
from box_office.use_cases.read_bookings import read_booking

SERVICE = "get_booking"


def build(settings: OrderSettings, clock: Clock) -> wiring.Handler:
    orders, catalogue = wiring.orders(settings), wiring.catalogue(settings)

    def handle(request: Request) -> Response:
        now = clock.now_ms()
        event_id, order_id = request.path_id("event_id"), request.query_id("order_id")
        order = read_booking(request.signed_in.user_id, event_id, order_id, orders, catalogue, now)
        return Response(200, booking(order, now), str(order.status_at(now)), PRIVATE)

    return endpoint(handle, *wiring.instruments(SERVICE, settings))


handler = wiring.at_cold_start(build, OrderSettings)
