"""GET /SeatMap/api/v0/{event_id}: the status of each seat and no more, for a million customers who poll it."""

from box_office import wiring
from box_office.http_api.endpoint import Request, Response, endpoint
from box_office.http_api.etag import tagged
from box_office.http_api.seats import MAP_SHARED, small_map
from box_office.ports import Clock, Visitor
from box_office.settings.seats import SeatMapSettings
from box_office.use_cases.seat_map import seat_map

SERVICE = "seat_map"


def build(settings: SeatMapSettings, clock: Clock) -> wiring.Handler:
    ports, rules = wiring.seat_map_ports(settings, clock), wiring.seat_map_rules(settings, wiring.MAP_SHARED_MS)

    def handle(request: Request) -> Response:
        now = clock.now_ms()
        event = ports.catalogue.event(request.path_id("event_id"), now)
        seen = seat_map(event.value, Visitor(request.address(settings.behind_edge)), ports, rules, now)
        return tagged(request, small_map(seen), "STALE" if seen.seen.stale else "OK", MAP_SHARED)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, SeatMapSettings)
