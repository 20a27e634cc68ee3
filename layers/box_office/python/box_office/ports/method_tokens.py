"""The forms of what clients send instead of card numbers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TokenForm:
    pattern: str  # a regular expression that matches the whole text
    words: str  # the form in words, e.g. `a payment method of the provider`


@dataclass(frozen=True)
class MethodTokens(TokenForm):
    """The forms of the provider's references to payment methods, which clients send instead of card numbers."""

    confirmation: TokenForm  # of the provider's newer token, which confirms one payment
