"""POST /PaymentWebhook/api/v0/: takes the provider's callbacks, and sends the intents that they name to lanes."""

from typing import TYPE_CHECKING

from box_office import wiring
from box_office.domain.errors import Unauthenticated
from box_office.http_api.endpoint import CALLBACK_BYTES_MAX, PRIVATE, Request, Response, endpoint
from box_office.ports import Clock
from box_office.settings.payments import WebhookSettings
from box_office.use_cases.payment_webhook import payment_webhook
from box_office.wiring import payments

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers

SERVICE = "payment_webhook"
RECORDED: "answers.CallbackRecorded" = {"received": True}


def build(settings: WebhookSettings, clock: Clock) -> wiring.Handler:
    logger, counters = wiring.counting(SERVICE, settings)
    callbacks, ports = payments.callbacks(settings, clock), payments.callback_ports(settings, counters)

    def handle(request: Request) -> Response:
        request.refuse_body_over(CALLBACK_BYTES_MAX)  # before its signature is computed
        try:
            callback = callbacks.read(request.headers, request.raw_body)
        except Unauthenticated:
            counters.count("CallbacksRefused")
            raise
        extra = {"callback_id": callback.callback_id, "kind": callback.word, "intent_id": callback.intent_id}
        logger.info("callback", extra=extra)
        payment_webhook(callback, ports)
        return Response(200, RECORDED, "RECORDED", PRIVATE)

    return endpoint(handle, logger, counters)


handler = wiring.at_cold_start(build, WebhookSettings)
