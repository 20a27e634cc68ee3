"""POST /RefundBooking/api/v0/{event_id}: refunds an order; a manager may do so later, and refund single tickets."""

from box_office import wiring
from box_office.http_api.bodies import read
from box_office.http_api.bodies.payments import RefundBody
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint, fingerprint_of
from box_office.http_api.payments import refund_request_of, refunding
from box_office.ports import Clock
from box_office.settings.payments import RefundSettings
from box_office.use_cases.refund_booking import refund_booking
from box_office.wiring import payments

SERVICE = "refund_booking"


def build(settings: RefundSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports, limits = payments.refund_ports(settings, clock), payments.refund_limits(settings)

    def handle(request: Request) -> Response:
        event_id = request.path_id("event_id")
        caller = request.signed_in
        body = read(RefundBody, request, required=False)
        refund_request = refund_request_of(body, caller, request.idempotency_key, fingerprint_of(request))
        outcome = refund_booking(caller.user_id, event_id, body.order_id, refund_request, ports, limits)
        # The order records who refunded which tickets, and why; by this line an operator finds the order.
        logger.info("refund", extra={"order_id": outcome.order.order_id, "asked_by": caller.user_id})
        answer = refunding(outcome)
        return Response(200 if outcome.done else 202, answer, str(answer["status"]), PRIVATE)

    return endpoint(handle, logger, counters, staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, RefundSettings)
