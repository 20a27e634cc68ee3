"""Charges: one for every attempt to charge an intent. https://docs.stripe.com/api/charges"""

from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing, shown
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.payment_methods import token_of
from local.payment_sandbox.stripe_errors import missing


def retrieve_charge(ledger: Ledger, parameters: Parameters, charge_id: str) -> Thing:
    parameters.finish()
    charge = ledger.get(charge_id, "charge")
    if charge is None:
        raise missing("charge", charge_id, "id", status=404)
    return shown(charge)


def new_charge(ledger: Ledger, intent: Thing, method: Thing, status: str) -> Thing:
    return {
        "id": ledger.new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "billing_details": method["billing_details"],
        "captured": False,
        "created": ledger.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": status == "succeeded",
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": method["type"], method["type"]: method[method["type"]]},
        "refunded": False,
        "status": status,
        HIDDEN: {"refund": token_of(method).refund},
    }
