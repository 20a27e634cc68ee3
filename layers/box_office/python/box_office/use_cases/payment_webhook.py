"""PaymentWebhook: sends the intent that a callback names to a lane, where a worker asks the provider about it."""

from dataclasses import dataclass

from box_office.domain.messages import NamedIntent
from box_office.ports import Counters, Lanes
from box_office.ports.payments import Callback, CallbackKind, Deployment
from box_office.use_cases.lanes import lane_by_hash


@dataclass(frozen=True)
class CallbackPorts:
    lanes: Lanes
    counters: Counters
    deployment: Deployment
    earlier_name: str  # of the stage: what charges named before deployments had ids


def payment_webhook(callback: Callback, ports: CallbackPorts) -> None:
    """Raises Unavailable: the provider then calls again."""
    lanes, counters = ports.lanes, ports.counters
    if callback.deployment is not None and callback.deployment not in (ports.earlier_name, ports.deployment.known_id()):
        counters.count("ForeignCallbacks")
        return
    if callback.kind is CallbackKind.DISPUTE_OPENED:
        counters.count("Chargebacks")  # ticket and seat stay; a person settles it
    if callback.kind in (CallbackKind.DISPUTE_OPENED, CallbackKind.DISPUTE_MOVED):
        return
    if callback.intent_id is None:
        counters.count("ForeignCallbacks")
        return
    refunds = callback.kind is CallbackKind.REFUND_MOVED
    if callback.kind is CallbackKind.PAYMENT_ENDED or refunds:  # callbacks of other kinds are only logged
        lane = lane_by_hash(callback.intent_id, lanes.names)
        lanes.send_intent(lane, NamedIntent(callback.intent_id, refunds, callback.ended))
