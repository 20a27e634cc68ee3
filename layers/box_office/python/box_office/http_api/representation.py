"""Times and money as JSON shows them."""

from datetime import UTC, datetime
from decimal import Decimal

MINOR_DIGITS = {  # ISO 4217 exponents other than 2
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND"), 0),
    **dict.fromkeys(("VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def iso_ms(epoch_ms: int) -> str:
    """`2026-11-23T10:00:00.000Z`: instants that the server took."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{epoch_ms % 1000:03d}Z"


def iso_seconds(epoch_ms: int) -> str:
    """`2026-11-23T18:00:00Z`: times of the programme."""
    return datetime.fromtimestamp(epoch_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def major_units(minor: int, currency: str) -> int | float:
    """2650 EUR -> 26.5, 1500 EUR -> 15, 500 JPY -> 500."""
    amount = Decimal(minor).scaleb(-MINOR_DIGITS.get(currency, 2))
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def minor_units(major: Decimal, currency: str) -> int:
    """26.5 EUR -> 2650. Raises ValueError for more decimals than the currency has."""
    amount = major.scaleb(MINOR_DIGITS.get(currency, 2))
    if amount != amount.to_integral_value():
        raise ValueError(f"{major} has more decimals than {currency}")
    return int(amount)
