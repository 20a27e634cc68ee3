"""GET /GetListOfMovie/api/v0/: films on display. Query: `limit` (1 to 100), `cursor`."""

import re

from box_office import wiring
from box_office.domain.errors import InvalidRequest
from box_office.http_api.catalogue import PUBLIC, movie_list, status_of
from box_office.http_api.endpoint import Request, Response, endpoint
from box_office.http_api.etag import tagged
from box_office.ports import Clock
from box_office.settings.shared import CatalogueSettings
from box_office.use_cases.get_list_of_movie import get_list_of_movie

SERVICE = "get_list_of_movie"
LIMIT_MAX = 100


def build(settings: CatalogueSettings, clock: Clock) -> wiring.Handler:
    catalogue = wiring.catalogue(settings)

    def handle(request: Request) -> Response:
        known = get_list_of_movie(catalogue, limit_of(request), request.query.get("cursor"), clock.now_ms())
        return tagged(request, movie_list(known), status_of(known.stale), PUBLIC)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


def limit_of(request: Request) -> int:
    text = request.query.get("limit", str(LIMIT_MAX))
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= LIMIT_MAX:
        raise InvalidRequest(f"limit must be a number from 1 to {LIMIT_MAX}.", "limit")
    return int(text)


handler = wiring.at_cold_start(build, CatalogueSettings)
