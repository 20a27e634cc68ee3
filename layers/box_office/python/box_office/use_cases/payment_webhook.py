"""What the provider tells us of its own accord: what ends a payment goes to a lane, where the provider is asked."""

from dataclasses import dataclass

from box_office.ports import Callback, Counters, Deployment, Lanes
from box_office.use_cases.lanes import lane_by_hash

# One payment brings half a dozen kinds; the others say what one of these says, or nothing that moves an order.
ENDS_A_PAYMENT = frozenset({"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"})
# A refund of ours that ended or failed late, and one that was made at the provider's dashboard.
MOVES_A_REFUND = frozenset({"charge.refunded", "refund.updated", "refund.failed"})
# Five kinds tell of one dispute: it rings when it is made.
DISPUTES, DISPUTED = "charge.dispute.", "charge.dispute.created"


@dataclass(frozen=True)
class CallbackPorts:
    lanes: Lanes
    counters: Counters
    deployment: Deployment
    earlier_name: str  # the stage's: charges stood under it before deployments had ids


def record_callback(callback: Callback, ports: CallbackPorts) -> None:
    """Raises Unavailable: the provider then calls again."""
    lanes, counters = ports.lanes, ports.counters
    if callback.deployment is not None and callback.deployment not in (ports.earlier_name, ports.deployment.known_id()):
        counters.count("ForeignCallbacks")
        return
    if callback.kind.startswith(DISPUTES):
        if callback.kind == DISPUTED:
            counters.count("Chargebacks")  # ticket and seat stay; a person settles it
        return
    if callback.intent_id is None:
        counters.count("ForeignCallbacks")
        return
    refunds = callback.kind in MOVES_A_REFUND
    if callback.kind in ENDS_A_PAYMENT or refunds:  # of the others a line in the log is the record
        lanes.send_look(lane_by_hash(callback.intent_id, lanes.names), callback.intent_id, refunds)
