"""GET /GetAvailableSeat/api/v0/{movie_id}/{theater_id}[?event_id=]: a showing's room, free seats and prices."""

from box_office import wiring
from box_office.http_api.catalogue import status_of
from box_office.http_api.endpoint import Request, Response, endpoint, visitor_of
from box_office.http_api.etag import tagged
from box_office.http_api.seats import MAP_OF_ONE, available_seat
from box_office.ports import Clock
from box_office.settings.showings import AvailableSeatSettings
from box_office.use_cases.get_available_seat import get_available_seat

SERVICE = "get_available_seat"


def build(settings: AvailableSeatSettings, clock: Clock) -> wiring.Handler:
    ports, rules = wiring.seat_map_ports(settings, clock), wiring.seat_map_rules(settings)

    def handle(request: Request) -> Response:
        movie_id, theater_id = request.path_id("movie_id"), request.path_id("theater_id")
        visitor = visitor_of(request, settings.behind_edge)
        seen, others = get_available_seat(movie_id, theater_id, request.query_id("event_id"), visitor, ports, rules)
        return tagged(request, available_seat(seen, others), status_of(seen.seen.stale), MAP_OF_ONE)

    return endpoint(handle, *wiring.counting(SERVICE, settings), staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, AvailableSeatSettings)
