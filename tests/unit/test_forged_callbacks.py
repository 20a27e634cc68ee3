"""Callbacks that were forged, altered, replayed or sent to the wrong place: none has an effect that the provider's own
answer does not confirm, and none is a 500."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.callbacks import SECRET, about, call_back, signed
from tests.fakes.cinema import FakeCinema
from tests.fakes.provider import CHALLENGED

EVENT = about("payment_intent.succeeded", "pi_1")
BODY = json.dumps({"id": "evt_1", "object": "event", **EVENT})
RIGHT = signed(BODY)
AT, DIGEST = (part.partition("=")[2] for part in RIGHT.split(","))
FORGED = {
    "empty": "",
    "a digest in other letters": f"t={AT},v1={'é' * 64}",
    "a digest in capitals": f"t={AT},v1={DIGEST.upper()}",
    "half a digest": f"t={AT},v1={DIGEST[:32]}",
    "half a character": f"t={AT},v1=\ud800",
    "without a time": f"v1={DIGEST}",
    "without a digest": f"t={AT}",
    "another scheme": f"t={AT},v0={DIGEST}",
    "another time": f"t={int(AT) + 1},v1={DIGEST}",
    "a time of five thousand digits": f"t={'9' * 5_000},v1={DIGEST}",
    "an old time": signed(BODY, age=301),
    "a time in words": f"t=now,v1={DIGEST}",
    "a guessed secret": signed(BODY, "whsec_guessed"),
    "an empty secret": signed(BODY, ""),
    "of another body": signed(BODY + " "),
    "ten thousand digests": f"t={AT}," + ",".join(["v1=00"] * 10_000),
}


@pytest.mark.guards("API2 authentication", "API10 consumption of other APIs")
@pytest.mark.parametrize("signature", FORGED.values(), ids=FORGED)
def test_a_forged_signature_is_refused_and_nothing_is_sent(cinema: FakeCinema, signature: str) -> None:
    answer = call_back(cinema, BODY, signature)
    assert (answer.status, answer.code) == (401, "unauthenticated")
    assert cinema.queues.waiting() == {}
    assert cinema.counters.counted["ServerErrors"] == 0


UNREADABLE = {
    "lists within lists": '{"id": "evt_1", "type": "x", "data": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "an id that is a number": {"id": 7},
    "an id that is not finite": '{"id": NaN, "type": "x"}',
    "an id with a line end": {"id": "evt_1\n{}"},
    "an id of a thousand letters": {"id": "e" * 1_000},
    "a kind with control characters": {"type": "payment_intent.\x1b[2Jsucceeded"},
    "a kind that is a list": {"type": ["payment_intent.succeeded"]},
    "another encoding's beginning": "\ufeff" + BODY,
    "two events": BODY + BODY,
}


@pytest.mark.guards("API10 consumption of other APIs")
@pytest.mark.parametrize("event", UNREADABLE.values(), ids=UNREADABLE)
def test_a_signed_callback_that_is_no_event_is_refused(cinema: FakeCinema, event: Mapping[str, Any] | str) -> None:
    answer = call_back(cinema, event if isinstance(event, str) else {**EVENT, **event})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert cinema.queues.waiting() == {}


@pytest.mark.guards("API7 server side request forgery")
@pytest.mark.parametrize("intent", ["pi_" + "x" * 300, "pi_1\npi_2", "pi_1/../refunds", "", "pi 1", "pi_\u0661"])
def test_what_is_no_id_of_the_provider_is_never_asked_for(cinema: FakeCinema, intent: str) -> None:
    assert call_back(cinema, about("payment_intent.succeeded", intent)).status == 200
    assert cinema.queues.waiting() == {}


@pytest.mark.guards("API4 resource consumption")
@pytest.mark.parametrize(("size", "status"), [(262_144, 200), (262_145, 413)])
def test_a_callback_has_256_kb_at_most(cinema: FakeCinema, size: int, status: int) -> None:
    body = BODY[:-1] + ',"more":"' + "x" * (size - len(BODY) - len(',"more":""}') + 1) + '"}'
    assert len(body) == size
    assert call_back(cinema, body).status == status


def challenged(cinema: FakeCinema, user: str, seat: str) -> tuple[str, str]:
    """Order and intent of a payment that waits for its customer."""
    order_id = cinema.hold(seat, user=user).body["order_id"]
    cinema.submit(CHALLENGED, user=user)
    cinema.deliver()
    return order_id, f"pi_{order_id}_1"


@pytest.mark.guards("API10 consumption of other APIs")
def test_the_same_callback_a_thousand_times_is_one_effect(cinema: FakeCinema) -> None:
    _, intent = challenged(cinema, "ada", "A1")
    cinema.provider.customer_passes(intent)
    event, ends = about("payment_intent.succeeded", intent), []
    for times in (1, 999):
        assert {call_back(cinema, event).status for _ in range(times)} == {200}
        cinema.deliver()
        ends.append(cinema.rows("orders"))
    assert ends[0] == ends[1]
    assert (cinema.booking().body["status"], len(cinema.provider.intents)) == ("BOOKED", 1)
    assert cinema.unsettled() == []


LIES = {
    "another customer's order": lambda order: {"metadata": {"order_id": order, "user_id": "ada"}},
    "another amount": lambda _: {"amount_received": 1, "amount": 1},
    "another status": lambda _: {"status": "succeeded"},
}


@pytest.mark.guards("API10 consumption of other APIs")
@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_what_a_callback_says_of_an_order_changes_none(cinema: FakeCinema, lie: Any) -> None:
    """Signed, as by a secret that leaked, and about Grace's intent, which is not charged."""
    order_id, _ = challenged(cinema, "ada", "A1")
    _, graces = challenged(cinema, "grace", "A2")
    event = about("payment_intent.succeeded", graces)
    event["data"]["object"] |= lie(order_id)
    before = cinema.rows("orders")
    assert call_back(cinema, event).status == 200
    cinema.deliver()
    assert cinema.rows("orders") == before
    assert [cinema.booking(user).body["status"] for user in ("ada", "grace")] == ["PAYING", "PAYING"]


@pytest.mark.guards("API10 consumption of other APIs")
@pytest.mark.parametrize("of", [{"livemode": True}, {"account": "acct_another"}, {"context": "org_another"}])
@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "charge.refunded", "refund.failed"])
def test_a_callback_of_another_account_or_mode_names_nothing_that_ours_knows(
    cinema: FakeCinema, of: Mapping[str, Any], kind: str
) -> None:
    order_id, _ = challenged(cinema, "ada", "A1")
    before = cinema.rows("orders")
    assert call_back(cinema, {**about(kind, "pi_of_another_account"), **of}).status == 200
    cinema.deliver()
    assert cinema.rows("orders") == before
    assert cinema.queues.waiting() == {}


def test_the_secret_is_the_only_thing_that_lets_a_callback_in(cinema: FakeCinema) -> None:
    """The control of what is refused above."""
    assert call_back(cinema, BODY, signed(BODY, SECRET)).status == 200
    assert sum(cinema.queues.waiting().values()) == 1
