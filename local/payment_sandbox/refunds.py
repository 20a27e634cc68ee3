"""Refunds: never more than was captured. https://docs.stripe.com/api/refunds"""

from typing import Any

from local.payment_sandbox.currencies import check_step
from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing, shown
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import invalid, missing, refused

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
LIST_LENGTH = 10
LIST_LENGTH_MAX = 100


def create_refund(ledger: Ledger, parameters: Parameters) -> Thing:
    charge = _charge_to_refund(ledger, parameters)
    amount = parameters.positive("amount")
    reason = parameters.choice("reason", REASONS)
    metadata = parameters.metadata()
    parameters.finish()
    check_step(amount or 0, charge["currency"])
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", "charge_disputed")
    if left == 0:
        raise refused(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    if amount and amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise refused(message, param="amount")
    refund = _new_refund(ledger, charge, amount or left, reason, metadata)
    _take(ledger, charge, refund["amount"])
    ledger.save(refund, parent=charge["payment_intent"])
    ledger.emit("refund.created", refund)
    ledger.emit("charge.refunded", charge)
    outcome = charge[HIDDEN]["refund"]
    if outcome == "failed":
        fail_refund(ledger, refund)
    return shown(refund)


def retrieve_refund(ledger: Ledger, parameters: Parameters, refund_id: str) -> Thing:
    parameters.finish()
    refund = ledger.get(refund_id, "refund")
    if refund is None:
        raise missing("refund", refund_id, "id", status=404)
    return refund


def list_refunds(ledger: Ledger, parameters: Parameters) -> Thing:
    """Of one intent, newest first."""
    intent_id = parameters.required_text("payment_intent")
    limit = parameters.positive("limit") or LIST_LENGTH
    parameters.finish()
    if limit > LIST_LENGTH_MAX:
        raise invalid("This value must be less than or equal to 100.", "parameter_invalid_integer", "limit")
    if ledger.get(intent_id, "payment_intent") is None:
        raise missing("payment_intent", intent_id, "payment_intent")
    found = ledger.store.children(intent_id, "refund", limit + 1)
    return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": "/v1/refunds"}


def settle_refund(ledger: Ledger, refund: Thing) -> None:
    refund["status"] = "succeeded"
    ledger.save(refund, parent=refund["payment_intent"])
    ledger.emit("refund.updated", refund)


def fail_refund(ledger: Ledger, refund: Thing) -> None:
    """For good: the money is back in the account, and can be refunded some other way."""
    charge = ledger.get(refund["charge"], "charge")
    _take(ledger, charge, -refund["amount"])
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
    ledger.save(refund, parent=refund["payment_intent"])
    ledger.emit("refund.updated", refund)
    ledger.emit("refund.failed", refund)


def _charge_to_refund(ledger: Ledger, parameters: Parameters) -> Thing:
    intent_id, charge_id = parameters.text("payment_intent"), parameters.text("charge")
    if bool(intent_id) == bool(charge_id):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if charge_id:
        charge = ledger.get(charge_id, "charge")
        if charge is None:
            raise missing("charge", charge_id, "charge")
    else:
        intent = ledger.get(intent_id, "payment_intent")
        if intent is None:
            raise missing("payment_intent", intent_id, "payment_intent")
        charge = ledger.get(intent["latest_charge"], "charge")
    if charge is None or not charge["captured"]:
        name = f"This PaymentIntent ({intent_id})" if intent_id else f"This charge ({charge_id})"
        raise refused(f"{name} does not have a successful charge to refund.")
    return charge


def _take(ledger: Ledger, charge: Thing, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    ledger.save(charge, parent=charge["payment_intent"])


def _new_refund(ledger: Ledger, charge: Thing, amount: int, reason: str | None, metadata: dict[str, Any]) -> Thing:
    return {
        "id": ledger.new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": ledger.now(),
        "currency": charge["currency"],
        "metadata": metadata,
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "receipt_number": None,
        "status": "pending" if charge[HIDDEN]["refund"] == "pending" else "succeeded",
    }
