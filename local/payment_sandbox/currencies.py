"""What Stripe takes: its currencies, and the amounts in each, in minor units as Stripe counts them.

https://docs.stripe.com/currencies
"""

from decimal import Decimal

from local.payment_sandbox.stripe_errors import invalid

CURRENCIES = frozenset(
    """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp
    cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr
    isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn
    myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle
    sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw
    """.split()
)
SMALLEST_CHARGE = {
    **dict.fromkeys("usd aud brl cad chf eur inr jpy nzd sgd".split(), 50),
    **{"gbp": 30, "bgn": 100, "pln": 200, "ron": 200, "aed": 200, "myr": 200, "dkk": 250, "nok": 300, "sek": 300},
    **{"hkd": 400, "mxn": 1000, "thb": 1000, "czk": 1500, "huf": 17_500},
}
LARGEST_CHARGE = {  # where it is not eight digits; nine is the least that "more than eight" can mean
    **dict.fromkeys("cop huf inr jpy lbp".split(), 999_999_999),
    "idr": 999_999_999_999,
}
LARGEST_CHARGE_ELSE = 99_999_999
DECIMALS = {
    **dict.fromkeys("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(), 0),
    **dict.fromkeys("bhd jod kwd omr tnd".split(), 3),
}
STEP = {  # amounts are multiples of it, where it is not 1
    **dict.fromkeys("isk ugx".split(), 100),  # counted in hundredths, which are no coins any more
    **dict.fromkeys("bhd jod kwd omr tnd".split(), 10),
}


def price(amount: int, currency: str) -> str:
    """2650, eur -> 26.50 EUR"""
    return f"{Decimal(amount).scaleb(-DECIMALS.get(currency, 2))} {currency.upper()}"


def check_charge(amount: int, currency: str) -> None:
    """`currency`: lower case. Raises StripeError for what cannot be charged."""
    if currency not in CURRENCIES:
        supported = ", ".join(sorted(CURRENCIES))
        raise invalid(f"Invalid currency: {currency[:10]}. Stripe currently supports: {supported}", param="currency")
    check_step(amount, currency)
    smallest = SMALLEST_CHARGE.get(currency, 1)
    if amount < smallest:
        raise invalid(f"Amount must be at least {price(smallest, currency)}", "amount_too_small", "amount")
    largest = LARGEST_CHARGE.get(currency, LARGEST_CHARGE_ELSE)
    if amount > largest:
        raise invalid(f"Amount must be no more than {price(largest, currency)}", "amount_too_large", "amount")


def check_step(amount: int, currency: str) -> None:
    step = STEP.get(currency, 1)
    if amount % step:
        raise invalid(f"Amounts of {currency} must be divisible by {step}.", param="amount")
