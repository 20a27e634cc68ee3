"""Attempts to pay an order and refunds of it, as the order records them."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypedDict

from box_office.domain.declines import Decline


class Kind(StrEnum):
    CARD = "card"  # a provider's token
    SAVED = "saved"  # the user's saved payment method
    CASH = "cash"  # at a desk
    EXTERNAL = "external"  # at a desk, on its own terminal
    FREE = "free"  # nothing to pay: no provider is asked


TAKEN_BY_CLERKS = frozenset({Kind.CASH, Kind.EXTERNAL})


class AttemptState(StrEnum):
    STARTED = "STARTED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    CAPTURED = "CAPTURED"
    REFUNDED = "REFUNDED"  # a surplus capture that was given back


class RefundState(StrEnum):
    """How far a refund is. It is over when DONE or SETTLED; a bank may still return the money of one that is DONE."""

    ASKED = "ASKED"  # written in the order; the provider has not answered yet
    PENDING = "PENDING"  # the provider accepted it, or a till owes it; the customer does not have it yet
    DONE = "DONE"
    REFUSED = "REFUSED"  # by the provider, for good, or returned by the bank later: a person settles it
    SETTLED = "SETTLED"  # by a person, who says why


@dataclass(frozen=True)
class Method:
    """How to pay; references only, never a card number."""

    kind: Kind
    payment_method: str | None = None  # the provider's token; None for kind SAVED if no method was saved at submit
    save: bool = False
    tendered: int | None = None  # minor units, kind CASH
    customer: str | None = None  # the provider's, kind SAVED: whose the token is
    reference: str | None = None  # the terminal's, kind EXTERNAL

    @property
    def as_asked(self) -> "Method":
        """The method as the client chose it: `saved` names no token, which SubmitPayment adds."""
        return self.without_token if self.kind is Kind.SAVED else self

    @property
    def without_token(self) -> "Method":
        """The method as a row keeps it once no worker can charge it any more."""
        return replace(self, payment_method=None, customer=None)


class NextAction(TypedDict, total=False):
    """What the customer has to do, e.g. answer 3-D Secure. The provider may leave any member out."""

    type: str
    url: str
    client_secret: str


@dataclass(frozen=True)
class Attempt:
    """`number` counts from 1. `intent_id` is stored before anything is confirmed."""

    number: int
    state: AttemptState
    method: Method
    amount: int  # minor units
    intent_id: str | None = None
    decline: Decline | None = None
    next_action: NextAction | None = None
    replaced_by: Method | None = None  # submitted while this attempt waited; tried once its intent is cancelled

    @property
    def open(self) -> bool:
        return self.state is AttemptState.STARTED

    @property
    def in_cash(self) -> bool:
        """A clerk took the money, in cash or on the desk's own terminal; no provider of ours was asked."""
        return self.method.kind in TAKEN_BY_CLERKS

    @property
    def needs_provider(self) -> bool:
        return not self.in_cash and self.method.kind is not Kind.FREE

    @property
    def cash_waits(self) -> bool:
        """Whether the customer paid at the desk while the card waited: the clerk has that money already."""
        return self.replaced_by is not None and self.replaced_by.kind in TAKEN_BY_CLERKS


class Origin(StrEnum):
    """Who asked for a refund."""

    CUSTOMER = "customer"
    MANAGER = "manager"
    SYSTEM = "system"  # a cancelled event, a capture that its order cannot take
    PROVIDER = "provider"  # a person, at the provider's dashboard


@dataclass(frozen=True)
class Settlement:
    """How a person ended a refund that the provider refused, or cash that was owed."""

    at: int
    why: str
    paid: int  # minor units, handed to the customer outside of the provider


CaptureKey = tuple[int, str | None]  # the attempt's number, and the intent if no attempt has it
OF_TICKETS: CaptureKey = (0, None)


@dataclass(frozen=True)
class Refund:
    """Money of an order on its way back. Its id is the provider's idempotency key."""

    refund_id: str
    attempt: int  # the number of the attempt whose capture it gives back
    amount: int  # minor units
    tickets: tuple[str, ...]  # ids
    state: RefundState
    asked_at: int
    asked_by: str  # user id, `system` or `provider`
    reason: str | None = None
    origin: Origin = Origin.CUSTOMER
    surplus: bool = False  # it gives back a capture that the order cannot take: no ticket was paid with it
    intent_id: str | None = None  # the capture's intent, if no attempt of the order has it
    reference: str | None = None  # the provider's own id of the refund
    failure: str | None = None  # the provider's code, where it refused or returned the refund
    settled: Settlement | None = None

    @property
    def given(self) -> int:
        """Minor units that the customer has by now."""
        if self.settled is not None:
            return self.settled.paid
        return self.amount if self.state is RefundState.DONE else 0

    @property
    def capture(self) -> CaptureKey:
        """The capture that it gives back: the one that the tickets were paid with, or a surplus one."""
        return (self.attempt, self.intent_id) if self.surplus else OF_TICKETS

    @property
    def is_over(self) -> bool:
        """Whether the customer has the money, or a person has settled the refund."""
        return self.state in (RefundState.DONE, RefundState.SETTLED)

    @property
    def asked_for_surplus(self) -> bool:
        return self.surplus and self.origin is Origin.SYSTEM
