"""Money: the provider, what it answers, and what a user may be charged with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from box_office.domain.declines import Decline
from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, ListedRefund, Outcome, RefundOutcome


class NoAnswer(Exception):
    """The provider did not answer, or not for good: whatever was asked may or may not have happened."""


class IntentUnknown(NoAnswer):
    """The provider does not know the intent: of one that we stored that is no answer, of one that we heard of it is."""


class ProviderBusy(NoAnswer):
    """The provider answered 429: nothing happened, and we are to come back later."""


class ProviderTimedOut(NoAnswer):
    """The provider accepted the call, or the connection, and said nothing until the time-out."""


class ProviderNotAsked(NoAnswer):
    """The provider was not asked: it let earlier questions time out, and would have let this one."""


class CustomerUnknown(NoAnswer):
    """The provider does not know this customer any more: it was deleted there."""


class RequestRefused(NoAnswer):
    """The provider refused what we sent, or our key: it would every time, and says nothing about the customer's money.
    A person has to mend our side: an alarm tells them."""


class ProviderRefused(Exception):
    """The provider will not make this intent, whatever is tried, and the customer may know why: an amount too small."""

    def __init__(self, decline: Decline) -> None:
        super().__init__(decline["code"])
        self.decline = decline


@dataclass(frozen=True)
class SavedMethod:
    """What a user may be charged with again: references of the provider."""

    customer: str
    payment_method: str


class Provider(Protocol):
    """Moves money. Every method raises NoAnswer when it cannot tell."""

    def new_customer(self, user_id: str, key: str) -> str:
        """The id of the customer that is made, who keeps methods; the same again for the same key, for a day."""
        ...

    def create(self, order: Order, attempt: Attempt, customer: str | None) -> str:
        """The id of the attempt's intent; the same again for the same attempt and customer. Nothing is charged.

        `customer`: the provider's id of the user who saves the method, or saved it.
        Raises ProviderRefused, CustomerUnknown.
        """
        ...

    def confirm(self, order: Order, attempt: Attempt) -> Outcome: ...

    def retrieve_intent(self, intent_id: str) -> Outcome:
        """Reads the intent. Takes the id of one of its refunds or charges too, as callbacks may name no other."""
        ...

    def cancel(self, intent_id: str) -> Outcome:
        """CANCELLED, or CHARGED if it was too late; anything else is raised as NoAnswer."""
        ...

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        """Asks for the refund once a key; asked again, says where it is by now."""
        ...

    def refunds(self, intent_id: str) -> Sequence[ListedRefund]:
        """All refunds of the intent, those that were made at the provider's dashboard too."""
        ...


class Wallet(Protocol):
    """user_info_tbl. Raises Unavailable."""

    def saved(self, user_id: str) -> SavedMethod | None: ...

    def customer(self, user_id: str) -> str | None:
        """The provider's id of this user, whether or not a method is saved."""
        ...

    def keep_customer(self, user_id: str, customer: str) -> str:
        """The one that is kept: an earlier one stands."""
        ...

    def save(self, user_id: str, method: SavedMethod) -> None: ...

    def forget(self, user_id: str, method: SavedMethod) -> None:
        """The method alone. Nothing if another one is saved by now."""
        ...

    def forget_customer(self, user_id: str, customer: str) -> None:
        """With what is saved of it. Nothing if another one is kept by now."""
        ...


class Deployment(Protocol):
    """The name under which this deployment's charges stand at the provider: made once, kept with its data. Another
    deployment on the same provider account has another. Raises Unavailable."""

    def id(self) -> str:
        """Makes it when there is none."""
        ...

    def known_id(self) -> str | None:
        """None: nothing was ever charged under it."""
        ...


@dataclass(frozen=True)
class TokenForm:
    pattern: str  # of the whole text
    words: str  # what is wanted, e.g. `a payment method of the provider`


@dataclass(frozen=True)
class MethodTokens(TokenForm):
    """What the provider calls a payment method: the reference that a customer's page sends us instead of a card."""

    confirmation: TokenForm  # of the provider's newer token, which confirms one payment


class CallbackKind(StrEnum):
    PAYMENT_ENDED = "PAYMENT_ENDED"  # charged, declined or cancelled
    REFUND_MOVED = "REFUND_MOVED"  # a refund of ours that ended or failed late, or one made at the provider's dashboard
    DISPUTE_OPENED = "DISPUTE_OPENED"
    DISPUTE_MOVED = "DISPUTE_MOVED"
    OTHER = "OTHER"  # says what one of these says, or nothing that moves an order


@dataclass(frozen=True)
class Callback:
    """What the provider says of its own accord, its signature checked."""

    callback_id: str
    kind: CallbackKind
    word: str  # the provider's own for the kind, for the log
    intent_id: str | None  # of the intent, or of its refund or charge, which `Provider.retrieve_intent` takes too
    deployment: str | None = None  # as the metadata of what it tells of names it; empty: it names none
    # None: it carries no metadata of the charge, so that only the provider can say whose it is.


class Callbacks(Protocol):
    def read(self, headers: Mapping[str, str], raw_body: str) -> Callback:
        """`headers` have lower-case names. Raises Unauthenticated unless the provider signed exactly this body, lately;
        InvalidRequest for a body that says nothing we know; Unavailable."""
        ...
