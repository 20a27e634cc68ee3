"""`python -m operations.check_stripe`: the product's own adapter against Stripe in test mode.
Called by `make check-stripe`.

Read from the environment: STRIPE_TEST_KEY, a secret or restricted key of test mode; STRIPE_TEST_WEBHOOK_SECRET and
STRIPE_TEST_WEBHOOK_PORT, where `stripe listen --forward-to` sends callbacks; STRIPE_TEST_URL, another address than
Stripe's, such as the payment sandbox's. Of what it makes at Stripe only intents of test mode stay. Exits 0 if every
check holds; 1 if one of them fails, or was left out; 2 without a usable key.
"""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import stripe

from box_office.adapters.stripe.requests import API_VERSION, stripe_client
from box_office.domain.declines import Decline, own_decline
from box_office.domain.payments import Kind, RefundState
from box_office.domain.provider_answers import Outcome
from box_office.ports.payments import CustomerUnknown, IntentUnknown, ProviderRefused, RequestRefused
from operations.output import fail
from operations.stripe_till import PART, PRICE, LeftOut, Listener, Till, is_so, raises, wait_until

KEY, URL = "STRIPE_TEST_KEY", "STRIPE_TEST_URL"
WEBHOOK_SECRET, WEBHOOK_PORT = "STRIPE_TEST_WEBHOOK_SECRET", "STRIPE_TEST_WEBHOOK_PORT"
TEST_KEYS = ("sk_test_", "rk_test_")
NEEDED = (
    f"make check-stripe asks Stripe in test mode: set {KEY} to a secret key of test mode (sk_test_...).",
    "It is in Stripe's dashboard, developers, API keys. Test mode charges no card, and the key is not stored.",
    f"For the callbacks: `stripe listen --forward-to 127.0.0.1:4242`, then {WEBHOOK_PORT}=4242 and",
    f"{WEBHOOK_SECRET}=whsec_... as it prints. See docs/stripe.md.",
)
TIMEOUT_SECONDS = 20


# The checks: each is a sentence of docs/stripe.md


def a_create_takes_cards_once_a_key(till: Till) -> None:
    order, attempt = till.created("pm_card_visa")
    is_so(till.port.create(order, attempt, None), attempt.intent_id)
    is_so(till.port.retrieve_intent(str(attempt.intent_id)).state, "UNCONFIRMED")
    is_so(till.port.cancel(str(attempt.intent_id)).state, "CANCELLED")


def the_removed_name_is_refused(till: Till) -> None:
    sent: Any = {"amount": PRICE, "currency": "eur", "payment_method_types": ["card"]}
    error = raises(stripe.InvalidRequestError, lambda: till.client.v1.payment_intents.create(sent))
    print(f"    code {getattr(error, 'code', None)}, param {getattr(error, 'param', None)}")


def a_confirm_charges_once(till: Till) -> None:
    order, attempt = till.created("pm_card_visa")
    for _ in range(2):
        outcome = till.port.confirm(order, attempt)
        is_so((outcome.state, outcome.amount, outcome.currency), ("CHARGED", PRICE, "EUR"))
    is_so(till.port.cancel(str(attempt.intent_id)).state, "CHARGED")


def declined(outcome: Outcome) -> Decline:
    return outcome.decline or own_decline("", "the outcome names no decline")


def a_decline_says_why_and_its_intent_can_be_cancelled(till: Till) -> None:
    order, attempt = till.created("pm_card_chargeDeclinedInsufficientFunds")
    for outcome in (till.port.confirm(order, attempt), till.port.retrieve_intent(str(attempt.intent_id))):
        is_so(outcome.state, "DECLINED")
        is_so(declined(outcome).get("decline_code"), "insufficient_funds")
    is_so(till.port.cancel(str(attempt.intent_id)).state, "CANCELLED")


def an_unknown_method_is_a_decline(till: Till) -> None:
    outcome = till.port.confirm(*till.created("pm_nobody_has_this"))
    is_so((outcome.state, declined(outcome)["code"]), ("DECLINED", "resource_missing"))


def a_spent_method_is_a_decline(till: Till) -> None:
    spent = till.port.retrieve_intent(till.charged()).payment_method
    is_so(till.port.confirm(*till.created(spent)).state, "DECLINED")


def a_method_that_was_declined_is_a_decline_again(till: Till) -> None:
    order, attempt = till.created("pm_card_chargeDeclined")
    till.port.confirm(order, attempt)
    shown = till.client.v1.payment_intents.retrieve(str(attempt.intent_id)).to_dict()
    method = (shown.get("last_payment_error") or {}).get("payment_method") or {}
    is_so(till.port.confirm(*till.created(method.get("id"))).state, "DECLINED")


def too_small_an_amount_is_refused(till: Till) -> None:
    order, attempt = till.payment("pm_card_visa", amount=1)
    raises(ProviderRefused, lambda: till.port.create(order, attempt, None))


def a_challenge_names_an_address_and_ends_with_a_cancel(till: Till) -> None:
    order, attempt = till.created("pm_card_authenticationRequired")
    outcome = till.port.confirm(order, attempt)
    is_so(outcome.state, "WAITS")
    action = outcome.next_action or {}
    is_so((action.get("type"), "url" in action, "client_secret" in action), ("redirect_to_url", True, True))
    is_so(till.port.cancel(str(attempt.intent_id)).state, "CANCELLED")


def a_saved_method_pays_until_it_or_its_customer_is_gone(till: Till) -> None:
    customer, method = till.saved()
    saved = {"kind": Kind.SAVED, "customer": customer}
    is_so(till.port.confirm(*till.created(method, customer, **saved)).state, "CHARGED")
    till.client.v1.payment_methods.detach(method)
    outcome = till.port.confirm(*till.created(method, customer, **saved))
    is_so(declined(outcome)["code"], "saved_method_gone")
    till.client.v1.customers.delete(customer)
    raises(CustomerUnknown, lambda: till.created(method, customer, **saved))


def a_refund_is_given_once_a_key_and_never_more_than_is_left(till: Till) -> None:
    intent_id = till.charged()
    first = till.refund(intent_id, PART, 1)
    is_so(till.refund(intent_id, PART, 1).reference, first.reference)
    is_so((first.given, [one.key for one in till.port.refunds(intent_id)]), (True, [f"{intent_id}/1"]))
    more = till.refund(intent_id, PRICE, 2)
    is_so((more.state, more.reason), (RefundState.REFUSED, "amount_too_large"))
    is_so(till.refund(intent_id, PRICE - PART, 3).given, True)
    is_so(till.refund(intent_id, PART, 4).reason, "charge_already_refunded")


def a_pending_refund_is_pending(till: Till) -> None:
    intent_id = till.charged("pm_card_pendingRefund")
    is_so(till.refund(intent_id, PRICE, 1).state, RefundState.PENDING)


def a_refund_that_fails_late_is_given_at_first_and_refused_then(till: Till) -> None:
    intent_id = till.charged("pm_card_refundFail")
    is_so(till.refund(intent_id, PRICE, 1).given, True)
    refused = RefundState.REFUSED
    wait_until(lambda: till.refund(intent_id, PRICE, 1).state is refused, "the refund fails")


def a_request_of_ours_that_is_wrong_rings(till: Till) -> None:
    order, attempt = till.created("pm_card_visa")
    before = len(till.rung.counted)
    raises(RequestRefused, lambda: till.adapter("no address").confirm(order, attempt))
    is_so(till.rung.counted[before:], ["ProviderRequestsRefused"])
    is_so(till.port.cancel(str(attempt.intent_id)).state, "CANCELLED")


def an_unknown_intent_is_unknown(till: Till) -> None:
    raises(IntentUnknown, lambda: till.port.retrieve_intent("pi_nobody_has_this"))
    raises(IntentUnknown, lambda: till.port.refunds("pi_nobody_has_this"))


def a_callback_is_signed_and_names_its_intent(till: Till) -> None:
    if till.listener is None:
        raise LeftOut(f"set {WEBHOOK_PORT} and {WEBHOOK_SECRET}")
    intent_id, kinds = till.charged(), till.listener.kinds
    wait_until(lambda: "payment_intent.succeeded" in kinds.get(intent_id, ()), "a callback tells of the charge")
    till.refund(intent_id, PART, 1)
    wait_until(lambda: bool({"charge.refunded", "refund.created"} & kinds[intent_id]), "a callback tells of the refund")
    is_so(till.listener.refused, [])


CHECKS: tuple[Callable[[Till], None], ...] = (
    a_create_takes_cards_once_a_key,
    the_removed_name_is_refused,
    a_confirm_charges_once,
    a_decline_says_why_and_its_intent_can_be_cancelled,
    an_unknown_method_is_a_decline,
    a_spent_method_is_a_decline,
    a_method_that_was_declined_is_a_decline_again,
    too_small_an_amount_is_refused,
    a_challenge_names_an_address_and_ends_with_a_cancel,
    a_saved_method_pays_until_it_or_its_customer_is_gone,
    a_refund_is_given_once_a_key_and_never_more_than_is_left,
    a_pending_refund_is_pending,
    a_refund_that_fails_late_is_given_at_first_and_refused_then,
    a_request_of_ours_that_is_wrong_rings,
    an_unknown_intent_is_unknown,
    a_callback_is_signed_and_names_its_intent,
)


def checked(check: Callable[[Till], None], till: Till) -> bool:
    sentence = check.__name__.replace("_", " ")
    try:
        check(till)
    except LeftOut as needed:
        print(f"LEFT OUT  {sentence}: {needed}", flush=True)
        return False
    except Exception as error:  # any error: the other checks still run
        print(f"NOT SO    {sentence}: {error!r}", flush=True)
        return False
    print(f"ok        {sentence}", flush=True)
    return True


def main(environ: Mapping[str, str]) -> int:
    key = environ.get(KEY, "")
    if not key.startswith(TEST_KEYS):
        live = "_live_" in key
        fail(*(("This is a live key: it is not used.",) if live else ()), *NEEDED)
        return 2
    secret, port = environ.get(WEBHOOK_SECRET, ""), environ.get(WEBHOOK_PORT, "")
    listener = Listener(int(port), secret) if secret and port.isdecimal() else None
    url = environ.get(URL, "")
    print(f"Asking {url or 'Stripe'} in test mode, as of {API_VERSION}.", flush=True)
    till = Till(stripe_client(key, url, TIMEOUT_SECONDS), listener)
    try:
        good = [checked(check, till) for check in CHECKS]
    except KeyboardInterrupt:
        return fail("Stopped.")
    finally:
        if listener is not None:
            listener.close()
    print(f"{sum(good)} of {len(good)} are so.")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(os.environ))
