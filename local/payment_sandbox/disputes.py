"""Disputes: what a cardholder's bank claims back, or asks about first. https://docs.stripe.com/disputes

```
a chargeback  created, funds_withdrawn; settled: updated, closed, and funds_reinstated if it was won
an inquiry    created: no money moves; settled: closed
```
Five kinds of events a dispute: a listener that counts disputes counts `charge.dispute.created`.
"""

from local.payment_sandbox.ledger import Ledger, Thing
from local.payment_sandbox.method_tokens import Dispute

OPEN = ("needs_response", "warning_needs_response")


def open_dispute(ledger: Ledger, charge: Thing, claim: Dispute) -> None:
    inquiry = claim == "inquiry"
    charge["disputed"] = True
    ledger.save(charge, parent=charge["payment_intent"])
    dispute = {
        "id": ledger.new_id("du"),
        "object": "dispute",
        "amount": charge["amount_captured"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": ledger.now(),
        "currency": charge["currency"],
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "inquiry" if inquiry else "chargeback"},
            "type": "card",
        },
        "reason": "fraudulent" if inquiry else claim,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    _emit(ledger, dispute, "created")
    if not inquiry:
        _emit(ledger, dispute, "funds_withdrawn")


def settle_dispute(ledger: Ledger, dispute: Thing, won: bool) -> None:
    """Ends an open dispute, as if the shop had sent evidence and the bank had judged it."""
    if dispute["status"] == "warning_needs_response":
        dispute["status"] = "warning_closed"
        _emit(ledger, dispute, "closed")
        return
    dispute["status"] = "under_review"
    _emit(ledger, dispute, "updated")
    dispute["status"] = "won" if won else "lost"
    _emit(ledger, dispute, "closed")
    if won:
        _emit(ledger, dispute, "funds_reinstated")


def charged_back(ledger: Ledger, charge: Thing) -> bool:
    """Whether a dispute has taken the charge's money, so that there is nothing to refund."""
    disputes = ledger.store.children(charge["payment_intent"], "dispute")
    return any(not one["is_charge_refundable"] for one in disputes if one["charge"] == charge["id"])


def _emit(ledger: Ledger, dispute: Thing, event: str) -> None:
    ledger.save(dispute, parent=dispute["payment_intent"])
    ledger.emit(f"charge.dispute.{event}", dispute)
