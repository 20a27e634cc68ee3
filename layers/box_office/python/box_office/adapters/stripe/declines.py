"""Which of Stripe's refusals are declines, and the message that the customer reads.

A decline is a refusal that another card, another token or another amount would not get. Any other refusal is a fault of
our request or our account, and no customer reads of it: https://docs.stripe.com/error-handling,
https://docs.stripe.com/error-codes
"""

from collections.abc import Mapping
from typing import Any

import stripe

from box_office.adapters.stripe.requests import body_of, is_missing
from box_office.domain.declines import PAY_AGAIN, SAVED_METHOD_GONE, Decline
from box_office.domain.provider_answers import Outcome, OutcomeState

DECLINED = "card_declined"
DECLINED_MESSAGE = "Your card was declined. Try another one."
UNUSABLE_MESSAGE = "This payment method cannot be used. Try another one."
NOT_CONFIRMED = "Your bank did not confirm the payment. Try again, or use another card."

# Refusals of the amount, which Stripe gives when an intent is created.
AMOUNT_MESSAGES = {
    "amount_too_small": "This amount is too small for a card.",
    "amount_too_large": "This amount is too large for a card.",
    "invalid_amount": "This amount cannot be charged.",
}
# Refusals of the token that the customer sent: the answer to a confirm, or the `last_payment_error` of an intent.
METHOD_MESSAGES = {
    "resource_missing": "This payment method is not known. Try another one.",
    "expired_payment_method": UNUSABLE_MESSAGE,
    "payment_intent_authentication_failure": NOT_CONFIRMED,
    "payment_intent_confirmation_token_invalid": UNUSABLE_MESSAGE,
    "payment_intent_incompatible_payment_method": UNUSABLE_MESSAGE,
    "payment_intent_payment_attempt_expired": NOT_CONFIRMED,
    "payment_intent_payment_attempt_failed": DECLINED_MESSAGE,
    "payment_method_currency_mismatch": UNUSABLE_MESSAGE,
    "payment_method_customer_decline": NOT_CONFIRMED,
    "payment_method_not_available": UNUSABLE_MESSAGE,
    "payment_method_provider_decline": DECLINED_MESSAGE,
    "payment_method_unexpected_state": UNUSABLE_MESSAGE,
    "payment_method_unsupported_type": UNUSABLE_MESSAGE,
}
MESSAGES = AMOUNT_MESSAGES | METHOD_MESSAGES
# `setup_future_usage`: we send none at confirm, so it is the confirmation token that contradicts its intent.
METHOD_PARAMS = ("payment_method", "confirmation_token", "setup_future_usage")
# Stripe gives this refusal neither a code nor a parameter: "... It may not be used again. To use a PaymentMethod
# multiple times, you must attach it to a Customer first." A method that was declined without a customer is spent too.
SPENT = "may not be used again"


def decline_of(code: str | None, decline_code: str | None = None, stripe_message: str | None = None) -> Decline:
    """`stripe_message`: Stripe's message for the customer, which only errors of cards have."""
    known = code or DECLINED
    return {
        "code": known,
        "decline_code": decline_code,
        "message": MESSAGES.get(known) or stripe_message or DECLINED_MESSAGE,
    }


def declined_outcome(intent_id: str, decline: Decline) -> Outcome:
    return Outcome(OutcomeState.DECLINED, intent_id, decline=decline)


def decline_of_card(error: stripe.CardError) -> Decline:
    return decline_of_payment_error({**body_of(error), "type": "card_error"})


def decline_of_payment_error(error: Mapping[str, Any]) -> Decline:
    """The decline of an intent's `last_payment_error`, or of a confirm's error. Stripe may leave any member out."""
    code, of_card = error.get("code"), error.get("type") == "card_error"
    if not of_card and code not in MESSAGES:
        code = None  # this code is for developers, not for customers
    return decline_of(code, error.get("decline_code"), error.get("message") if of_card else None)


def decline_of_method(error: stripe.InvalidRequestError) -> Decline | None:
    """The decline if Stripe refused the customer's token; None if it refused something else."""
    if is_missing(error, "customer"):
        return PAY_AGAIN  # the customer was deleted at Stripe since the create: the next attempt makes a new one
    if is_spent(error) or is_of_another(error):
        return decline_of(DECLINED, None, UNUSABLE_MESSAGE)
    if error.code == "resource_missing" and error.param not in METHOD_PARAMS:
        return None
    return decline_of(error.code) if error.code in METHOD_MESSAGES else None


def decline_of_saved(error: stripe.InvalidRequestError) -> Decline | None:
    """The decline of a saved method. If Stripe has lost the method or its customer, it can never charge it again."""
    gone = is_missing(error, "customer", *METHOD_PARAMS) or is_spent(error) or is_of_another(error)
    return SAVED_METHOD_GONE if gone else decline_of_method(error)


def is_spent(error: stripe.InvalidRequestError) -> bool:
    """The token was used once without a customer, or was detached from its customer: Stripe takes it no more."""
    return error.code is None and error.param is None and SPENT in (error.user_message or "")


def is_of_another(error: stripe.InvalidRequestError) -> bool:
    """The token belongs to another customer than the intent's."""
    return error.code is None and error.param in METHOD_PARAMS


def decline_of_amount(error: stripe.InvalidRequestError) -> Decline | None:
    return decline_of(error.code) if error.code in AMOUNT_MESSAGES else None
