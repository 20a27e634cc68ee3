"""GET /GetGateList/api/v0/{event_id}?cursor=&since=: a showing's tickets, for a gate that may lose its network."""

from box_office import wiring
from box_office.domain.errors import Forbidden
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.http_api.tickets import bookmark_of, listed_for_gate, since_of
from box_office.ports import Clock
from box_office.settings.bookings import GateListSettings
from box_office.use_cases.get_gate_list import get_gate_list
from box_office.wiring import payments

SERVICE = "get_gate_list"


def build(settings: GateListSettings, clock: Clock) -> wiring.Handler:
    ports = payments.gate_list_ports(settings)

    def handle(request: Request) -> Response:
        now, caller, event_id = clock.now_ms(), request.signed_in, request.path_id("event_id")
        if not caller.groups & {"gate", "manager"}:
            raise Forbidden("The gate's list is the gate's.")
        since, bookmark = since_of(request), bookmark_of(request, wiring.keys_of)
        listed = get_gate_list(event_id, caller.theater_id, since, bookmark, ports, now)
        return Response(200, listed_for_gate(event_id, listed, now, wiring.cursor_of), "OK", PRIVATE)

    return endpoint(handle, *wiring.counting(SERVICE, settings), staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, GateListSettings)
