"""Stripe as the wiring takes it: LIBRARIES, METHOD_TOKENS, provider, callbacks. Another provider is another folder with
these four names, and one line of the wiring.

The package is imported when it is first needed: what holds seats or accepts a payment starts without it.
"""

from collections.abc import Callable

from box_office.ports import Callbacks, Clock, Counters, MethodTokens, Provider, TokenForm

LIBRARIES = ("stripe",)  # whose loggers are told to be quiet
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
    pause_seconds: float,
    return_url: str,
    deployment_id: Callable[[], str],
    clock: Clock,
    counters: Counters,
) -> Provider:
    """`url`: empty for the provider's own. `pause_seconds`: before each call. `return_url`: where customers come back
    to from their bank. `api_key` is asked for at every call: it may have been rotated."""
    from box_office.adapters.stripe.provider import StripeProvider
    from box_office.adapters.stripe.requests import StripeRequests, stripe_client

    requests = StripeRequests(lambda: stripe_client(api_key(), url, timeout_seconds), clock, pause_seconds, counters)
    return StripeProvider(requests, deployment_id, return_url)


def callbacks(secret: Callable[[], str]) -> Callbacks:
    """`secret`: what the provider signs with."""
    from box_office.adapters.stripe.callbacks import StripeCallbacks

    return StripeCallbacks(secret)
