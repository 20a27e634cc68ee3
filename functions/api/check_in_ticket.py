"""POST /CheckInTicket/api/v0/: lets one person in, once."""

from box_office import wiring
from box_office.domain.errors import Forbidden
from box_office.http_api.bodies import read
from box_office.http_api.bodies.staff import CheckInBody
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.http_api.tickets import checked_in, scan_of
from box_office.ports import Clock
from box_office.settings.bookings import CheckInSettings
from box_office.use_cases.check_in_ticket import check_in_ticket
from box_office.wiring import payments

SERVICE = "check_in_ticket"


def build(settings: CheckInSettings, clock: Clock) -> wiring.Handler:
    ports, codes = payments.check_in_ports(settings, clock), wiring.ticket_codes(settings, clock)

    def handle(request: Request) -> Response:
        if "gate" not in request.signed_in.groups:
            raise Forbidden("Tickets are checked at the gate.")
        body = read(CheckInBody, request)
        order_id, ticket_id = codes.read(body.ticket)
        done = check_in_ticket(order_id, ticket_id, ports, scan_of(body, request.signed_in))
        return Response(200, checked_in(done), done.word, PRIVATE)

    return endpoint(handle, *wiring.counting(SERVICE, settings), staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, CheckInSettings)
