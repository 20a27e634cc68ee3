"""What a page may ask of the payment sandbox: its files, and the calls of a publishable key."""

from typing import Any

import httpx
import pytest
import stripe

from local.payment_sandbox.page_files import PAGE_FILES
from local.payment_sandbox.routes import ROUTES
from tests.payment_sandbox_process import Sandbox, charged

PUBLISHABLE = "pk_test_contract"
RETURN_URL = "http://127.0.0.1:1/back"
CARDS = {"amount": 2650, "currency": "eur", "allowed_payment_method_types": ["card"], "metadata": {"order_id": "or_1"}}
VISA = {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
PAGE = "http://127.0.0.1:9999"


def asked_by_page(sandbox: Sandbox, method: str, path: str, **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {PUBLISHABLE}", "Origin": PAGE}
    return sandbox.http.request(method, sandbox.url + path, headers=headers, **more)


def error_of(answer: httpx.Response) -> tuple[int, str | None, str | None]:
    """Its status, code and parameter."""
    error = answer.json()["error"]
    return answer.status_code, error.get("code"), error.get("param")


@pytest.mark.parametrize("path", PAGE_FILES)
def test_a_file_of_the_page_is_served_in_every_mode(sandbox: Sandbox, path: str) -> None:
    sandbox.switch("mode", mode="down")
    answer = sandbox.http.get(sandbox.url + path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == f"{PAGE_FILES[path].content_type}; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/v3/stripe.js", "/v3/%2e%2e/store.py", "/v3/..%2fstore.py", "/v3//etc/passwd"])
def test_no_other_file_is_served(sandbox: Sandbox, path: str) -> None:
    assert sandbox.http.get(sandbox.url + path).status_code == 404


def test_the_documents_in_frames_run_no_inline_script_or_style(sandbox: Sandbox, pay: Any) -> None:
    waiting = charged(pay, "pm_card_authenticationRequired", return_url=RETURN_URL)
    for path in ("/v3/element.html", f"/_sandbox/challenge/{waiting.id}"):
        answer = sandbox.http.get(sandbox.url + path)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'; style-src 'self';" in policy
        assert "frame-ancestors http://127.0.0.1:*" in policy
        assert "unsafe-inline" not in policy
        assert "<style" not in answer.text


def test_a_publishable_key_makes_a_confirmation_token_that_the_secret_key_confirms_with(
    sandbox: Sandbox, pay: Any
) -> None:
    answer = asked_by_page(sandbox, "POST", "/v1/confirmation_tokens", data=VISA)
    assert set(answer.json()) <= set(stripe.ConfirmationToken.__annotations__)
    intent = pay.payment_intents.create(CARDS)
    paid = pay.payment_intents.confirm(intent.id, {"confirmation_token": answer.json()["id"]})
    assert paid.status == "succeeded"


def test_a_publishable_key_reads_an_intent_by_its_secret_and_sees_nothing_of_the_shops(
    sandbox: Sandbox, pay: Any
) -> None:
    intent = pay.payment_intents.create(CARDS)
    path = f"/v1/payment_intents/{intent.id}"
    shown = asked_by_page(sandbox, "GET", path, params={"client_secret": intent.client_secret}).json()
    assert (shown["id"], shown["status"], shown["amount"]) == (intent.id, "requires_payment_method", 2650)
    assert not {"metadata", "customer", "latest_charge", "amount_received"} & set(shown)
    other = pay.payment_intents.create(CARDS).client_secret
    assert error_of(asked_by_page(sandbox, "GET", path)) == (400, "parameter_missing", "client_secret")
    for wrong in (other, f"{intent.id}_secret_x"):
        answer = asked_by_page(sandbox, "GET", path, params={"client_secret": wrong})
        assert error_of(answer) == (400, None, "client_secret")
    expanding = {"client_secret": intent.client_secret, "expand[]": "customer"}
    assert error_of(asked_by_page(sandbox, "GET", path, params=expanding)) == (400, None, "expand")


def test_a_publishable_key_may_do_nothing_else(sandbox: Sandbox, pay: Any) -> None:
    intent = pay.payment_intents.create(CARDS)
    others = [route for route in ROUTES if not route.publishable]
    assert len(others) == len(ROUTES) - 2
    for route in others:
        answer = asked_by_page(sandbox, route.method, route.path.replace("{id}", intent.id))
        assert error_of(answer) == (401, "secret_key_required", None), route
        assert PUBLISHABLE not in answer.text
    assert [one["status"] for one in sandbox.ledger()["payment_intents"]] == ["requires_payment_method"]


def test_a_page_of_another_origin_may_send_a_key_to_these_calls_only(sandbox: Sandbox) -> None:
    def allowed(method: str, path: str) -> str | None:
        asked = {"Origin": PAGE, "Access-Control-Request-Method": method}
        answer = sandbox.http.options(sandbox.url + path, headers=asked)
        assert answer.status_code == 204
        return answer.headers.get("Access-Control-Allow-Origin")

    assert allowed("GET", "/v1/payment_intents/pi_1") == "*"
    assert allowed("POST", "/v1/confirmation_tokens") == "*"
    assert allowed("POST", "/v1/payment_intents") is None
    assert allowed("POST", "/v1/refunds") is None
    for mode in ("ok", "down"):
        sandbox.switch("mode", mode=mode)
        answer = asked_by_page(sandbox, "GET", "/v1/payment_intents/pi_1", params={"client_secret": "x"})
        assert answer.headers["Access-Control-Allow-Origin"] == "*", "the page reads the error too"
