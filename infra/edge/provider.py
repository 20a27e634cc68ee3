"""What the page and the edge know of the payment provider by name: another one changes this file, and no other here."""

from dataclasses import dataclass

SIGNATURE_HEADER = "Stripe-Signature"  # of its callbacks, which no log may hold


@dataclass(frozen=True)
class ProviderAddresses:
    """`script`: what the page loads; the others are origins that it may then load from, frame, and ask."""

    script: str
    scripts: tuple[str, ...]
    frames: tuple[str, ...]
    asked: tuple[str, ...]


# Sources: https://docs.stripe.com/security/guide#content-security-policy and
# https://docs.stripe.com/sdks/stripejs-versioning
OF_STRIPE = ProviderAddresses(
    script="https://js.stripe.com/endive/stripe.js",
    scripts=("https://js.stripe.com", "https://*.js.stripe.com"),
    frames=("https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"),
    asked=("https://api.stripe.com",),
)


def provider_addresses(url: str) -> ProviderAddresses:
    """`url`: of a provider that is not at Stripe's own address, such as the sandbox of one machine, which serves all of
    it; or empty."""
    return ProviderAddresses(f"{url}/v3/", (url,), (url,), (url,)) if url else OF_STRIPE
