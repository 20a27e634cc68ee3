"""What the payment provider answers about intents, cards and refunds."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from box_office.domain.declines import Decline
from box_office.domain.payments import NextAction, RefundState


class OutcomeState(StrEnum):
    """The state of an intent, in words that fit any provider."""

    UNCONFIRMED = "UNCONFIRMED"
    WAITS = "WAITS"  # for its customer
    PROCESSING = "PROCESSING"
    CHARGED = "CHARGED"
    DECLINED = "DECLINED"  # the intent could still be confirmed with another method
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Outcome:
    """The provider's answer about an intent."""

    state: OutcomeState
    intent_id: str
    amount: int = 0  # received, minor units
    currency: str = ""  # ISO 4217; empty where the provider was not asked
    decline: Decline | None = None
    next_action: NextAction | None = None
    metadata: Mapping[str, str] | None = None
    payment_method: str | None = None  # the token that was charged, which can be charged again with `customer`
    customer: str | None = None


@dataclass(frozen=True)
class CardFace:
    """What its owner knows a card by. None: the provider did not say."""

    brand: str | None = None  # the provider's word, e.g. `visa`
    last4: str | None = None
    expires: str | None = None  # month and year, e.g. `12/29`


@dataclass(frozen=True)
class RefundOutcome:
    """The provider's answer about one refund that we asked for."""

    state: RefundState  # PENDING, DONE or REFUSED
    reference: str | None = None  # the provider's own id of it; None if it made none
    reason: str | None = None  # the provider's code, where it refused or returned it

    given_elsewhere: bool = False  # the provider made no refund: part or all of the money went back by other refunds

    @property
    def given(self) -> bool:
        return self.state is not RefundState.REFUSED


@dataclass(frozen=True)
class ListedRefund:
    """One refund of an intent as the provider lists it, asked for by us or made at its dashboard."""

    reference: str  # the provider's own id
    key: str | None  # our refund's id; None: it was made at the provider's dashboard
    amount: int  # minor units
    state: RefundState  # PENDING, DONE or REFUSED
    reason: str | None = None
