"""The well-known test payment methods and what each does.

https://docs.stripe.com/testing and https://docs.stripe.com/payments/ach-direct-debit (for `pm_usBankAccount_*`)
"""

from dataclasses import dataclass
from typing import Literal

GENERIC_MESSAGE = "Your card was declined."


@dataclass(frozen=True)
class Decline:
    """Only `card_declined` carries the bank's `decline_code`."""

    code: str = "card_declined"
    decline_code: str | None = None
    message: str = GENERIC_MESSAGE
    param: str | None = None


@dataclass(frozen=True)
class MethodToken:
    brand: str = "visa"
    last4: str = "4242"
    kind: Literal["card", "us_bank_account"] = "card"
    decline: Decline | None = None
    attachable: bool = True
    challenge: Literal["never", "always", "until_saved"] = "never"
    refund: Literal["succeeded", "pending", "failed"] = "succeeded"
    disputed: bool = False
    cancellable_in_processing: bool = False


def _declined(last4: str, decline_code: str, message: str = GENERIC_MESSAGE) -> MethodToken:
    decline = Decline(decline_code=decline_code, message=message)
    return MethodToken(last4=last4, decline=decline, attachable=False)


GENERIC_DECLINE = Decline(decline_code="generic_decline")
AUTHENTICATION_REQUIRED = Decline(
    code="authentication_required",
    decline_code="authentication_required",
    message="Your card was declined. This transaction requires authentication.",
)
EXPIRED = Decline(code="expired_card", message="Your card has expired.", param="exp_month")
WRONG_CVC = Decline(code="incorrect_cvc", message="Your card's security code is incorrect.", param="cvc")
PROCESSING_ERROR = Decline(
    code="processing_error", message="An error occurred while processing your card. Try again in a little bit."
)
NO_FUNDS = "Your card has insufficient funds."

METHOD_TOKENS = {
    "pm_card_visa": MethodToken(),
    "pm_card_mastercard": MethodToken(brand="mastercard", last4="4444"),
    "pm_card_amex": MethodToken(brand="amex", last4="0005"),
    "pm_card_chargeDeclined": _declined("0002", "generic_decline"),
    "pm_card_visa_chargeDeclined": _declined("0002", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": _declined("9995", "insufficient_funds", NO_FUNDS),
    "pm_card_visa_chargeDeclinedInsufficientFunds": _declined("9995", "insufficient_funds", NO_FUNDS),
    "pm_card_chargeDeclinedLostCard": _declined("9987", "lost_card"),
    "pm_card_chargeDeclinedStolenCard": _declined("9979", "stolen_card"),
    "pm_card_chargeDeclinedExpiredCard": MethodToken(last4="0069", decline=EXPIRED, attachable=False),
    "pm_card_chargeDeclinedIncorrectCvc": MethodToken(last4="0127", decline=WRONG_CVC, attachable=False),
    "pm_card_chargeDeclinedProcessingError": MethodToken(last4="0119", decline=PROCESSING_ERROR, attachable=False),
    "pm_card_chargeCustomerFail": MethodToken(last4="0341", decline=GENERIC_DECLINE),
    "pm_card_authenticationRequired": MethodToken(last4="3184", challenge="always"),
    "pm_card_threeDSecure2Required": MethodToken(last4="3220", challenge="always"),
    "pm_card_threeDSecureRequired": MethodToken(last4="3063", challenge="always"),
    "pm_card_authenticationRequiredOnSetup": MethodToken(last4="3155", challenge="until_saved"),
    "pm_card_threeDSecureRequiredChargeDeclined": MethodToken(
        last4="1629", challenge="always", decline=GENERIC_DECLINE
    ),
    "pm_card_createDispute": MethodToken(last4="0259", disputed=True),
    "pm_card_refundFail": MethodToken(last4="5126", refund="failed"),
    "pm_card_pendingRefund": MethodToken(last4="7726", refund="pending"),
    "pm_usBankAccount_success": MethodToken(kind="us_bank_account", brand="", last4="6789"),
    "pm_usBankAccount_processing": MethodToken(
        kind="us_bank_account", brand="", last4="0009", cancellable_in_processing=True
    ),
}
