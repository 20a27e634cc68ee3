"""What is sent to Stripe, to the letter of https://docs.stripe.com/currencies, and what is read from it."""

import pytest

from box_office.adapters.stripe.amounts import minor_amount, stripe_amount


@pytest.mark.parametrize(
    ("minor", "currency", "at_stripe"),
    [
        (1000, "USD", 1000),
        (2650, "EUR", 2650),
        (1045, "HUF", 1045),  # whole ones only in payouts
        (80045, "TWD", 80045),  # the same
        (500, "JPY", 500),
        (500, "CLP", 500),
        (5, "ISK", 500),
        (0, "ISK", 0),
        (5, "UGX", 500),
        (15_000, "UGX", 1_500_000),
        (500, "MGA", 5),
        (5120, "KWD", 5120),
        (5130, "BHD", 5130),
        (10, "JOD", 10),
        (10, "OMR", 10),
        (10, "TND", 10),
    ],
)
def test_an_amount_at_stripe_and_back(minor: int, currency: str, at_stripe: int) -> None:
    assert stripe_amount(minor, currency) == at_stripe
    assert minor_amount(at_stripe, currency) == minor


@pytest.mark.parametrize(
    ("minor", "currency"),
    [(5124, "KWD"), (5, "BHD"), (1125, "JOD"), (9, "OMR"), (1001, "TND"), (550, "MGA"), (1, "MGA")],
)
def test_what_cannot_be_charged_is_never_rounded(minor: int, currency: str) -> None:
    with pytest.raises(ValueError, match=currency):
        stripe_amount(minor, currency)


@pytest.mark.parametrize("currency", ["ISK", "UGX"])
def test_a_fraction_that_stripe_says_does_not_exist_is_no_amount(currency: str) -> None:
    with pytest.raises(ValueError, match=currency):
        minor_amount(550, currency)
