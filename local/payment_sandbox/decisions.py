"""Decisions about payments of cardholders, of banks, and of an operator at the provider's dashboard.

Each takes the ledger and the body of its switch, and answers the object that it has changed. Raises BadSwitch.
"""

from collections.abc import Callable
from typing import Any

from local.payment_sandbox.charging import finish_challenge, settle_debit
from local.payment_sandbox.disputes import OPEN, settle_dispute
from local.payment_sandbox.ledger import Ledger, Thing, shown
from local.payment_sandbox.modes import BadSwitch
from local.payment_sandbox.refunds import UNSETTLED, charge_of_intent, fail_refund, make_refund, settle_refund
from local.payment_sandbox.stripe_errors import StripeError
from local.payment_sandbox.switch_bodies import choice, only

Decision = Callable[[Ledger, dict[str, Any]], Thing]


def decide_challenge(ledger: Ledger, body: dict[str, Any]) -> Thing:
    only(body, "payment_intent", "outcome")
    passed = choice(body, "outcome", "pass", "fail") == "pass"
    intent = _existing(ledger, "payment_intent", body.get("payment_intent"))
    _check_status(intent, "requires_action")
    finish_challenge(ledger, intent, passed)
    return shown(intent)


def settle(ledger: Ledger, body: dict[str, Any]) -> Thing:
    """Ends a bank debit, a refund or a dispute that waits for a bank."""
    only(body, *SETTLED, "outcome")
    succeeded = choice(body, "outcome", "succeed", "fail") == "succeed"
    named = [name for name in SETTLED if name in body]
    if len(named) != 1:
        raise BadSwitch("Name either a payment_intent or a refund or a dispute.")
    thing = _existing(ledger, named[0], body[named[0]])
    SETTLED[named[0]](ledger, thing, succeeded)
    return shown(thing)


def refund_at_dashboard(ledger: Ledger, body: dict[str, Any]) -> Thing:
    """Its metadata is empty: the shop did not make it."""
    only(body, "payment_intent", "amount")
    amount = body.get("amount")
    if "amount" in body and (isinstance(amount, bool) or not isinstance(amount, int) or amount < 1):
        raise BadSwitch("amount must be a whole number of minor units, at least 1.")
    intent = _existing(ledger, "payment_intent", body.get("payment_intent"))
    charge = charge_of_intent(ledger, intent["id"])
    if charge is None:
        raise BadSwitch(f"{intent['id']} has no charge to refund.")
    try:
        return make_refund(ledger, charge, amount, None, {})
    except StripeError as error:
        raise BadSwitch(str(error)) from error


def _settle_intent(ledger: Ledger, intent: Thing, succeeded: bool) -> None:
    _check_status(intent, "processing")
    settle_debit(ledger, intent, succeeded)


def _settle_refund(ledger: Ledger, refund: Thing, succeeded: bool) -> None:
    """A bank may also fail a refund that had succeeded."""
    if succeeded:
        _check_status(refund, *UNSETTLED)
        settle_refund(ledger, refund)
    else:
        _check_status(refund, *UNSETTLED, "succeeded")
        fail_refund(ledger, refund)


def _settle_dispute(ledger: Ledger, dispute: Thing, succeeded: bool) -> None:
    _check_status(dispute, *OPEN)
    settle_dispute(ledger, dispute, succeeded)


SETTLED: dict[str, Callable[[Ledger, Thing, bool], None]] = {
    "payment_intent": _settle_intent,
    "refund": _settle_refund,
    "dispute": _settle_dispute,
}


def _existing(ledger: Ledger, object_name: str, identifier: object) -> Thing:
    thing = ledger.get(identifier, object_name) if isinstance(identifier, str) else None
    if thing is None:
        raise BadSwitch(f"There is no such {object_name}.")
    return thing


def _check_status(thing: Thing, *statuses: str) -> None:
    if thing["status"] not in statuses:
        expected = " or ".join(statuses)
        raise BadSwitch(f"{thing['id']} is {thing['status']}, not {expected}: there is nothing to end.")
