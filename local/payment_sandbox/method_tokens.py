"""The well-known test payment methods and what each does.

https://docs.stripe.com/testing and https://docs.stripe.com/payments/ach-direct-debit (for `pm_usBankAccount_*`)
"""

from dataclasses import dataclass
from typing import Literal

Dispute = Literal["fraudulent", "product_not_received", "inquiry"]


@dataclass(frozen=True)
class Decline:
    """Members that are None are left out of the error, as Stripe leaves out what it does not know."""

    code: str | None = "card_declined"
    decline_code: str | None = None
    advice_code: str | None = "try_again_later"
    message: str | None = "Your card was declined."
    param: str | None = None


@dataclass(frozen=True)
class MethodToken:
    """`dispute`: the charge is disputed as soon as it is made."""

    brand: str = "visa"
    last4: str = "4242"
    kind: Literal["card", "us_bank_account"] = "card"
    decline: Decline | None = None
    challenge: Literal["never", "always", "until_saved"] = "never"
    refund: Literal["succeeded", "pending", "failed"] = "succeeded"
    dispute: Dispute | None = None
    cancellable_in_processing: bool = False


GENERIC_DECLINE = Decline(decline_code="generic_decline")
DECLINE_WITHOUT_CODE = Decline(code=None, advice_code=None, message=None)
AUTHENTICATION_REQUIRED = Decline(
    code="authentication_required",
    decline_code="authentication_required",
    advice_code=None,
    message="Your card was declined. This transaction requires authentication.",
)
LOST = Decline(decline_code="lost_card", advice_code="do_not_try_again")
STOLEN = Decline(decline_code="stolen_card", advice_code="do_not_try_again")
FRAUDULENT = Decline(decline_code="fraudulent", advice_code="do_not_try_again")
TOO_OFTEN = Decline(
    decline_code="card_velocity_exceeded",
    message="Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
)
NO_FUNDS = Decline(decline_code="insufficient_funds", message="Your card has insufficient funds.")
EXPIRED = Decline("expired_card", "expired_card", "do_not_try_again", "Your card has expired.", "exp_month")
WRONG_CVC = Decline(
    "incorrect_cvc", "incorrect_cvc", "confirm_card_data", "Your card's security code is incorrect.", "cvc"
)
PROCESSING_ERROR = Decline(
    code="processing_error",
    decline_code="processing_error",
    message="An error occurred while processing your card. Try again in a little bit.",
)


def _declined(last4: str, decline: Decline) -> MethodToken:
    return MethodToken(last4=last4, decline=decline)


# Stripe has these with and without the brand: pm_card_chargeDeclined, pm_card_visa_chargeDeclined.
DECLINED = {
    "chargeDeclined": _declined("0002", GENERIC_DECLINE),
    "chargeDeclinedInsufficientFunds": _declined("9995", NO_FUNDS),
    "chargeDeclinedLostCard": _declined("9987", LOST),
    "chargeDeclinedStolenCard": _declined("9979", STOLEN),
}

METHOD_TOKENS = {
    "pm_card_visa": MethodToken(),
    "pm_card_visa_debit": MethodToken(last4="5556"),
    "pm_card_mastercard": MethodToken(brand="mastercard", last4="4444"),
    "pm_card_amex": MethodToken(brand="amex", last4="0005"),
    "pm_card_bypassPending": MethodToken(last4="0077"),
    "pm_card_bypassPendingInternational": MethodToken(last4="0093"),
    **{f"pm_card_{name}": token for name, token in DECLINED.items()},
    **{f"pm_card_visa_{name}": token for name, token in DECLINED.items()},
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": _declined("6975", TOO_OFTEN),
    "pm_card_chargeDeclinedFraudulent": _declined("0019", FRAUDULENT),
    "pm_card_chargeDeclinedExpiredCard": _declined("0069", EXPIRED),
    "pm_card_chargeDeclinedIncorrectCvc": _declined("0127", WRONG_CVC),
    "pm_card_chargeDeclinedProcessingError": _declined("0119", PROCESSING_ERROR),
    "pm_card_radarBlock": _declined("0019", FRAUDULENT),
    "pm_card_chargeCustomerFail": MethodToken(last4="0341", decline=GENERIC_DECLINE),
    "pm_card_authenticationRequired": MethodToken(last4="3184", challenge="always"),
    "pm_card_threeDSecure2Required": MethodToken(last4="3220", challenge="always"),
    "pm_card_threeDSecureRequired": MethodToken(last4="3063", challenge="always"),
    "pm_card_threeDSecureOptional": MethodToken(last4="3055"),
    "pm_card_authenticationRequiredOnSetup": MethodToken(last4="3155", challenge="until_saved"),
    "pm_card_threeDSecureRequiredChargeDeclined": MethodToken(
        last4="1629", challenge="always", decline=GENERIC_DECLINE
    ),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": MethodToken(
        last4="8260", challenge="always", decline=NO_FUNDS
    ),
    "pm_card_createDispute": MethodToken(last4="0259", dispute="fraudulent"),
    "pm_card_createDisputeProductNotReceived": MethodToken(last4="2685", dispute="product_not_received"),
    "pm_card_createDisputeInquiry": MethodToken(last4="1976", dispute="inquiry"),
    "pm_card_refundFail": MethodToken(last4="5126", refund="failed"),
    "pm_card_pendingRefund": MethodToken(last4="7726", refund="pending"),
    "pm_usBankAccount_success": MethodToken(kind="us_bank_account", brand="", last4="6789"),
    "pm_usBankAccount_processing": MethodToken(
        kind="us_bank_account", brand="", last4="0009", cancellable_in_processing=True
    ),
}
