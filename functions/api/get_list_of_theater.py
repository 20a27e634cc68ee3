"""GET /GetListOfTheater/api/v0/: theaters by name. Query: `limit` (1 to 100), `cursor`."""

from box_office import wiring
from box_office.http_api.catalogue import PUBLIC, status_of, theater_list
from box_office.http_api.endpoint import Request, Response, endpoint
from box_office.http_api.etag import tagged
from box_office.ports import Clock
from box_office.settings.shared import CatalogueSettings
from box_office.use_cases.get_list_of_theater import get_list_of_theater

SERVICE = "get_list_of_theater"
LIMIT_MAX = 100


def build(settings: CatalogueSettings, clock: Clock) -> wiring.Handler:
    catalogue = wiring.catalogue(settings)

    def handle(request: Request) -> Response:
        limit = request.query_number("limit", LIMIT_MAX, 1, LIMIT_MAX)
        known = get_list_of_theater(catalogue, limit, request.query.get("cursor"), clock.now_ms())
        return tagged(request, theater_list(known), status_of(known.stale), PUBLIC)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, CatalogueSettings)
