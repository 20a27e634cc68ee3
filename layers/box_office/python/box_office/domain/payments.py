"""One try at paying an order, and one refund of it: what the order remembers of the provider's world."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    CARD = "card"  # a provider's token
    SAVED = "saved"  # the user's saved payment method
    CASH = "cash"  # at a desk
    FREE = "free"  # nothing to pay: no provider is asked


class AttemptState(StrEnum):
    STARTED = "STARTED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    CAPTURED = "CAPTURED"
    REFUNDED = "REFUNDED"  # a capture that the order could not take, given back


class RefundState(StrEnum):
    """Where money on its way back is. Only DONE and SETTLED are over for good: a bank may still send DONE back."""

    ASKED = "ASKED"  # written in the order; the provider has not answered yet
    PENDING = "PENDING"  # the provider accepted it, or a till owes it; the customer does not have it yet
    DONE = "DONE"
    REFUSED = "REFUSED"  # by the provider, for good, or returned by the bank later: a person settles it
    SETTLED = "SETTLED"  # by a person, who says why


@dataclass(frozen=True)
class Method:
    """How to pay; references only, never a card number."""

    kind: Kind
    payment_method: str | None = None  # the provider's token; of kind SAVED None if nothing was saved at submit
    save: bool = False
    tendered: int | None = None  # minor units, kind CASH
    customer: str | None = None  # the provider's, kind SAVED: whose the token is

    @property
    def as_asked(self) -> "Method":
        """What the client chose. `saved` names no token: which one it was is read at submit."""
        return replace(self, payment_method=None, customer=None) if self.kind is Kind.SAVED else self


@dataclass(frozen=True)
class Attempt:
    """`number` counts from 1. `intent_id` is stored before anything is confirmed."""

    number: int
    state: AttemptState
    method: Method
    amount: int  # minor units
    intent_id: str | None = None
    decline: Mapping[str, Any] | None = None  # code, decline_code, message
    next_action: Mapping[str, Any] | None = None  # what the customer has to do: type, url, client_secret
    replaced_by: Method | None = None  # submitted while the next action was open; tried once this one is cancelled

    @property
    def open(self) -> bool:
        return self.state is AttemptState.STARTED


@dataclass(frozen=True)
class Refund:
    """Money of a booked order on its way back. Its id is the provider's idempotency key."""

    refund_id: str
    attempt: int
    amount: int  # minor units
    tickets: tuple[str, ...]  # ids
    state: RefundState
    asked_at: int
    asked_by: str  # user id, or `system`
    reason: str | None = None
