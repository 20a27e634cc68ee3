"""Refunds: never more than was captured. https://docs.stripe.com/api/refunds

```
made -> succeeded -> failed      banks say so late, up to a month
     -> pending -> succeeded or failed
     -> requires_action -> succeeded, failed, or canceled by the cancel call
```
What failed or was canceled is back in the account: the charge's `amount_refunded` counts it no more.
"""

from typing import Any

from local.payment_sandbox.currencies import check_step, price
from local.payment_sandbox.disputes import charged_back
from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing, shown
from local.payment_sandbox.listing import listed
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import invalid, missing, refused

BEGIN = "refunds_begin"  # a setting: the status that refunds begin with, where the card does not say otherwise
BEGINNINGS = ("succeeded", "pending", "requires_action")
UNSETTLED = ("pending", "requires_action")
FAILURE_REASON = "expired_or_canceled_card"


def create_refund(ledger: Ledger, parameters: Parameters) -> Thing:
    charge = _charge_to_refund(ledger, parameters)
    amount = parameters.positive("amount")
    reason = parameters.choice("reason")
    metadata = parameters.metadata()
    parameters.finish()
    return make_refund(ledger, charge, amount, reason, metadata)


def make_refund(ledger: Ledger, charge: Thing, amount: int | None, reason: str | None, metadata: Thing) -> Thing:
    """`amount`: in minor units; None refunds all that is left. Answers the refund as the caller sees it."""
    check_step(amount or 0, charge["currency"])
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charged_back(ledger, charge):
        raise refused(f"Charge {charge['id']} has been charged back; cannot issue a refund.", "charge_disputed")
    if amount and amount > left:
        asked, rest = price(amount, charge["currency"]), price(left, charge["currency"])
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise refused(message, param="amount")
    if left == 0:
        raise refused(f"Charge {charge['id']} has already been refunded.", "charge_already_refunded")
    refund = _new_refund(ledger, charge, amount or left, reason, metadata)
    _take(ledger, charge, refund["amount"])
    ledger.save(refund, parent=charge["payment_intent"])
    ledger.emit("refund.created", refund)
    ledger.emit("charge.refunded", charge)
    _emit_updated(ledger, refund)
    answer = shown(refund)
    if charge[HIDDEN]["refund"] == "failed":
        fail_refund(ledger, refund)  # late, as banks do: the caller is answered `succeeded`
    return answer


def retrieve_refund(ledger: Ledger, parameters: Parameters, refund_id: str) -> Thing:
    parameters.finish()
    return _existing(ledger, refund_id)


def list_refunds(ledger: Ledger, parameters: Parameters) -> Thing:
    """Of one intent, newest first."""
    return listed(ledger, parameters, "refund", "/v1/refunds")


def settle_refund(ledger: Ledger, refund: Thing) -> None:
    """Ends a refund that is pending or requires action."""
    _end(ledger, refund, {"status": "succeeded"})


def fail_refund(ledger: Ledger, refund: Thing) -> None:
    """Fails the refund for good: its money is back in the account, and can be refunded in another way."""
    _give_up(ledger, refund, "failed", FAILURE_REASON)
    ledger.emit("refund.failed", refund)


def charge_of_intent(ledger: Ledger, intent_id: str) -> Thing | None:
    """The intent's captured charge, or None."""
    intent = ledger.get(intent_id, "payment_intent")
    charge = ledger.get(intent["latest_charge"], "charge") if intent else None
    return charge if charge is not None and charge["captured"] else None


def _give_up(ledger: Ledger, refund: Thing, status: str, reason: str) -> None:
    _take(ledger, ledger.existing(refund["charge"], "charge"), -refund["amount"])
    _end(ledger, refund, {"status": status, "failure_reason": reason})


def _end(ledger: Ledger, refund: Thing, outcome: Thing) -> None:
    refund |= outcome
    for name in ("next_action", "pending_reason"):
        refund.pop(name, None)
    ledger.save(refund, parent=refund["payment_intent"])
    _emit_updated(ledger, refund)


def _emit_updated(ledger: Ledger, refund: Thing) -> None:
    ledger.emit("refund.updated", refund)
    ledger.emit("charge.refund.updated", refund)


def _existing(ledger: Ledger, refund_id: str) -> Thing:
    refund = ledger.get(refund_id, "refund")
    if refund is None:
        raise missing("refund", refund_id, "id", status=404)
    return refund


def _charge_to_refund(ledger: Ledger, parameters: Parameters) -> Thing:
    intent_id, charge_id = parameters.text("payment_intent"), parameters.text("charge")
    if bool(intent_id) == bool(charge_id):
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if charge_id:
        charge = ledger.get(charge_id, "charge")
        if charge is None:
            raise missing("charge", charge_id, "charge")
    elif intent_id:
        if ledger.get(intent_id, "payment_intent") is None:
            raise missing("payment_intent", intent_id, "payment_intent")
        charge = charge_of_intent(ledger, intent_id)
    if charge is None or not charge["captured"]:
        name = f"This PaymentIntent ({intent_id})" if intent_id else f"This charge ({charge_id})"
        raise refused(f"{name} does not have a successful charge to refund.")
    return charge


def _take(ledger: Ledger, charge: Thing, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    ledger.save(charge, parent=charge["payment_intent"])


def _new_refund(ledger: Ledger, charge: Thing, amount: int, reason: str | None, metadata: dict[str, Any]) -> Thing:
    status = "pending" if charge[HIDDEN]["refund"] == "pending" else ledger.store.setting(BEGIN) or "succeeded"
    details = {"email_sent": {"email_sent_at": ledger.now(), "email_sent_to": "customer@example.com"}}
    action = {"next_action": {"type": "display_details", "display_details": details}}
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
        "status": status,
        **(action if status == "requires_action" else {}),
        **({"pending_reason": "processing"} if status == "pending" else {}),
    }
