"""Payment methods. A token such as `pm_card_visa` stands for a new one every time it is used.

Used once without a customer, a payment method is spent, and so it is when it was declined; attached to a customer, it
can be used again with that customer. https://docs.stripe.com/api/payment_methods
"""

from local.payment_sandbox.ledger import HIDDEN, Ledger, Thing, shown
from local.payment_sandbox.method_tokens import METHOD_TOKENS, MethodToken
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import invalid, missing

SPENT = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a "
    "connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use "
    "a PaymentMethod multiple times, you must attach it to a Customer first."
)
EXPIRY_YEARS = 4
YEAR_SECONDS = 31_556_952


def detach(ledger: Ledger, parameters: Parameters, method_id: str) -> Thing:
    parameters.finish()
    method = resolve_method(ledger, method_id, status=404)
    if method["customer"] is None:
        raise invalid("The payment method you provided is not attached to a customer so detachment is impossible.")
    _let_go(ledger, method)
    ledger.emit("payment_method.detached", method)
    return shown(method)


def keep_for(ledger: Ledger, method: Thing, customer_id: str) -> None:
    method["customer"] = customer_id
    ledger.save(method, parent=customer_id)


def spend(ledger: Ledger, method: Thing) -> None:
    """A customer's payment method is never spent."""
    if method["customer"] is None:
        method[HIDDEN]["spent"] = True
        ledger.save(method)


def forget_customer(ledger: Ledger, customer_id: str) -> None:
    """Detaches a deleted customer's payment methods, which are spent then."""
    for method in ledger.store.children(customer_id, "payment_method"):
        _let_go(ledger, method)


def existing_customer(ledger: Ledger, customer_id: str) -> Thing:
    """For a customer named by a parameter. A deleted one is missing."""
    customer = ledger.get(customer_id, "customer")
    if customer is None or customer.get("deleted"):
        raise missing("customer", customer_id, "customer")
    return customer


def usable_method(ledger: Ledger, method_id: str, customer_id: str | None) -> Thing:
    """The payment method to charge for this customer, None being a guest. Refuses a spent one and another's."""
    method = resolve_method(ledger, method_id)
    if method[HIDDEN]["spent"]:
        raise invalid(SPENT)
    if method["customer"] is not None and method["customer"] != customer_id:
        hint = "Please include the Customer in the `customer` parameter on the PaymentIntent."
        belongs = f"The PaymentMethod {method['id']} belongs to a Customer other than the one given. {hint}"
        raise invalid(belongs, param="payment_method")
    return method


def resolve_method(ledger: Ledger, method_id: str, status: int = 400) -> Thing:
    """The stored payment method; a new one for a token."""
    if method_id in METHOD_TOKENS:
        made = _from_token(ledger, method_id, METHOD_TOKENS[method_id])
        ledger.save(made)
        return made
    method = ledger.get(method_id, "payment_method")
    if method is None:
        raise missing("PaymentMethod", method_id, "payment_method", status)
    return method


def token_of(method: Thing) -> MethodToken:
    return METHOD_TOKENS[method[HIDDEN]["token"]]


def _let_go(ledger: Ledger, method: Thing) -> None:
    method["customer"] = None
    spend(ledger, method)


def _from_token(ledger: Ledger, name: str, token: MethodToken) -> Thing:
    return {
        "id": ledger.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "created": ledger.now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": token.kind,
        token.kind: _card(ledger, token) if token.kind == "card" else {"bank_name": "TEST BANK", "last4": token.last4},
        HIDDEN: {"token": name, "spent": False, "authenticated": False},
    }


def _card(ledger: Ledger, token: MethodToken) -> Thing:
    return {
        "brand": token.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": token.brand,
        "exp_month": 12,
        "exp_year": 1970 + ledger.now() // YEAR_SECONDS + EXPIRY_YEARS,
        "fingerprint": f"sandbox{token.last4}",
        "funding": "credit",
        "last4": token.last4,
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
