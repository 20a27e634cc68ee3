"""PaymentIntents: create, confirm, retrieve, cancel, capture. https://docs.stripe.com/api/payment_intents"""

from hmac import compare_digest

from local.payment_sandbox.charging import attempt, decline_error, mark_captured
from local.payment_sandbox.confirmation_tokens import use_token
from local.payment_sandbox.confirmations import Confirmation, check_unconfirmed, read_confirmation
from local.payment_sandbox.intent_members import new_intent, of_page
from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing, shown
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.payment_methods import existing_customer, usable_method
from local.payment_sandbox.stripe_errors import invalid, missing, unexpected_state

CONFIRMABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELLABLE = (*CONFIRMABLE, "requires_capture")
NO_METHOD = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
    "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method "
    "or ConfirmationToken."
)
NO_RETURN_URL = (
    "This PaymentIntent is configured to accept payment methods that might redirect your customer off of your page, so "
    "you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set "
    "`automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when "
    "creating Setup Intents and Payment Intents."
)
OTHER_SECRET = "The client_secret provided does not match the client_secret associated with the PaymentIntent."


def create(ledger: Ledger, parameters: Parameters) -> Thing:
    intent = new_intent(ledger, parameters)
    confirm_now = parameters.flag("confirm") or False
    customer_id = parameters.text("customer")
    if customer_id:
        intent["customer"] = existing_customer(ledger, customer_id)["id"]
    method_id = parameters.text("payment_method")
    if method_id:
        method = usable_method(ledger, method_id, intent["customer"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    confirmation = read_confirmation(ledger, parameters)
    parameters.finish()
    if confirm_now:
        return _confirm(ledger, intent, confirmation)
    check_unconfirmed(parameters)
    ledger.save(intent)
    return shown(intent)


def confirm(ledger: Ledger, parameters: Parameters, intent_id: str) -> Thing:
    intent = _existing(ledger, intent_id)
    method_id = parameters.text("payment_method")
    receipt_email = parameters.text("receipt_email")
    confirmation = read_confirmation(ledger, parameters)
    parameters.finish()
    if intent["status"] == "succeeded":
        already = "it has already succeeded after being previously confirmed"
        raise unexpected_state(shown(intent), f"You cannot confirm this PaymentIntent because {already}.")
    if intent["status"] not in CONFIRMABLE:
        raise unexpected_state(shown(intent), _only("You cannot confirm this PaymentIntent", intent, CONFIRMABLE))
    if method_id:
        intent["payment_method"] = usable_method(ledger, method_id, intent["customer"])["id"]
    intent["receipt_email"] = receipt_email or intent["receipt_email"]
    return _confirm(ledger, intent, confirmation)


def retrieve(ledger: Ledger, parameters: Parameters, intent_id: str) -> Thing:
    """With a publishable key, only with the intent's secret, and without what is the shop's alone."""
    secret = parameters.required_text("client_secret") if _of_a_page(ledger) else parameters.text("client_secret")
    if _of_a_page(ledger) and parameters.given("expand"):
        raise invalid("The payment sandbox expands nothing for a publishable key.", param="expand")
    parameters.finish()
    intent = _existing(ledger, intent_id)
    if secret is not None and not compare_digest(secret.encode(), intent["client_secret"].encode()):
        raise invalid(OTHER_SECRET, param="client_secret")
    return of_page(intent) if _of_a_page(ledger) else shown(intent)


def cancel(ledger: Ledger, parameters: Parameters, intent_id: str) -> Thing:
    intent = _existing(ledger, intent_id)
    reason = parameters.choice("cancellation_reason")
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


def _confirm(ledger: Ledger, intent: Thing, confirmation: Confirmation) -> Thing:
    if confirmation.token:
        intent["payment_method"] = use_token(ledger, confirmation.token, intent)
    if intent["payment_method"] is None:
        raise unexpected_state(shown(intent), NO_METHOD)
    if intent["customer"]:
        existing_customer(ledger, intent["customer"])
    if _may_redirect(intent) and not confirmation.return_url and not confirmation.off_session:
        raise invalid(NO_RETURN_URL, param="return_url")
    method = usable_method(ledger, intent["payment_method"], intent["customer"])
    if method["type"] == "card" and "card" not in intent["payment_method_types"]:
        raise invalid("The PaymentMethod provided (card) is not allowed for this PaymentIntent.")
    intent["setup_future_usage"] = confirmation.future_usage or intent["setup_future_usage"]
    attempt(ledger, intent, method, confirmation)
    if intent["last_payment_error"]:
        raise decline_error(intent)
    return shown(intent)


def _of_a_page(ledger: Ledger) -> bool:
    return ledger.asked_with == "publishable"


def _may_redirect(intent: Thing) -> bool:
    """Unless the call says that the intent never redirects."""
    automatic = intent["automatic_payment_methods"]
    return automatic is None or automatic["allow_redirects"] == "always"


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
