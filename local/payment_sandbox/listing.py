"""Lists, newest first, a page at a time. https://docs.stripe.com/api/pagination"""

from local.payment_sandbox.ledger import Ledger, Thing, shown
from local.payment_sandbox.parameters import Parameters
from local.payment_sandbox.stripe_errors import invalid, missing

LENGTH = 10
LENGTH_MAX = 100


def listed(ledger: Ledger, parameters: Parameters, object_name: str, url: str) -> Thing:
    """The objects of one kind that belong to the intent which the call names."""
    intent_id = parameters.required_text("payment_intent")
    limit = parameters.positive("limit") or LENGTH
    after = parameters.text("starting_after")
    parameters.finish()
    if limit > LENGTH_MAX:
        message = f"This value must be less than or equal to {LENGTH_MAX}."
        raise invalid(message, "parameter_invalid_integer", "limit")
    if ledger.get(intent_id, "payment_intent") is None:
        raise missing("payment_intent", intent_id, "payment_intent")
    found = ledger.store.children(intent_id, object_name)
    if after:
        places = [place for place, thing in enumerate(found) if thing["id"] == after]
        if not places:
            raise missing(object_name, after, "starting_after")
        found = found[places[0] + 1 :]
    page = [shown(thing) for thing in found[:limit]]
    return {"object": "list", "data": page, "has_more": len(found) > limit, "url": url}
