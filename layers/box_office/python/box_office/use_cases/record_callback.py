"""What the provider tells us of its own accord: written to a lane, where the provider is asked."""

import zlib

from box_office.ports import Callback, Counters, Lanes


def record_callback(callback: Callback, lanes: Lanes, counters: Counters) -> None:
    """Raises Unavailable: the provider then calls again."""
    if callback.kind.startswith("charge.dispute."):
        counters.count("Chargebacks")  # ticket and seat stay; a person settles it
    if callback.kind == "refund.failed":
        counters.count("RefundsRefused")
    if callback.intent_id is None:
        counters.count("ForeignCallbacks")
        return
    lane = lanes.names[zlib.crc32(callback.intent_id.encode()) % len(lanes.names)]
    lanes.send_look(lane, callback.intent_id)
