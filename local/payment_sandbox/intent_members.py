"""A new PaymentIntent: its amount, and the kinds of payment methods that can pay it."""

from local.payment_sandbox.currencies import check_charge
from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import invalid

ALLOWED = "allowed_payment_method_types"
AUTOMATIC = "automatic_payment_methods"
# https://docs.stripe.com/changelog/dahlia/2026-07-29/allowed-payment-method-types-parameter
EXCLUDE_EACH_OTHER = (ALLOWED, AUTOMATIC, "excluded_payment_method_types", "payment_method_configuration")
NO_DESCRIPTOR = (
    "The statement_descriptor parameter is not supported for the payment_method_type `card`. To continue supporting "
    "payment_method_type `card`, please pass in `statement_descriptor_suffix` or remove the `statement_descriptor` "
    "parameter altogether."
)
NO_TYPES = (
    "No valid payment method types for this Payment Intent. Please ensure that you have activated payment methods "
    "compatible with your chosen currency, or allow others."
)
# Of `PaymentIntent` in the types of @stripe/stripe-js: all that a page is shown.
SHOWN_TO_PAGE = frozenset(
    """
    id object amount canceled_at cancellation_reason capture_method client_secret confirmation_method created currency
    description last_payment_error livemode next_action payment_method payment_method_types processing receipt_email
    setup_future_usage shipping status
    """.split()
)


def of_page(intent: Thing) -> Thing:
    """The intent without what is the shop's alone: its metadata, its customer, its charge."""
    return {name: value for name, value in intent.items() if name in SHOWN_TO_PAGE}


def new_intent(ledger: Ledger, parameters: Parameters) -> Thing:
    intent_id = ledger.new_id("pi")
    amount, currency = _money(parameters)
    allowed, types, automatic = _accepted(parameters, currency)
    descriptor = parameters.text("statement_descriptor", length_max=22)
    if descriptor and "card" in types:
        raise invalid(NO_DESCRIPTOR, param="statement_descriptor")
    return {
        "id": intent_id,
        "object": "payment_intent",
        ALLOWED: allowed,
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        AUTOMATIC: automatic,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": parameters.choice("capture_method") or "automatic_async",
        "client_secret": f"{intent_id}_{ledger.new_id('secret')}",
        "confirmation_method": "automatic",
        "created": ledger.now(),
        "currency": currency,
        "customer": None,
        "description": parameters.text("description", length_max=1_000),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": parameters.metadata(),
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {},
        "payment_method_types": types,
        "processing": None,
        "receipt_email": parameters.text("receipt_email", length_max=800),
        "setup_future_usage": parameters.choice("setup_future_usage"),
        "shipping": None,
        "statement_descriptor": descriptor,
        "statement_descriptor_suffix": parameters.text("statement_descriptor_suffix", length_max=22),
        "status": "requires_payment_method",
        "transfer_group": parameters.text("transfer_group"),
        HIDDEN: {"cancellable": False},
    }


def _money(parameters: Parameters) -> tuple[int, str]:
    parameters.required_text("amount")
    amount = parameters.positive("amount") or 0
    currency = parameters.required_text("currency").lower()
    check_charge(amount, currency)
    return amount, currency


def _accepted(parameters: Parameters, currency: str) -> tuple[list[str] | None, list[str], Thing | None]:
    """What can pay: of the allowed types those that fit, else what is enabled in the dashboard, which may redirect."""
    given = [name for name in EXCLUDE_EACH_OTHER if parameters.given(name)]
    if len(given) > 1:
        raise invalid(f"You may only specify one of these parameters: {', '.join(given)}.")
    for name in given:
        if name not in (ALLOWED, AUTOMATIC):
            raise invalid(f"The payment sandbox does not have the parameter {name}, which Stripe has.", param=name)
    allowed = parameters.choices(ALLOWED)
    if allowed:
        types = [name for name in allowed if name == "card" or (name == "us_bank_account" and currency == "usd")]
        if not types:
            raise invalid(NO_TYPES)
        return allowed, types, None
    automatic = parameters.object(AUTOMATIC, "PaymentIntentCreateParamsAutomaticPaymentMethods")
    if automatic is None:
        return None, ["card"], {"allow_redirects": "always", "enabled": True}
    automatic.required_text("enabled")
    enabled = automatic.flag("enabled")
    redirects = automatic.choice("allow_redirects") or "always"
    automatic.finish()
    return None, ["card"], {"allow_redirects": redirects, "enabled": True} if enabled else None
