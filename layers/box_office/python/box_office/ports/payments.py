"""The payment provider, its answers and callbacks, and the users' saved payment methods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from box_office.domain.declines import Decline
from box_office.domain.messages import EndedIntent
from box_office.domain.orders import Order
from box_office.domain.payments import Attempt
from box_office.domain.provider_answers import CardFace, ListedRefund, Outcome, RefundOutcome


class NoAnswer(Exception):
    """The provider gave no definite answer: the call may or may not have had its effect."""


class IntentUnknown(NoAnswer):
    """The provider does not know the intent. If an order has stored it, that is no answer (our API key may be wrong);
    if only a callback named it, it is: the intent is not ours."""


class ProviderBusy(NoAnswer):
    """The provider answered 429: the call had no effect, and may be made again later."""


class ProviderTimedOut(NoAnswer):
    """The provider accepted the call, or the connection, and did not answer until the time-out."""


class ProviderNotAsked(NoAnswer):
    """The call was not made, because the provider let earlier calls time out."""


class CustomerUnknown(NoAnswer):
    """The provider does not know this customer any more: it was deleted at its dashboard."""


class RequestRefused(NoAnswer):
    """The provider refused our request or our API key, and would refuse it again. That says nothing about the
    customer's money. An alarm rings, and a person has to mend our side."""


class ProviderRefused(Exception):
    """The provider will never make this intent, for a reason that the customer may read: the amount is too small."""

    def __init__(self, decline: Decline) -> None:
        super().__init__(decline["code"])
        self.decline = decline


@dataclass(frozen=True)
class SavedMethod:
    """A payment method that a user has saved: the provider's references of it and of its customer, and what the user
    knows the card by."""

    customer: str
    payment_method: str
    brand: str | None = None  # the provider's word, e.g. `visa`; None: it was not told, as of what was saved before
    last4: str | None = None
    expires: str | None = None  # month and year, e.g. `12/29`


class Provider(Protocol):
    """Moves money. Every method raises NoAnswer if the provider gives no definite answer."""

    def new_customer(self, user_id: str, key: str) -> str:
        """Makes a customer, to whom methods can be saved, and returns its id. For a day the same key gives the same
        one."""
        ...

    def create(self, order: Order, attempt: Attempt, customer: str | None) -> str:
        """Makes the attempt's intent and returns its id: the same one again for the same attempt and customer. Nothing
        is charged.

        `customer`: the provider's id of the user, if the method is saved or is to be.
        Raises ProviderRefused, CustomerUnknown.
        """
        ...

    def confirm(self, order: Order, attempt: Attempt) -> Outcome: ...

    def retrieve_intent(self, intent_id: str) -> Outcome:
        """Reads the intent. Takes the id of one of its refunds or charges too, as some callbacks name only those."""
        ...

    def card_face(self, intent_id: str) -> CardFace:
        """Of the card that the intent was confirmed with."""
        ...

    def detach(self, payment_method: str) -> None:
        """Takes a saved method from its customer, so that it can never be charged again. Again is the same."""
        ...

    def cancel(self, intent_id: str) -> Outcome:
        """CANCELLED, or CHARGED if it was too late. Raises NoAnswer for any other state."""
        ...

    def refund(self, intent_id: str, amount: int, key: str) -> RefundOutcome:
        """Makes one refund a key. Asked again with the same key, returns how far that refund is."""
        ...

    def refunds(self, intent_id: str) -> Sequence[ListedRefund]:
        """All refunds of the intent, also those that a person made at the provider's dashboard."""
        ...


class Wallet(Protocol):
    """Users' customers and saved methods, in user_info_tbl. Raises Unavailable."""

    def saved(self, user_id: str) -> SavedMethod | None: ...

    def customer(self, user_id: str) -> str | None:
        """The provider's id of this user's customer, whether or not a method is saved."""
        ...

    def keep_customer(self, user_id: str, customer: str) -> str:
        """Keeps the customer if none is kept yet. Returns the one that is kept."""
        ...

    def save(self, user_id: str, method: SavedMethod) -> None: ...

    def forget(self, user_id: str, method: SavedMethod) -> None:
        """Forgets the method, and keeps its customer. Does nothing if another method is saved by now."""
        ...

    def forget_customer(self, user_id: str, customer: str) -> None:
        """Forgets the customer and its saved method. Does nothing if another customer is kept by now."""
        ...


class Deployment(Protocol):
    """The deployment's id, which all its charges name at the provider. It is made once, and kept with the data. Another
    deployment on the same provider account has another id. Raises Unavailable."""

    def id(self) -> str:
        """The id; it is made if there is none yet."""
        ...

    def known_id(self) -> str | None:
        """The id; None if there is none yet, so that no charge can name it."""
        ...


class CallbackKind(StrEnum):
    PAYMENT_ENDED = "PAYMENT_ENDED"  # charged, declined or cancelled
    REFUND_MOVED = "REFUND_MOVED"  # a refund of ours ended or failed late, or one was made at the provider's dashboard
    DISPUTE_OPENED = "DISPUTE_OPENED"
    DISPUTE_MOVED = "DISPUTE_MOVED"
    OTHER = "OTHER"  # it repeats one of these, or changes no order


@dataclass(frozen=True)
class Callback:
    """A callback of the provider, with its signature checked."""

    callback_id: str
    kind: CallbackKind
    word: str  # the provider's word for the kind, for the log
    intent_id: str | None  # of the intent, or of its refund or charge, which `Provider.retrieve_intent` takes too
    # The deployment that the charge's metadata names; "": they name none; None: the callback does not have them, so
    # that only the provider can say whose charge it is.
    deployment: str | None = None
    ended: EndedIntent | None = None  # None: the callback does not say which attempt's intent ended, or how


class Callbacks(Protocol):
    def read(self, headers: Mapping[str, str], raw_body: str) -> Callback:
        """`headers` have lower-case names. Raises Unauthenticated unless the provider signed exactly this body within
        the last minutes, InvalidRequest for a body that is no callback, Unavailable."""
        ...
