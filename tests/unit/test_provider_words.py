"""The payment provider's words stay behind its adapter: a second provider is one folder, and one line of the wiring."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_imports import PACKAGE, ROOT, files_beside_it, product_files

# The provider's name, the beginnings of its ids and keys, and its names of events.
WORDS = re.compile(
    r"stripe|(?<![A-Za-z0-9_])(?:pm|pi|re|ch|cus|seti|evt|whsec|sk_test|sk_live)_|\b(?:charge|payment_intent)\.[a-z]",
    re.IGNORECASE,
)
# From Python 3.12 on the text of an f-string is a token of its own.
CODE = (tokenize.NAME, tokenize.STRING, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING))
# What knows the provider by name: wiring, which chooses it; what the edge lets a page load, and what the page is given
# of it, under the names of config.json; its stand-in on one machine; the check of its account; the quota it grants.
SPEAKS_ITS_LANGUAGE = (
    PACKAGE / "wiring",
    ROOT / "infra/edge/provider.py",
    ROOT / "infra/page_config.py",
    ROOT / "local/payment_sandbox",
    ROOT / "local/payments.py",
    ROOT / "operations/check_stripe.py",
    ROOT / "rehearsal/quotas.py",
    ROOT / "rehearsal/sandbox.py",
    ROOT / "operations/stripe_till.py",
)


def is_behind_the_adapter(path: Path) -> bool:
    adapters = PACKAGE / "adapters"
    if path.is_relative_to(adapters):
        return path.relative_to(adapters).parts[0].startswith("stripe")
    return any(path.is_relative_to(one) for one in SPEAKS_ITS_LANGUAGE)


def provider_words(source: str) -> Iterator[str]:
    """Of names and texts, docstrings included. A comment may say where a rule comes from, with its address."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in CODE:
            yield from (f"line {token.start[0]}: {word}" for word in WORDS.findall(token.string))


FILES = [path for path in (*product_files(), *files_beside_it()) if not is_behind_the_adapter(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_else_speaks_the_providers_language(path: Path) -> None:
    found = list(provider_words(path.read_text(encoding="utf-8")))
    assert not found, "\n".join(found) + "\ntranslate it in the provider's adapter, and pass it through a port"


@pytest.mark.parametrize(
    "source",
    [
        'headers.get("stripe-signature", "")',
        'kind = "charge.refunded"',
        'if kind.startswith("payment_intent."):\n    kind == "payment_intent.succeeded"',
        'PATTERN = r"^pm_[A-Za-z0-9_]{1,120}$"',
        'f"pi_{order_id}"',
        "from box_office.adapters.stripe.callbacks import read_callback",
        "class StripeWallet: ...",
        'def f():\n    """As Stripe does."""',
        'key = "sk_test_1"',
    ],
)
def test_a_word_of_the_provider_is_found(source: str) -> None:
    assert list(provider_words(source))


@pytest.mark.parametrize(
    "source",
    [
        "x = 1  # as Stripe counts them: https://docs.stripe.com/currencies",
        'more_seats, spi_ = "the charge. It is refunded", "re-pinned"',
        "charge.state",
    ],
)
def test_a_word_of_our_own_is_not(source: str) -> None:
    assert not list(provider_words(source))


def test_there_is_an_adapter_behind_which_it_is_spoken() -> None:
    behind = [path for path in product_files() if is_behind_the_adapter(path)]
    assert any(list(provider_words(path.read_text(encoding="utf-8"))) for path in behind)
    assert len(behind) > 5
