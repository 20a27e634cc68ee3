"""POST /HoldSeat/api/v0/{movie_id}: holds seats of one event for this user, for `hold_seconds`."""

from box_office import wiring
from box_office.domain.errors import Forbidden, InvalidRequest
from box_office.http_api.bodies import HoldBody, read
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint, visitor_of
from box_office.http_api.seats import held, queued
from box_office.ports import Clock
from box_office.settings.seats import HoldSettings
from box_office.use_cases.hold_in_progress import Queued
from box_office.use_cases.hold_seat import UncheckedHoldRequest, hold_seat

SERVICE = "hold_seat"


def build(settings: HoldSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports, limits = wiring.hold_ports(settings, clock, counters), wiring.hold_seat_limits(settings)
    hold_ms_max = limits.hold.hold_ms_max

    def handle(request: Request) -> Response:
        movie_id = request.path_id("movie_id")
        visitor = visitor_of(request, settings.behind_edge)
        body = read(HoldBody, request)
        if body.movie_id != movie_id:
            raise InvalidRequest("movie_id in the path and in the body differ.", "movie_id")
        own_theater = request.signed_in.theater_id
        if visitor.desk and own_theater not in (None, body.theater_id):
            raise Forbidden("A desk sells the seats of its own theater.")
        hold_request = UncheckedHoldRequest(
            movie_id=movie_id,
            theater_id=body.theater_id,
            event_id=body.event_id,
            seats=body.selected_seat,
            visitor=visitor,
            sale=body.sale if visitor.desk else None,
            key=request.idempotency_key,
        )
        outcome = hold_seat(hold_request, ports, limits)
        if isinstance(outcome, Queued):
            return Response(202, queued(outcome.request), "QUEUED", PRIVATE)
        order = outcome.order
        return Response(outcome.status_code, held(order, clock.now_ms(), hold_ms_max), str(order.status), PRIVATE)

    return endpoint(handle, logger, counters, staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, HoldSettings)
