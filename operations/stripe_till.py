"""What `make check-stripe` checks with: payments of its own in test mode, and a listener for their callbacks."""

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from box_office.adapters.stripe.callbacks import read_callback
from box_office.adapters.stripe.provider import StripeProvider
from box_office.adapters.stripe.requests import Pace, StripeRequests
from box_office.adapters.system import SystemClock
from box_office.domain.errors import InvalidRequest, Unauthenticated
from box_office.domain.orders import Order, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.provider_answers import RefundOutcome

RETURN_URL = "https://example.com/paid"
PRICE, PART = 2300, 1150
WAIT_SECONDS_MAX = 60.0  # for what Stripe does a while later
POLL_SECONDS = 1.0


class LeftOut(Exception):
    """Something is needed for this check that was not given."""


@dataclass
class Rung:
    """ports.Counters: how often a request of ours was refused."""

    counted: list[str] = field(default_factory=list)

    def count(self, name: str, order_id: str | None = None, number: int = 1) -> None:
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
    """One run. Each payment is an order of its own, under keys that were never used."""

    def __init__(self, client: stripe.StripeClient, listener: Listener | None) -> None:
        self.client, self.listener, self.rung = client, listener, Rung()
        self.run = uuid.uuid4().hex[:12]
        self.payments = 0
        self.port = self.adapter(RETURN_URL)

    def adapter(self, return_url: str) -> StripeProvider:
        requests = StripeRequests(lambda: self.client, Pace(SystemClock(), 0), self.rung)
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
        """`of`: a customer."""
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
        """A customer, and the method that was saved of them."""
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
