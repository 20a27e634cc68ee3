"""Currencies by ISO 4217. Inside, money is an integer of minor units; 2650 is 26.50 EUR and 2650 JPY."""

from decimal import Decimal

MINOR_DIGITS = {  # exponents other than 2
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}

CURRENCIES = frozenset(MINOR_DIGITS) | frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP
    CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES
    KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK
    NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
    TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW ZWG
    """.split()
)

# A card's charge must be a multiple of this many minor units; 1 for other currencies. Stripe wants the last of three
# digits to be 0, and whole ariary. https://docs.stripe.com/currencies
CHARGE_STEP = {**dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 10), "MGA": 100}

# Currencies in which Stripe charges no card. https://docs.stripe.com/currencies#presentment-currencies
NOT_CHARGEABLE = frozenset("BTN CUP ERN GHS IQD IRR KPW LYD MRU SDG SSP STN SVC SYP TMT UYI VES ZWG".split())

# The largest charge, in minor units, where it is not 99_999_999. Stripe allows eight digits as it counts, and it counts
# hundredths of krónur and shillings. In the first six currencies Stripe allows more; nine digits are enough for us.
LARGEST_CHARGE = {
    **dict.fromkeys(("COP", "HUF", "IDR", "INR", "JPY", "LBP"), 999_999_999),
    **dict.fromkeys(("ISK", "UGX"), 999_999),
}


def largest_charge(currency: str) -> int:
    """Minor units."""
    return LARGEST_CHARGE.get(currency, 99_999_999)


def major_units(minor: int, currency: str) -> int | float:
    """2650 EUR -> 26.5, 1500 EUR -> 15, 500 JPY -> 500."""
    unit: int = 10 ** MINOR_DIGITS.get(currency, 2)
    whole, rest = divmod(minor, unit)
    return minor / unit if rest else whole


def in_words(minor: int, currency: str) -> str:
    """2650 EUR -> "26.50 EUR", 500 JPY -> "500 JPY"."""
    digits = MINOR_DIGITS.get(currency, 2)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f} {currency}"


def minor_units(major: Decimal, currency: str) -> int:
    """26.5 EUR -> 2650. Raises ValueError for more decimals than the currency has."""
    amount = major.scaleb(MINOR_DIGITS.get(currency, 2))
    if amount != amount.to_integral_value():
        raise ValueError(f"{major} has more decimals than {currency}")
    return int(amount)


def chargeable(minor: int, currency: str) -> bool:
    """Whether a card can be charged exactly this: 1120 KWD (1.120) yes, 1125 no. The least amount that the provider
    charges is another matter."""
    return minor % CHARGE_STEP.get(currency, 1) == 0
