"""Callbacks of the provider over HTTP: what each is answered, and which of them have an intent retrieved."""

from typing import Any

import pytest
import stripe

from box_office.http_api.endpoint import CALLBACK_BYTES_MAX
from tests.callbacks import about, call_back, signed
from tests.fakes.cinema import FakeCinema
from tests.fakes.provider import CHALLENGED


def answered(cinema: FakeCinema, *arguments: Any) -> tuple[int, str | None]:
    answer = call_back(cinema, *arguments)
    return answer.status, answer.code or answer.headers["Status"]


@pytest.mark.parametrize(
    "signature",
    ["", "nonsense", "t=1,v1=00", signed("another body"), signed("{}", "whsec_guessed"), signed("{}", age=301)],
    ids=["absent", "nonsense", "a wrong digest", "of another body", "with a guessed secret", "too old"],
)
def test_a_forged_callback_is_refused(cinema: FakeCinema, signature: str) -> None:
    assert answered(cinema, "{}", signature) == (401, "unauthenticated")
    assert cinema.queues.waiting() == {}


def test_a_body_of_more_than_256_kB_is_refused_before_its_signature_is_computed(
    cinema: FakeCinema, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify, checked = stripe.WebhookSignature.verify_header, []
    monkeypatch.setattr(
        stripe.WebhookSignature, "verify_header", lambda *asked: checked.append(asked[0]) or verify(*asked)
    )
    event = '{"id":"evt_1","type":"x","filler":"é%s"}'
    at_most = event % ("é" * ((CALLBACK_BYTES_MAX - len((event % "").encode())) // 2))
    assert answered(cinema, at_most + "   ") == (413, "too_large"), "bytes count, not characters"
    assert checked == []
    assert answered(cinema, at_most) == (200, "RECORDED")
    assert checked == [at_most]


@pytest.mark.parametrize("body", ["{nonsense", "[]", "{}"])
def test_a_signed_callback_that_cannot_be_read_is_refused(cinema: FakeCinema, body: str) -> None:
    assert answered(cinema, body) == (400, "invalid_request")


@pytest.mark.parametrize("kind", ["succeeded", "payment_failed", "canceled"])
def test_what_ends_a_payment_is_looked_at(cinema: FakeCinema, kind: str) -> None:
    assert call_back(cinema, about(f"payment_intent.{kind}", "pi_1")).status == 200
    assert sum(cinema.queues.waiting().values()) == 1


@pytest.mark.parametrize(
    "event",
    [
        *(about(f"payment_intent.{word}", "pi_1") for word in ("created", "requires_action", "processing")),
        *(about(f"charge.{word}", "pi_1") for word in ("succeeded", "updated", "failed", "dispute.created")),
        *(about(kind, "pi_1") for kind in ("charge.refund.updated", "refund.created")),
        *({"type": "v1.billing.meter.error_report_triggered"} | data for data in ({}, {"data": None}, {"data": []})),
        *({"type": "customer.created", "data": data} for data in ({}, {"object": None})),
    ],
    ids=lambda event: f"{event['type']} {event.get('data', 'without data')}"[:60],
)
def test_what_ends_no_payment_is_recorded_and_costs_no_call(cinema: FakeCinema, event: dict[str, Any]) -> None:
    assert answered(cinema, event) == (200, "RECORDED")
    assert cinema.queues.waiting() == {}


def test_one_challenged_payment_costs_one_look_of_all_its_callbacks(cinema: FakeCinema) -> None:
    order_id = cinema.hold("A1").body["order_id"]
    cinema.submit(CHALLENGED)
    cinema.deliver()
    intent = f"pi_{order_id}_1"
    cinema.provider.customer_passes(intent)
    before = len(cinema.provider.calls)
    kinds = ("payment_intent.created", "payment_intent.requires_action", "charge.succeeded", "charge.updated")
    for kind in (*kinds, "payment_intent.succeeded"):
        assert call_back(cinema, about(kind, intent)).status == 200
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    # The intent tells whose it is, then the order's own step reads it again.
    assert cinema.provider.calls[before:] == [("retrieve_intent", intent)] * 2
