"""Thin events: what Stripe sends to an endpoint that asked for them. They name the object and do not show it.

https://docs.stripe.com/event-destinations#benefits-of-thin-events
"""

import json
from datetime import UTC, datetime

PATHS = {
    "charge": "/v1/charges",
    "customer": "/v1/customers",
    "dispute": "/v1/disputes",
    "payment_intent": "/v1/payment_intents",
    "payment_method": "/v1/payment_methods",
    "refund": "/v1/refunds",
}


def thin(snapshot_text: str) -> str:
    """The thin event of a snapshot event, both as JSON. It has no `api_version`: thin events are of no version."""
    snapshot = json.loads(snapshot_text)
    subject = snapshot["data"]["object"]
    request = snapshot["request"]
    reason = {"type": "request", "request": request} if request["id"] and request["idempotency_key"] else None
    event = {
        "id": f"evt_test_{snapshot['id'].removeprefix('evt_')}",
        "object": "v2.core.event",
        "context": None,
        "created": datetime.fromtimestamp(snapshot["created"], UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "livemode": False,
        "reason": reason,
        "related_object": {
            "id": subject["id"],
            "type": subject["object"],
            "url": f"{PATHS[subject['object']]}/{subject['id']}",
        },
        "snapshot_event": snapshot["id"],
        "type": f"v1.{snapshot['type']}",
    }
    return json.dumps(event)
