"""How an intent is confirmed: what the call says, and what its confirmation token says where the call does not."""

from dataclasses import dataclass

from local.payment_sandbox.confirmation_tokens import existing_token
from local.payment_sandbox.ledger import Ledger, Thing
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import invalid

ONLY_CONFIRMED = ("return_url", "off_session", "confirmation_token")


@dataclass(frozen=True)
class Confirmation:
    return_url: str | None
    use_stripe_sdk: bool
    off_session: bool
    future_usage: str | None
    token: Thing | None


def read_confirmation(ledger: Ledger, parameters: Parameters) -> Confirmation:
    """Of a create or a confirm."""
    token = _token(ledger, parameters)
    of_token = token or {"return_url": None, "use_stripe_sdk": False, "setup_future_usage": None}
    script = parameters.flag("use_stripe_sdk")
    return Confirmation(
        return_url=parameters.url("return_url") or of_token["return_url"],
        use_stripe_sdk=of_token["use_stripe_sdk"] if script is None else script,
        off_session=parameters.flag("off_session") or False,
        future_usage=parameters.choice("setup_future_usage") or of_token["setup_future_usage"],
        token=token,
    )


def check_unconfirmed(parameters: Parameters) -> None:
    """A create that does not confirm says nothing of how."""
    for name in ONLY_CONFIRMED:
        if parameters.given(name):
            raise invalid(f"`{name}` can only be given together with `confirm`.", param=name)


def _token(ledger: Ledger, parameters: Parameters) -> Thing | None:
    token_id = parameters.text("confirmation_token")
    if token_id is None:
        return None
    if parameters.given("payment_method"):
        raise invalid("You may only specify one of these parameters: confirmation_token, payment_method.")
    return existing_token(ledger, token_id)
