"""What Stripe takes: its currencies, and the smallest charge in each, in minor units.

https://docs.stripe.com/currencies
"""

from decimal import Decimal

CURRENCIES = frozenset(
    """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop
    crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jpy
    kes kgs khr kmf krw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok
    npr nzd pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try
    ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
    """.split()
)
SMALLEST_CHARGE = {
    **dict.fromkeys("usd aud brl cad chf eur inr jpy nzd sgd".split(), 50),
    **{"gbp": 30, "bgn": 100, "pln": 200, "ron": 200, "aed": 200, "myr": 200, "dkk": 250, "nok": 300, "sek": 300},
    **{"hkd": 400, "mxn": 1000, "thb": 1000, "czk": 1500, "huf": 17_500},
}
DECIMALS = {
    **dict.fromkeys("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split(), 0),
    **dict.fromkeys("bhd jod kwd omr tnd".split(), 3),
}
LARGEST_CHARGE = 99_999_999


def price(amount: int, currency: str) -> str:
    """2650, eur -> 26.50 EUR"""
    return f"{Decimal(amount).scaleb(-DECIMALS.get(currency, 2))} {currency.upper()}"
