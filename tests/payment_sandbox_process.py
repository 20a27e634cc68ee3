"""The payment sandbox as a process of its own, and who takes its callbacks, for the suites that pay."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import stripe

from tests.waiting import WAIT_SECONDS_MAX, eventually

ROOT = Path(__file__).parent.parent
SECRET = "whsec_contract_tests_only"


class Sandbox:
    """A process of its own over one state file; `restart` keeps the port."""

    def __init__(self, state: Path, webhook_secret: str = SECRET) -> None:
        self.state = state
        self.webhook_secret = webhook_secret
        self.port = 0
        # Neither certificates nor proxies are looked up: the address is this machine's.
        self.http = httpx.Client(trust_env=False, verify=False, timeout=WAIT_SECONDS_MAX)
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "local.payment_sandbox", "--port", str(self.port), "--state", str(self.state)]
        self.process = subprocess.Popen(
            [*command, "--webhook-secret", self.webhook_secret], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        said = self.process.stdout.readline()
        self.url = said.split()[3].rstrip(",")
        self.port = urlsplit(self.url).port

    def end(self, number: signal.Signals) -> str:
        """Answers what it had written to its output since its first line."""
        self.process.send_signal(number)
        self.process.wait(WAIT_SECONDS_MAX)
        with self.process.stdout as output:
            return output.read()

    def client(self, key: str = "sk_test_contract", read_seconds: float = WAIT_SECONDS_MAX) -> stripe.StripeClient:
        http_client = stripe.RequestsClient(timeout=read_seconds)
        addresses = {"api": self.url}
        return stripe.StripeClient(key, base_addresses=addresses, max_network_retries=0, http_client=http_client)

    def switch(self, name: str, **body: Any) -> Any:
        answer = self.http.post(f"{self.url}/_sandbox/{name}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused_switch(self, name: str, body: Any) -> str:
        answer = self.http.post(f"{self.url}/_sandbox/{name}", json=body)
        assert answer.status_code == 400
        return answer.json()["error"]

    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        return self.http.get(f"{self.url}/_sandbox/ledger").json()

    def health(self) -> dict[str, Any]:
        return self.http.get(f"{self.url}/_sandbox/health").json()


class Receiver:
    """Takes callbacks. `statuses` are answered first, one each, then 200."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        self.statuses: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.received.append((body, self.headers["Stripe-Signature"]))
                self.send_response(outer.statuses.pop(0) if outer.statuses else 200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/PaymentWebhook/api/v0/"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def events(self) -> list[stripe.Event]:
        """Each verified by Stripe's own code."""
        return [stripe.Webhook.construct_event(body, header, SECRET) for body, header in self.received]

    def await_types(self, *types: str) -> list[stripe.Event]:
        wait_for(lambda: set(types) <= {json.loads(body)["type"] for body, _ in self.received})
        return [event for event in self.events() if event.type in types]

    def await_refund(self, kind: str, refund: str, *statuses: str) -> None:
        """Until a callback of this kind says that the refund has one of these states; earlier callbacks may differ."""

        def said() -> bool:
            objects = [event.data.object for event in self.events() if event.type == kind]
            return any(one.id == refund and one.status in statuses for one in objects)

        wait_for(said)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def wait_for(condition: Callable[[], bool]) -> None:
    eventually(condition, "what the sandbox does")


def order(amount: int = 2650, **more: Any) -> dict[str, Any]:
    never = {"enabled": True, "allow_redirects": "never"}
    return {"amount": amount, "currency": "eur", "automatic_payment_methods": never, **more}


def key(value: str) -> dict[str, str]:
    return {"idempotency_key": value}


def charged(pay: Any, token: str = "pm_card_visa", **more: Any) -> stripe.PaymentIntent:
    """Create and confirm in one call."""
    return pay.payment_intents.create(order(confirm=True, payment_method=token, **more))


def saved(pay: Any, customer: str) -> str:
    """The id of a card that its customer's payment has saved."""
    return str(charged(pay, customer=customer, setup_future_usage="on_session").payment_method)


def refusal(call: Callable[..., Any], *arguments: Any) -> tuple[int | None, str | None, str | None]:
    """Status, code and parameter of the call's invalid request."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        call(*arguments)
    return refused.value.http_status, refused.value.code, refused.value.param
