"""POST /SubmitPayment/api/v0/{event_id}: accepts the payment of held seats; a worker then charges it."""

from box_office import wiring
from box_office.http_api.bodies import read
from box_office.http_api.bodies.payments import SubmitBody, matching_event
from box_office.http_api.endpoint import PRIVATE, Request, Response, endpoint, fingerprint_of
from box_office.http_api.payments import submission_of, submitted
from box_office.ports import Clock
from box_office.settings.payments import SubmitSettings
from box_office.use_cases.submit_payment import submit_payment
from box_office.wiring import payments

SERVICE = "submit_payment"


def build(settings: SubmitSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    ports, limits = payments.submit_ports(settings, clock, counters), payments.pay_limits(settings)
    method_tokens = payments.method_tokens()

    def handle(request: Request) -> Response:
        event_id = request.path_id("event_id")
        caller = request.signed_in
        body = read(SubmitBody, request, method_tokens=method_tokens)
        matching_event(body.event_id, event_id)
        submission = submission_of(body, "desk" in caller.groups, request.idempotency_key, fingerprint_of(request))
        outcome = submit_payment(caller.user_id, event_id, body.order_id, submission, ports, limits)
        return Response(202, submitted(outcome), "PROCESSING", PRIVATE)

    return endpoint(handle, logger, counters, staff_client_id=settings.staff_client_id)


handler = wiring.at_cold_start(build, SubmitSettings)
