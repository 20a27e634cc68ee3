"""Declines: a code for programs and a message for the customer, in the provider's form; and our own declines."""

from typing import NotRequired, TypedDict


class Decline(TypedDict):
    code: str
    decline_code: NotRequired[str | None]  # the bank's; an order's row leaves it out where there is none
    message: str


def own_decline(code: str, message: str) -> Decline:
    return {"code": code, "decline_code": None, "message": message}


NO_SAVED_METHOD = own_decline("no_saved_method", "No payment method is saved.")
SAVED_METHOD_GONE = own_decline(
    "saved_method_gone", "Your saved payment method is no longer there, and we have forgotten it. Use another one."
)
PAY_AGAIN = own_decline("pay_again", "This payment could not be made. Try it again.")
CANCELLED = own_decline("payment_cancelled", "The payment was cancelled. Try again.")
