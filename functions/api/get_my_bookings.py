"""GET /GetMyBookings/api/v0/[?limit=&cursor=]: all the caller's orders, newest first."""

from box_office import wiring
from box_office.http_api.bookings import booking_list
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.ports import Clock
from box_office.settings.shared import OrderSettings
from box_office.use_cases.get_my_bookings import get_my_bookings

SERVICE = "get_my_bookings"
LIMIT, LIMIT_MAX = 50, 100


def build(settings: OrderSettings, clock: Clock) -> wiring.Handler:
    orders, catalogue = wiring.orders(settings), wiring.catalogue(settings)

    def handle(request: Request) -> Response:
        now = clock.now_ms()
        limit = request.query_number("limit", LIMIT, 1, LIMIT_MAX)
        cursor = request.query.get("cursor")
        page = get_my_bookings(request.signed_in.user_id, limit, cursor, orders, catalogue, now)
        return Response(200, booking_list(page, now), "OK", PRIVATE)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, OrderSettings)
