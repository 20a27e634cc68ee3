"""The bank: how an attempt to charge an intent ends, and what that does to the intent.

```
attempt -> declined                         requires_payment_method, last_payment_error
        -> challenged                       requires_action: pass -> charged or declined, fail -> as declined
        -> a bank debit                     processing: settled -> succeeded, failed -> as declined
        -> charged, capture_method manual   requires_capture
        -> charged                          succeeded
```
"""

from dataclasses import asdict
from typing import Any

from local.payment_sandbox.charges import new_charge
from local.payment_sandbox.confirmations import Confirmation
from local.payment_sandbox.disputes import open_dispute
from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing, shown
from local.payment_sandbox.method_tokens import AUTHENTICATION_REQUIRED, Decline
from local.payment_sandbox.payment_methods import keep_for, resolve_method, spend, token_of
from local.payment_sandbox.stripe_errors import INVALID_REQUEST, StripeError

FAILED_CHALLENGE = (
    "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod "
    "to attempt to fulfill this PaymentIntent again."
)
FAILED_DEBIT = Decline(code="payment_intent_payment_attempt_failed", message="The bank account could not be debited.")


def attempt(ledger: Ledger, intent: Thing, method: Thing, confirmation: Confirmation) -> None:
    """Charges the intent, or begins to. A decline is in its `last_payment_error`."""
    intent |= {"payment_method": method["id"], "last_payment_error": None, "next_action": None}
    if ledger.declining or not _needs_challenge(method):
        _charge(ledger, intent, method)
    elif confirmation.off_session:
        _decline(ledger, intent, method, AUTHENTICATION_REQUIRED)
    else:
        _challenge(ledger, intent, confirmation)


def finish_challenge(ledger: Ledger, intent: Thing, passed: bool) -> None:
    """Ends the challenge of an intent that waits for one."""
    method = resolve_method(ledger, intent["payment_method"])
    intent["next_action"] = None
    if passed:
        method[HIDDEN]["authenticated"] = True
        ledger.save(method, parent=method["customer"])
        _charge(ledger, intent, method)
    else:
        error = {"type": INVALID_REQUEST, "code": "payment_intent_authentication_failure", "message": FAILED_CHALLENGE}
        _fail(ledger, intent, method, error)


def settle_debit(ledger: Ledger, intent: Thing, succeeded: bool) -> None:
    """Ends a bank debit: the intent is processing."""
    method = resolve_method(ledger, intent["payment_method"])
    if succeeded:
        _succeed(ledger, intent, method)
    else:
        _decline(ledger, intent, method, FAILED_DEBIT)


def decline_error(intent: Thing) -> StripeError:
    """The answer to a confirm that was declined: it did act, so it is saved under its key."""
    error = {name: value for name, value in intent["last_payment_error"].items() if name not in ("type", "message")}
    message = intent["last_payment_error"].get("message")
    return StripeError(402, "card_error", message, executed=True, payment_intent=shown(intent), **error)


def mark_captured(ledger: Ledger, intent: Thing, amount: int) -> None:
    """Captures `amount`, in minor units; the rest that was authorized is released."""
    charge = ledger.existing(intent["latest_charge"], "charge")
    charge |= {"captured": True, "amount_captured": amount}
    ledger.save(charge, parent=intent["id"])
    intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
    ledger.save(intent)
    ledger.emit("payment_intent.succeeded", intent)
    claim = token_of(resolve_method(ledger, intent["payment_method"])).dispute
    if claim:
        open_dispute(ledger, charge, claim)


def _needs_challenge(method: Thing) -> bool:
    challenge = token_of(method).challenge
    saved = method["customer"] is not None and method[HIDDEN]["authenticated"]
    return challenge == "always" or (challenge == "until_saved" and not saved)


def _challenge(ledger: Ledger, intent: Thing, confirmation: Confirmation) -> None:
    url = f"{ledger.base_url}/_sandbox/challenge/{intent['id']}"
    if confirmation.return_url and not confirmation.use_stripe_sdk:
        redirect = {"url": url, "return_url": confirmation.return_url}
        action = {"type": "redirect_to_url", "redirect_to_url": redirect}
    else:
        # Asked to, or without a way back, Stripe hands the challenge to its script on the page.
        script = {"type": "three_d_secure_redirect", "stripe_js": url}
        action = {"type": "use_stripe_sdk", "use_stripe_sdk": script}
    intent |= {"status": "requires_action", "next_action": action}
    ledger.save(intent)
    ledger.emit("payment_intent.requires_action", intent)


def _charge(ledger: Ledger, intent: Thing, method: Thing) -> None:
    token = token_of(method)
    decline = ledger.declining or token.decline
    if decline:
        _decline(ledger, intent, method, decline)
    elif token.kind == "us_bank_account":
        intent["status"] = "processing"
        intent[HIDDEN]["cancellable"] = token.cancellable_in_processing
        ledger.save(intent)
        ledger.emit("payment_intent.processing", intent)
    else:
        _succeed(ledger, intent, method)


def _succeed(ledger: Ledger, intent: Thing, method: Thing) -> None:
    charge = new_charge(ledger, intent, method, status="succeeded")
    ledger.save(charge, parent=intent["id"])
    intent["latest_charge"] = charge["id"]
    if method["customer"] is None and intent["customer"] and intent["setup_future_usage"]:
        keep_for(ledger, method, intent["customer"])
    spend(ledger, method)
    if intent["capture_method"] == "manual":
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        ledger.save(intent)
        ledger.emit("payment_intent.amount_capturable_updated", intent)
    else:
        mark_captured(ledger, intent, intent["amount"])


def _decline(ledger: Ledger, intent: Thing, method: Thing, decline: Decline) -> None:
    failure = {"failure_code": decline.code, "failure_message": decline.message}
    charge = new_charge(ledger, intent, method, status="failed") | failure
    ledger.save(charge, parent=intent["id"])
    intent["latest_charge"] = charge["id"]
    _fail(ledger, intent, method, {"type": "card_error", "charge": charge["id"], **asdict(decline)})


def _fail(ledger: Ledger, intent: Thing, method: Thing, error: dict[str, Any]) -> None:
    spend(ledger, method)
    shown_error = {name: value for name, value in error.items() if value is not None}
    intent |= {"status": "requires_payment_method", "payment_method": None}
    intent["last_payment_error"] = {**shown_error, "payment_method": shown(method)}
    ledger.save(intent)
    ledger.emit("payment_intent.payment_failed", intent)
