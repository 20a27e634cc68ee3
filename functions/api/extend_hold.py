"""POST /ExtendHold/api/v0/{event_id}: a live hold gets ten fresh minutes, within thirty from its first."""

from box_office import wiring
from box_office.http_api.bodies import ExtendBody, read
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint, visitor_of
from box_office.http_api.seats import extend_request_of, held
from box_office.ports import Clock
from box_office.settings.seats import HoldSettings
from box_office.use_cases.extend_hold import extend_hold

SERVICE = "extend_hold"


def build(settings: HoldSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports, limits = wiring.hold_ports(settings, clock, counters), wiring.hold_limits(settings)

    def handle(request: Request) -> Response:
        event_id, visitor = request.path_id("event_id"), visitor_of(request, settings.behind_edge)
        order_id = read(ExtendBody, request, required=False).order_id
        order = extend_hold(event_id, order_id, visitor, extend_request_of(request), ports, limits).order
        return Response(200, held(order, clock.now_ms(), limits.hold_ms_max), str(order.status), PRIVATE)

    return endpoint(handle, logger, counters, staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, HoldSettings)
