"""Writes `stripe_parameters.py` from the `stripe` package: `python -m local.payment_sandbox.parameter_table`.

The sandbox itself runs without the package; a test compares the table with what the package says.
"""

import re
import textwrap
from pathlib import Path
from typing import Any

from local.payment_sandbox.routes import ROUTES

PATH = Path(__file__).with_name("stripe_parameters.py")
NESTED = ("PaymentIntentCreateParamsAutomaticPaymentMethods",)  # objects inside a call's parameters that are read
CHOICES = (  # parameters with a fixed list of values that are read
    ("PaymentIntentCreateParams", "allowed_payment_method_types"),
    ("PaymentIntentCreateParams", "capture_method"),
    ("PaymentIntentCreateParams", "setup_future_usage"),
    ("PaymentIntentCreateParamsAutomaticPaymentMethods", "allow_redirects"),
    ("PaymentIntentConfirmParams", "setup_future_usage"),
    ("PaymentIntentCancelParams", "cancellation_reason"),
    ("RefundCreateParams", "reason"),
    ("ConfirmationTokenCreateParams", "setup_future_usage"),
)
HEAD = '''"""Stripe's parameters of every call that the sandbox has, by the `stripe` package's own types.

Written by `python -m local.payment_sandbox.parameter_table`; not by hand.
"""

'''


def table() -> str:
    """The text of `stripe_parameters.py`."""
    import stripe

    kinds = sorted({route.parameters for route in ROUTES} | set(NESTED))
    names = "".join(f'    "{kind}": """\n{words(names_of(kind))}\n    """.split(),\n' for kind in kinds)
    choices = "".join(
        f'    ("{kind}", "{name}"): """\n{words(choices_of(kind, name))}\n    """.split(),\n' for kind, name in CHOICES
    )
    return f'{HEAD}API_VERSION = "{stripe.api_version}"\n\nNAMES = {{\n{names}}}\n\nCHOICES = {{\n{choices}}}\n'


def names_of(kind: str) -> list[str]:
    from stripe._request_options import RequestOptions

    return sorted(set(typed(kind).__annotations__) - set(RequestOptions.__annotations__))


def choices_of(kind: str, name: str) -> list[str]:
    """The literals of the annotation; the empty one, which takes a value back, is no choice."""
    return sorted(set(re.findall(r"'([a-z0-9_]+)'", repr(typed(kind).__annotations__[name]))))


def typed(kind: str) -> Any:
    from stripe import params
    from stripe.params import test_helpers

    return getattr(params, kind, None) or getattr(test_helpers, kind)


def words(names: list[str]) -> str:
    return textwrap.fill(" ".join(names), 116, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)


if __name__ == "__main__":
    PATH.write_text(table())
