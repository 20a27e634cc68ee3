"""What the provider tells us of its own accord: what ends a payment goes to a lane, where the provider is asked."""

from box_office.ports import Callback, Counters, Lanes
from box_office.use_cases.lanes import lane_by_hash

# One payment brings half a dozen kinds; the others say what one of these says, or nothing that moves an order.
ENDS_A_PAYMENT = frozenset({"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"})
# A refund of ours that ended or failed late, and one that was made at the provider's dashboard.
MOVES_A_REFUND = frozenset({"charge.refunded", "refund.updated", "refund.failed"})


def record_callback(callback: Callback, lanes: Lanes, counters: Counters) -> None:
    """Raises Unavailable: the provider then calls again."""
    if callback.kind.startswith("charge.dispute."):
        counters.count("Chargebacks")  # ticket and seat stay; a person settles it
    if callback.intent_id is None:
        counters.count("ForeignCallbacks")
        return
    refunds = callback.kind in MOVES_A_REFUND
    if callback.kind in ENDS_A_PAYMENT or refunds:  # of the others a line in the log is the record
        lanes.send_look(lane_by_hash(callback.intent_id, lanes.names), callback.intent_id, refunds)
