"""Declines that are our own to make, in the form of the provider's: a code for programs, words for who pays."""

from collections.abc import Mapping
from types import MappingProxyType


def own_decline(code: str, message: str) -> Mapping[str, str | None]:
    return MappingProxyType({"code": code, "decline_code": None, "message": message})


NO_SAVED_METHOD = own_decline("no_saved_method", "No payment method is saved.")
SAVED_METHOD_GONE = own_decline(
    "saved_method_gone", "Your saved payment method is no longer there, and we have forgotten it. Use another one."
)
PAY_AGAIN = own_decline("pay_again", "This payment could not be made. Try it again.")
