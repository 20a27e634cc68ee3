"""GET /GetTheaterDetail/api/v0/{theater_id}: name, address, info and rooms, for users who are signed in."""

from box_office import wiring
from box_office.http_api.catalogue import status_of, theater_detail
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.ports import Clock
from box_office.settings.shared import CatalogueSettings
from box_office.use_cases.get_theater_detail import get_theater_detail

SERVICE = "get_theater_detail"


def build(settings: CatalogueSettings, clock: Clock) -> wiring.Handler:
    catalogue = wiring.catalogue(settings)

    def handle(request: Request) -> Response:
        _ = request.signed_in
        detail = get_theater_detail(catalogue, request.path_id("theater_id"), clock.now_ms())
        return Response(200, theater_detail(detail.theater, detail.rooms), status_of(detail.stale), PRIVATE)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, CatalogueSettings)
