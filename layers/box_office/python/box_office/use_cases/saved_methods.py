"""What charging an attempt does with a user's customer at the provider, and with their saved payment method."""

from contextlib import suppress

from box_office.domain.declines import SAVED_METHOD_GONE
from box_office.domain.errors import Unavailable
from box_office.domain.orders import Order
from box_office.domain.payments import Attempt, Kind
from box_office.domain.provider_answers import CardFace, Outcome
from box_office.ports.payments import CustomerUnknown, NoAnswer, Provider, ProviderRefused, SavedMethod, Wallet


def create_intent(order: Order, attempt: Attempt, card: Provider, wallet: Wallet) -> str:
    """The id of the attempt's intent. If the provider no longer knows the customer, the wallet forgets that customer; a
    new one is made when the attempt is to save its method.

    Raises ProviderRefused if the attempt has a saved method, which is gone with its customer."""
    customer = customer_of(order, attempt, card, wallet)
    try:
        return card.create(order, attempt, customer)
    except CustomerUnknown as unknown:
        if customer is None:
            raise
        wallet.forget_customer(order.user_id, customer)
        if attempt.method.kind is Kind.SAVED:
            raise ProviderRefused(SAVED_METHOD_GONE) from unknown
        return card.create(order, attempt, customer_of(order, attempt, card, wallet))


def customer_of(order: Order, attempt: Attempt, card: Provider, wallet: Wallet) -> str | None:
    """The provider's customer for this attempt, None if it needs none. A new one is stored at once: the provider
    remembers the key for a day only, and would then make another."""
    if attempt.method.kind is Kind.SAVED:
        return attempt.method.customer
    if not attempt.method.save:
        return None
    kept = wallet.customer(order.user_id)
    if kept is not None:
        return kept
    made = card.new_customer(order.user_id, f"{order.order_id}/{attempt.number}/customer")
    return wallet.keep_customer(order.user_id, made)


def forget_method(order: Order, attempt: Attempt, wallet: Wallet) -> None:
    """A saved method that the provider has lost would decline every later payment. If the table cannot be reached, the
    next payment with the method forgets it."""
    method = attempt.method
    if method.customer is not None and method.payment_method is not None:
        with suppress(Unavailable):
            wallet.forget(order.user_id, SavedMethod(method.customer, method.payment_method))


def remember_method(order: Order, attempt: Attempt, outcome: Outcome, card: Provider, wallet: Wallet) -> None:
    """Saves the charged method for the customer's next payment. If the table cannot be reached it is not saved: the
    charge is recorded all the same."""
    if attempt.method.save and outcome.customer and outcome.payment_method:
        face = face_of(outcome.intent_id, card)
        saved = SavedMethod(outcome.customer, outcome.payment_method, face.brand, face.last4, face.expires)
        with suppress(Unavailable):
            wallet.save(order.user_id, saved)


def face_of(intent_id: str, card: Provider) -> CardFace:
    """A sale that saves its method is a third call of the provider; without an answer the method is saved all the
    same, and its customer is shown no digits of it."""
    try:
        return card.card_face(intent_id)
    except NoAnswer:
        return CardFace()
