"""`python -m operations.check_stripe`: the product's own adapter against Stripe in test mode.
Called by `make check-stripe`.

Read from the environment: STRIPE_TEST_KEY, a secret or restricted key of test mode; STRIPE_TEST_WEBHOOK_SECRET and
STRIPE_TEST_WEBHOOK_PORT, where `stripe listen --forward-to` sends callbacks; STRIPE_TEST_URL, another address than
Stripe's, such as the payment sandbox's. Of what it makes at Stripe only intents of test mode stay. Exits 0 if every
check holds; 1 if one of them fails, or was left out; 2 without a usable key.
"""

import os
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from box_office.adapters.stripe.callbacks import read_callback
from box_office.adapters.stripe.provider import StripeProvider
from box_office.adapters.stripe.requests import API_VERSION, StripeRequests, stripe_client
from box_office.adapters.system import SystemClock
from box_office.domain.declines import Decline, own_decline
from box_office.domain.errors import InvalidRequest, Unauthenticated
from box_office.domain.orders import Order, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method, RefundOutcome, RefundState
from box_office.ports import CustomerUnknown, IntentUnknown, Outcome, ProviderRefused, RequestRefused
from operations.output import fail

KEY, URL = "STRIPE_TEST_KEY", "STRIPE_TEST_URL"
WEBHOOK_SECRET, WEBHOOK_PORT = "STRIPE_TEST_WEBHOOK_SECRET", "STRIPE_TEST_WEBHOOK_PORT"
TEST_KEYS = ("sk_test_", "rk_test_")
NEEDED = (
    f"make check-stripe asks Stripe in test mode: set {KEY} to a secret key of test mode (sk_test_...).",
    "It is in Stripe's dashboard, developers, API keys. Test mode charges no card, and the key is not stored.",
    f"For the callbacks: `stripe listen --forward-to 127.0.0.1:4242`, then {WEBHOOK_PORT}=4242 and",
    f"{WEBHOOK_SECRET}=whsec_... as it prints. See docs/stripe.md.",
)
RETURN_URL = "https://example.com/paid"
PRICE, PART = 2300, 1150
TIMEOUT_SECONDS = 20
WAIT_SECONDS_MAX = 60.0  # for what Stripe does a while later
POLL_SECONDS = 1.0


class LeftOut(Exception):
    """The environment lacks a variable that this check needs."""


@dataclass
class Rung:
    """ports.Counters: counts how often Stripe refused a request of ours."""

    counted: list[str] = field(default_factory=list)

    def count(self, name: str, order_id: str | None = None) -> None:
        self.counted.append(name)

    def flush(self) -> None:
        pass


class Listener:
    """Takes callbacks, and reads them as the webhook does."""

    def __init__(self, port: int, secret: str) -> None:
        self.kinds: dict[str, set[str]] = {}  # intent -> the kinds of its callbacks
        self.refused: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.take(body, self.headers.get("Stripe-Signature", ""), secret)
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def take(self, body: str, signature: str, secret: str) -> None:
        try:
            callback = read_callback(body, signature, secret)
        except (Unauthenticated, InvalidRequest) as error:
            self.refused.append(str(error))
            return
        if callback.intent_id is not None:
            self.kinds.setdefault(callback.intent_id, set()).add(callback.word)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Till:
    """One run of the checks. Each payment is an order of its own, under keys that were never used."""

    def __init__(self, client: stripe.StripeClient, listener: Listener | None) -> None:
        self.client, self.listener, self.rung = client, listener, Rung()
        self.run = uuid.uuid4().hex[:12]
        self.payments = 0
        self.port = self.adapter(RETURN_URL)

    def adapter(self, return_url: str) -> StripeProvider:
        requests = StripeRequests(lambda: self.client, SystemClock(), 0.0, self.rung)
        return StripeProvider(requests, lambda: f"check-{self.run}", return_url)

    def payment(self, token: str | None, amount: int = PRICE, **method: Any) -> tuple[Order, Attempt]:
        self.payments += 1
        facts = {"kind": Kind.CARD, "payment_method": token} | method
        attempt = Attempt(1, AttemptState.STARTED, Method(**facts), amount)
        held = Order(
            user_id=f"check-{self.run}",
            order_id=f"check_{self.run}_{self.payments}",
            event_id="check",
            movie_id="check",
            theater_id="check",
            movie_time=0,
            status=Status.PAYING,
            seat_prices={"A1": amount},
            currency="EUR",
            revision=1,
            hold_until=0,
            first_held_at=0,
            attempt=1,
            attempts=(attempt,),
        )
        return held, attempt

    def created(self, token: str | None, of: str | None = None, **method: Any) -> tuple[Order, Attempt]:
        """`of`: the customer's id at Stripe."""
        order, attempt = self.payment(token, **method)
        return order, replace(attempt, intent_id=self.port.create(order, attempt, of))

    def charged(self, token: str = "pm_card_visa") -> str:
        order, attempt = self.created(token)
        is_so(self.port.confirm(order, attempt).state, "CHARGED")
        return str(attempt.intent_id)

    def refund(self, intent_id: str, amount: int, number: int) -> RefundOutcome:
        return self.port.refund(intent_id, amount, f"{intent_id}/{number}")

    def customer(self) -> str:
        return self.port.new_customer(f"check-{self.run}", f"check-{self.run}-{uuid.uuid4().hex}")

    def saved(self) -> tuple[str, str]:
        """A new customer's id, and that of the method that was saved for them."""
        customer = self.customer()
        order, attempt = self.created("pm_card_visa", customer, save=True)
        outcome = self.port.confirm(order, attempt)
        is_so((outcome.state, outcome.customer), ("CHARGED", customer))
        return customer, str(outcome.payment_method)


def is_so(found: object, expected: object) -> None:
    if found != expected:
        raise AssertionError(f"expected {expected}, found {found}")


def raises(error: type[Exception], act: Callable[[], object]) -> Exception:
    try:
        found = act()
    except error as raised:
        return raised
    raise AssertionError(f"expected {error.__name__}, found {found}")


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while not condition():
        if time.monotonic() >= deadline:
            raise AssertionError(f"not within {WAIT_SECONDS_MAX:.0f} seconds: {what}")
        time.sleep(POLL_SECONDS)


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
