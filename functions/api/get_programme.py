"""GET /GetProgramme/api/v0/{theater_id}[?date=]: what plays at one theater on one of its local days."""

from box_office import wiring
from box_office.http_api.catalogue import PUBLIC, status_of
from box_office.http_api.endpoint import Request, Response, endpoint
from box_office.http_api.etag import tagged
from box_office.http_api.programme import day_of, programme
from box_office.ports import Clock
from box_office.settings.shared import CatalogueSettings
from box_office.use_cases.get_programme import get_programme

SERVICE = "get_programme"


def build(settings: CatalogueSettings, clock: Clock) -> wiring.Handler:
    catalogue = wiring.catalogue(settings)

    def handle(request: Request) -> Response:
        theater_id, day = request.path_id("theater_id"), day_of(request.query.get("date"))
        shown = get_programme(catalogue, theater_id, day, clock.now_ms())
        return tagged(request, programme(shown), status_of(shown.stale), PUBLIC)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, CatalogueSettings)
