"""The four names that the wiring takes of Stripe: LIBRARIES, METHOD_TOKENS, provider, callbacks. Another provider is
another folder with these four names, and one line of the wiring.

Stripe's package is imported when it is first needed: HoldSeat and SubmitPayment start without it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from box_office.ports import Clock, Counters, MethodTokens, TokenForm

if TYPE_CHECKING:
    from box_office.ports.payments import Callbacks, Provider

LIBRARIES = ("stripe",)  # whose loggers library_logs.py keeps at WARNING
METHOD_TOKENS = MethodTokens(
    r"pm_[A-Za-z0-9_]{1,120}",
    "a payment method of the provider, as in 'pm_card_visa'",
    TokenForm(r"ctoken_[A-Za-z0-9_]{1,120}", "a confirmation token of the provider, as in 'ctoken_1A2b'"),
)


def provider(
    *,
    api_key: Callable[[], str],
    url: str,
    timeout_seconds: int,
    interval_seconds: float,
    return_url: str,
    deployment_id: Callable[[], str],
    clock: Clock,
    counters: Counters,
) -> "Provider":
    """`url`: empty for Stripe's own. `interval_seconds`: from the begin of one call to the next. `return_url`: where
    the bank sends customers back to. `api_key` is called for every request: an operator may have rotated it."""
    from box_office.adapters.stripe.provider import StripeProvider
    from box_office.adapters.stripe.requests import Pace, StripeRequests, stripe_client

    pace = Pace(clock, interval_seconds)
    requests = StripeRequests(lambda: stripe_client(api_key(), url, timeout_seconds), pace, counters)
    return StripeProvider(requests, deployment_id, return_url)


def callbacks(secret: Callable[[], str]) -> "Callbacks":
    """`secret`: the key that Stripe signs callbacks with."""
    from box_office.adapters.stripe.callbacks import StripeCallbacks

    return StripeCallbacks(secret)
