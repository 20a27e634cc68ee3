"""GET /GetMovieDetail/api/v0/{movie_id}: one film, and its showings by theater."""

from box_office import wiring
from box_office.http_api.catalogue import PUBLIC, movie_detail, status_of
from box_office.http_api.endpoint import Request, Response, endpoint
from box_office.http_api.etag import tagged
from box_office.ports import Clock
from box_office.settings.shared import CatalogueSettings
from box_office.use_cases.get_movie_detail import get_movie_detail

SERVICE = "get_movie_detail"


def build(settings: CatalogueSettings, clock: Clock) -> wiring.Handler:
    catalogue = wiring.catalogue(settings)

    def handle(request: Request) -> Response:
        detail = get_movie_detail(catalogue, request.path_id("movie_id"), clock.now_ms())
        body = movie_detail(detail.movie, detail.showings, detail.as_of)
        return tagged(request, body, status_of(detail.stale), PUBLIC)

    return endpoint(handle, *wiring.counting(SERVICE, settings))


handler = wiring.at_cold_start(build, CatalogueSettings)
