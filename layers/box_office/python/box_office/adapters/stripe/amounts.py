"""Converts minor units by ISO 4217 into the units that Stripe counts in, and back.

Stripe differs for three currencies, and has rules of its own: https://docs.stripe.com/currencies ("Special cases").
"""

from box_office.domain.money import MINOR_DIGITS, chargeable

STRIPE_DIGITS = {
    "ISK": 2,  # has no decimals any more, but Stripe goes on counting hundredths: 5 ISK are 500
    "UGX": 2,  # the same: the page lists it as a zero-decimal currency too, but its special case overrules that
    "MGA": 0,  # ISO has two digits, for fifths of an ariary; Stripe counts whole ariary only
}


def stripe_amount(minor: int, currency: str) -> int:
    """5 ISK -> 500. `currency`: upper case. Raises ValueError for an amount that no card can be charged with."""
    if not chargeable(minor, currency):
        raise ValueError(f"{minor} minor units of {currency} cannot be charged")
    digits = more_digits(currency)
    step: int = 10 ** abs(digits)
    return minor * step if digits >= 0 else minor // step


def minor_amount(amount: int, currency: str) -> int:
    """Stripe's 500 for ISK -> 5. Raises ValueError for a fraction, which by its documents Stripe never charges."""
    digits = more_digits(currency)
    step: int = 10 ** abs(digits)
    if digits <= 0:
        return amount * step
    minor, rest = divmod(amount, step)
    if rest:
        raise ValueError(f"{amount} of Stripe's {currency} is no whole number of minor units")
    return minor


def more_digits(currency: str) -> int:
    iso = MINOR_DIGITS.get(currency, 2)
    return STRIPE_DIGITS.get(currency, iso) - iso
