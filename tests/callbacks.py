"""The provider's signed callbacks, as a test sends them to the cinemas of tests/verbs.py."""

import hashlib
import hmac
import json
import time
from typing import Any

from tests.deliveries import SECRETS
from tests.verbs import Answer, Verbs

SECRET = SECRETS["box-office-test/payment"]["webhook_secret"]


def signed(body: str, secret: str = SECRET, age: int = 0) -> str:
    at = int(time.time()) - age
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.{body}'.encode(), hashlib.sha256).hexdigest()}"


def about(kind: str, intent: str) -> dict[str, Any]:
    """An event of this kind, whose object is the intent or names it."""
    named = {"id": intent} if kind.startswith("payment_intent.") else {"id": "x_1", "payment_intent": intent}
    return {"type": kind, "data": {"object": {"object": kind.split(".")[0], **named}}}


def call_back(cinema: Verbs, event: dict[str, Any] | str, signature: str | None = None) -> Answer:
    """`event`: or the whole body. `signature`: the right one unless another is given."""
    body = event if isinstance(event, str) else json.dumps({"id": "evt_1", "object": "event", **event})
    headers = {"Stripe-Signature": signed(body) if signature is None else signature}
    return cinema.call("payment_webhook", {}, body, user=None, headers=headers)
