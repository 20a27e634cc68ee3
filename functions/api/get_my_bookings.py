"""GET /GetMyBookings/api/v0/[?limit=&cursor=]: all the caller's orders, newest first."""

from box_office import wiring
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.http_api.seats import booking_in_list
from box_office.ports import Clock
from box_office.settings import OrderSettings
from box_office.use_cases.get_my_bookings import get_my_bookings

SERVICE = "get_my_bookings"
LIMIT, LIMIT_MAX = 50, 100


def build(settings: OrderSettings, clock: Clock) -> wiring.Handler:
    orders = wiring.orders(settings)

    def handle(request: Request) -> Response:
        now = clock.now_ms()
        limit = request.query_number("limit", LIMIT, 1, LIMIT_MAX)
        found, cursor = get_my_bookings(request.signed_in.user_id, limit, request.query.get("cursor"), orders)
        body = {"bookings": [booking_in_list(order, now) for order in found], "next_cursor": cursor}
        return Response(200, body, "OK", PRIVATE)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, OrderSettings)
