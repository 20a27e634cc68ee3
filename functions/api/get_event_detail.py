"""GET /GetEventDetail/api/v0/{event_id}: all that a room needs to be drawn, nothing that changes by the second."""

from box_office import wiring
from box_office.http_api.catalogue import PUBLIC, status_of
from box_office.http_api.endpoint import Request, Response, endpoint
from box_office.http_api.etag import tagged
from box_office.http_api.event_detail import event_detail
from box_office.ports import Clock
from box_office.settings.showings import EventDetailSettings
from box_office.use_cases.get_event_detail import get_event_detail

SERVICE = "get_event_detail"


def build(settings: EventDetailSettings, clock: Clock) -> wiring.Handler:
    catalogue = wiring.catalogue(settings)
    closes_ms = settings.refund_closes_minutes * 60_000

    def handle(request: Request) -> Response:
        detail = get_event_detail(catalogue, request.path_id("event_id"), clock.now_ms())
        body = event_detail(detail, closes_ms, settings.seats_per_order_max)
        return tagged(request, body, status_of(detail.stale), PUBLIC)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, EventDetailSettings)
