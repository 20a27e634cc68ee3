"""Confirmation tokens: what a page has collected of a payment, for the server to confirm an intent with, once.

https://docs.stripe.com/api/confirmation_tokens and https://docs.stripe.com/api/confirmation_tokens/test_create
"""

from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing, shown
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.payment_methods import resolve_method
from local.payment_sandbox.stripe_errors import invalid, missing

LIFE_SECONDS = 12 * 3600
UNUSABLE = "payment_intent_confirmation_token_invalid"


def create_confirmation_token(ledger: Ledger, parameters: Parameters) -> Thing:
    """Of a card form, and without one, as Stripe's test helper makes them."""
    method = resolve_method(ledger, parameters.required_text("payment_method"))
    now = ledger.now()
    token = {
        "id": ledger.new_id("ctoken"),
        "object": "confirmation_token",
        "created": now,
        "expires_at": now + LIFE_SECONDS,
        "livemode": False,
        "mandate_data": None,
        "payment_intent": None,
        "payment_method_options": None,
        "payment_method_preview": {
            "billing_details": method["billing_details"],
            "customer": method["customer"],
            "type": method["type"],
            method["type"]: method[method["type"]],
        },
        "return_url": parameters.url("return_url"),
        "setup_future_usage": parameters.choice("setup_future_usage"),
        "setup_intent": None,
        "shipping": None,
        "use_stripe_sdk": True,
        HIDDEN: {"payment_method": method["id"]},
    }
    parameters.finish()
    ledger.save(token)
    return shown(token)


def existing_token(ledger: Ledger, token_id: str) -> Thing:
    token = ledger.get(token_id, "confirmation_token")
    if token is None:
        raise missing("confirmation_token", token_id, "confirmation_token", status=404)
    return token


def use_token(ledger: Ledger, token: Thing, intent: Thing) -> str:
    """The id of its payment method. Refuses a token that was used, for this intent or another, or has expired."""
    if token["payment_intent"] is not None:
        raise invalid(f"The ConfirmationToken {token['id']} has already been used.", UNUSABLE)
    if token["expires_at"] <= ledger.now():
        raise invalid(f"The ConfirmationToken {token['id']} has expired.", UNUSABLE)
    token["payment_intent"] = intent["id"]
    ledger.save(token)
    return str(token[HIDDEN]["payment_method"])
