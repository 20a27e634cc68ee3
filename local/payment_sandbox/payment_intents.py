"""PaymentIntents: create, confirm, retrieve, cancel, capture. https://docs.stripe.com/api/payment_intents"""

from local.payment_sandbox.charging import attempt, decline_error, mark_captured
from local.payment_sandbox.currencies import CURRENCIES, LARGEST_CHARGE, SMALLEST_CHARGE, check_step
from local.payment_sandbox.customers import existing_customer, usable_method
from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing, shown
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import invalid, missing, unexpected_state

CAPTURE_METHODS = ("automatic", "automatic_async", "manual")
FUTURE_USAGES = ("off_session", "on_session")
REASONS = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
METHOD_TYPES = ("card", "us_bank_account")
CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELLABLE = (*CONFIRMABLE, "requires_capture")
NO_METHOD = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
    "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method."
)
NO_RETURN_URL = (
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these "
    "payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want "
    "to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and "
    "`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents."
)


def create(ledger: Ledger, parameters: Parameters) -> Thing:
    intent = _new_intent(ledger, parameters)
    confirm_now = parameters.flag("confirm") or False
    customer_id = parameters.text("customer")
    if customer_id:
        intent["customer"] = existing_customer(ledger, customer_id)["id"]
    method_id = parameters.text("payment_method")
    if method_id:
        method = usable_method(ledger, method_id, intent["customer"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    return_url, off_session = parameters.url("return_url"), parameters.flag("off_session")
    parameters.finish()
    if not confirm_now and (return_url or off_session is not None):
        name = "return_url" if return_url else "off_session"
        raise invalid(f"`{name}` can only be given together with `confirm`.", param=name)
    ledger.save(intent)
    return _confirm(ledger, intent, return_url, off_session or False) if confirm_now else shown(intent)


def confirm(ledger: Ledger, parameters: Parameters, intent_id: str) -> Thing:
    intent = _existing(ledger, intent_id)
    method_id = parameters.text("payment_method")
    usage = parameters.choice("setup_future_usage", FUTURE_USAGES)
    receipt_email = parameters.text("receipt_email")
    return_url, off_session = parameters.url("return_url"), parameters.flag("off_session")
    parameters.flag("use_stripe_sdk")
    parameters.finish()
    if intent["status"] == "succeeded":
        already = "it has already succeeded after being previously confirmed"
        raise unexpected_state(shown(intent), f"You cannot confirm this PaymentIntent because {already}.")
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(shown(intent), _only("You cannot confirm this PaymentIntent", intent, CONFIRMABLE))
    if method_id:
        intent["payment_method"] = usable_method(ledger, method_id, intent["customer"])["id"]
    intent["setup_future_usage"] = usage or intent["setup_future_usage"]
    intent["receipt_email"] = receipt_email or intent["receipt_email"]
    return _confirm(ledger, intent, return_url, off_session or False)


def retrieve(ledger: Ledger, parameters: Parameters, intent_id: str) -> Thing:
    parameters.text("client_secret")
    parameters.finish()
    return shown(_existing(ledger, intent_id))


def cancel(ledger: Ledger, parameters: Parameters, intent_id: str) -> Thing:
    intent = _existing(ledger, intent_id)
    reason = parameters.choice("cancellation_reason", REASONS)
    parameters.finish()
    debit_can_stop = intent["status"] == "processing" and intent[HIDDEN]["cancellable"]
    if intent["status"] not in CANCELLABLE and not debit_can_stop:
        raise unexpected_state(shown(intent), _only("You cannot cancel this PaymentIntent", intent, CANCELLABLE))
    intent |= {"status": "canceled", "canceled_at": ledger.now(), "cancellation_reason": reason}
    intent |= {"next_action": None, "amount_capturable": 0}
    ledger.save(intent)
    ledger.emit("payment_intent.canceled", intent)
    return shown(intent)


def capture(ledger: Ledger, parameters: Parameters, intent_id: str) -> Thing:
    intent = _existing(ledger, intent_id)
    amount = parameters.positive("amount_to_capture")
    intent["metadata"] = parameters.metadata(intent["metadata"])
    parameters.finish()
    if intent["status"] != "requires_capture":
        message = _only("This PaymentIntent could not be captured", intent, ("requires_capture",))
        raise unexpected_state(shown(intent), message)
    if amount and amount > intent["amount_capturable"]:
        message = f"The remaining amount that can be captured is {intent['amount_capturable']} {intent['currency']}."
        raise invalid(message, "amount_too_large", "amount_to_capture")
    mark_captured(ledger, intent, amount or intent["amount_capturable"])
    return shown(intent)


def retrieve_charge(ledger: Ledger, parameters: Parameters, charge_id: str) -> Thing:
    parameters.finish()
    charge = ledger.get(charge_id, "charge")
    if charge is None:
        raise missing("charge", charge_id, "id", status=404)
    return shown(charge)


def _confirm(ledger: Ledger, intent: Thing, return_url: str | None, off_session: bool) -> Thing:
    if intent["payment_method"] is None:
        raise unexpected_state(shown(intent), NO_METHOD)
    redirects = intent["automatic_payment_methods"]
    if redirects and redirects["allow_redirects"] == "always" and not return_url:
        raise invalid(NO_RETURN_URL, param="return_url")
    method = usable_method(ledger, intent["payment_method"], intent["customer"])
    attempt(ledger, intent, method, return_url, off_session)
    if intent["last_payment_error"]:
        raise decline_error(intent)
    return shown(intent)


def _existing(ledger: Ledger, intent_id: str) -> Thing:
    intent = ledger.get(intent_id, "payment_intent")
    if intent is None:
        raise missing("payment_intent", intent_id, "intent", status=404)
    return intent


def _only(what: str, intent: Thing, statuses: tuple[str, ...]) -> str:
    return (
        f"{what} because it has a status of {intent['status']}. Only a PaymentIntent with one of the following "
        f"statuses may do so: {', '.join(statuses)}."
    )


def _new_intent(ledger: Ledger, parameters: Parameters) -> Thing:
    intent_id = ledger.new_id("pi")
    amount, currency = _money(parameters)
    types, automatic = _accepted(parameters)
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": automatic,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": parameters.choice("capture_method", CAPTURE_METHODS) or "automatic_async",
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
        "setup_future_usage": parameters.choice("setup_future_usage", FUTURE_USAGES),
        "shipping": None,
        "statement_descriptor": parameters.text("statement_descriptor", length_max=22),
        "statement_descriptor_suffix": parameters.text("statement_descriptor_suffix", length_max=22),
        "status": "requires_payment_method",
        "transfer_group": parameters.text("transfer_group"),
        HIDDEN: {"cancellable": False},
    }


def _money(parameters: Parameters) -> tuple[int, str]:
    parameters.required_text("amount")
    amount = parameters.positive("amount") or 0
    currency = parameters.required_text("currency").lower()
    if currency not in CURRENCIES:
        raise invalid(f"Invalid currency: {currency[:10]}.", param="currency")
    check_step(amount, currency)
    smallest = SMALLEST_CHARGE.get(currency, 1)
    if amount < smallest:
        message = f"Amount must be at least {smallest} in the minor units of {currency}."
        raise invalid(message, "amount_too_small", "amount")
    if amount > LARGEST_CHARGE:
        raise invalid(f"Amount must be no more than {LARGEST_CHARGE}.", "amount_too_large", "amount")
    return amount, currency


def _accepted(parameters: Parameters) -> tuple[list[str], Thing | None]:
    """What can pay: the types given, else what is enabled in the dashboard, which may redirect."""
    types = parameters.values("allowed_payment_method_types")
    automatic = parameters.object("automatic_payment_methods")
    for name in types:
        if name not in METHOD_TYPES:
            raise invalid(f"The sandbox has no payment method type {name[:40]}.", param="allowed_payment_method_types")
    if automatic is None:
        return (types, None) if types else (["card"], {"allow_redirects": "always", "enabled": True})
    enabled = automatic.flag("enabled") or False
    redirects = automatic.choice("allow_redirects", ("always", "never")) or "always"
    automatic.finish()
    if types and enabled:
        message = (
            "You may only specify one of these parameters: automatic_payment_methods, allowed_payment_method_types."
        )
        raise invalid(message)
    return types or ["card"], {"allow_redirects": redirects, "enabled": True} if enabled else None
