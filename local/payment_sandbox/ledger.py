"""The account's objects as one call reads and changes them, inside the call's own transaction."""

import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from local.payment_sandbox.method_tokens import Decline
from local.payment_sandbox.store import Store
from local.payment_sandbox.stripe_parameters import API_VERSION

HIDDEN = "_sandbox"  # the member of an object that is ours alone: never shown
ALPHABET = string.ascii_letters + string.digits

Thing = dict[str, Any]


def shown(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if name != HIDDEN}


@dataclass
class Ledger:
    """`declining`: how every confirm of this call declines, if it does. `asked_with`: the kind of the call's key.
    `events`: how many callbacks it has caused."""

    store: Store
    clock: Callable[[], float]
    rng: random.Random
    base_url: str
    request_id: str | None = None
    idempotency_key: str | None = None
    declining: Decline | None = None
    asked_with: Literal["secret", "publishable"] = "secret"
    events: int = field(default=0, init=False)

    def now(self) -> int:
        """Epoch seconds, as Stripe's times are."""
        return int(self.clock())

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{''.join(self.rng.choices(ALPHABET, k=24))}"

    def get(self, identifier: str | None, object_name: str) -> Thing | None:
        return self.store.get(identifier, object_name) if identifier else None

    def existing(self, identifier: str, object_name: str) -> Thing:
        """The object, which another one names; raises when it is missing, as the ledger is broken then."""
        thing = self.store.get(identifier, object_name)
        if thing is None:
            raise LookupError(f"the ledger has no {object_name} {identifier}")
        return thing

    def save(self, thing: Thing, parent: str | None = None) -> None:
        """`parent`: the intent of a charge or refund, the customer of a payment method."""
        self.store.put(thing, parent)

    def emit(self, kind: str, thing: Thing) -> None:
        """An event with the object as it is now; it goes out once the transaction has been committed."""
        event_id = self.new_id("evt")
        event = {
            "id": event_id,
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": {"object": shown(thing)},
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": kind,
        }
        self.store.add_callback(event_id, self.clock(), json.dumps(event))
        self.events += 1
