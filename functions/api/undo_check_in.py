"""POST /UndoCheckIn/api/v0/: a manager makes a used ticket good again, with a reason."""

from box_office import wiring
from box_office.domain.errors import Forbidden
from box_office.http_api.bodies import read
from box_office.http_api.bodies.staff import UndoBody
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.http_api.tickets import undo_request_of, undone
from box_office.ports import Clock
from box_office.settings.bookings import CheckInSettings
from box_office.use_cases.undo_check_in import undo_check_in
from box_office.wiring import payments

SERVICE = "undo_check_in"


def build(settings: CheckInSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports, codes = payments.undo_ports(settings, clock), wiring.ticket_codes(settings, clock)

    def handle(request: Request) -> Response:
        caller = request.signed_in
        if "manager" not in caller.groups:
            raise Forbidden("A manager takes a check-in back.")
        body = read(UndoBody, request)
        order_id, ticket_id = codes.read(body.ticket)
        ticket = undo_check_in(order_id, ticket_id, undo_request_of(body, caller), ports)
        # The order records who took what back, and why; by this line an operator finds the order.
        logger.info("check-in undone", extra={"order_id": order_id, "asked_by": caller.user_id})
        return Response(200, undone(ticket), "VALID", PRIVATE)

    return endpoint(handle, logger, counters, staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, CheckInSettings)
