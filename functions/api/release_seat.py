"""POST /ReleaseSeat/api/v0/{event_id}: releases a hold; asked again, it gives the same answer."""

from box_office import wiring
from box_office.http_api.bodies import ReleaseBody, read
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint, visitor_of
from box_office.ports import Clock
from box_office.settings.seats import HoldSettings
from box_office.use_cases.release_seat import release_seat

SERVICE = "release_seat"


def build(settings: HoldSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports = wiring.hold_ports(settings, clock, counters)

    def handle(request: Request) -> Response:
        event_id = request.path_id("event_id")
        visitor = visitor_of(request, settings.behind_edge)
        release_seat(event_id, read(ReleaseBody, request, required=False).order_id, visitor, ports)
        return Response(204, None, "RELEASED", PRIVATE)

    return endpoint(handle, logger, counters, staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, HoldSettings)
