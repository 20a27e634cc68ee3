"""POST /FindOrder/api/v0/: a customer's orders, for staff. A body, so that no address is in a log."""

from box_office import wiring
from box_office.domain.errors import Forbidden
from box_office.http_api.bodies import read
from box_office.http_api.bodies.staff import FindBody
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint
from box_office.http_api.found_orders import found_orders, wanted_of
from box_office.ports import Clock
from box_office.settings.bookings import FindSettings
from box_office.use_cases.find_order import Staff, find_order
from box_office.wiring import payments

SERVICE = "find_order"


def build(settings: FindSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    codes = wiring.ticket_codes(settings, clock)
    ports = payments.find_ports(settings, codes)
    catalogue, rules = wiring.catalogue(settings), wiring.booking_rules(settings)

    def handle(request: Request) -> Response:
        caller = request.signed_in
        if not caller.groups & {"desk", "manager"}:
            raise Forbidden("Orders are found at the desk.")
        body = read(FindBody, request)
        wanted = wanted_of(body)
        # Every look is recorded, before it: who asked, and by what kind of key. The second record names what was shown.
        logger.info("orders asked for", extra={"asked_by": caller.user_id, "by": wanted.by})
        staff = Staff(caller.user_id, "manager" in caller.groups, caller.theater_id)
        found = find_order(wanted, staff, body.cursor, ports)
        shown = [order.order_id for order in found.orders]
        logger.info("orders shown", extra={"asked_by": caller.user_id, "by": wanted.by, "orders": shown})
        return Response(200, found_orders(found, catalogue, clock.now_ms(), rules, codes.code_of), "OK", PRIVATE)

    return endpoint(handle, logger, counters, staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, FindSettings)
