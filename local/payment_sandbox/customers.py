"""Customers, to whom saved cards belong. https://docs.stripe.com/api/customers"""

from local.payment_sandbox.ledger import Ledger, Thing
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.payment_methods import forget_customer
from local.payment_sandbox.stripe_errors import missing


def create_customer(ledger: Ledger, parameters: Parameters) -> Thing:
    customer = {
        "id": ledger.new_id("cus"),
        "object": "customer",
        "created": ledger.now(),
        "description": parameters.text("description"),
        "email": parameters.text("email", length_max=512),
        "invoice_settings": {"default_payment_method": None},
        "livemode": False,
        "metadata": parameters.metadata(),
        "name": parameters.text("name"),
        "phone": parameters.text("phone"),
    }
    parameters.finish()
    ledger.save(customer)
    return customer


def delete_customer(ledger: Ledger, parameters: Parameters, customer_id: str) -> Thing:
    parameters.finish()
    customer = _existing(ledger, customer_id)
    if customer.get("deleted"):
        raise missing("customer", customer_id, "id", status=404)
    forget_customer(ledger, customer_id)
    ledger.emit("customer.deleted", customer)
    deleted = {"id": customer_id, "object": "customer", "deleted": True}
    ledger.save(deleted)
    return deleted


def _existing(ledger: Ledger, customer_id: str) -> Thing:
    customer = ledger.get(customer_id, "customer")
    if customer is None:
        raise missing("customer", customer_id, "id", status=404)
    return customer
