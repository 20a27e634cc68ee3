"""Card numbers never get past the door; ids that happen to look like one do."""

import hashlib
import json
import uuid

import pytest

from box_office.adapters.stripe.cards import METHOD_TOKENS
from box_office.domain.errors import InvalidRequest
from box_office.http_api.bodies import HoldBody, read
from box_office.http_api.bodies.payments import RefundBody, SubmitBody
from box_office.http_api.bodies.staff import CheckInBody
from box_office.http_api.card_numbers import passes_luhn
from box_office.http_api.endpoint import Request

GROUPS = ("4242",) * 4  # put together here, so that no scanner of this repository finds a card's number
NUMBER = "".join(GROUPS)
DATED = "london-2-20261123-1655"  # an event of the demo: 2-20261123-1655 passes Luhn's test


def submission(**changes: object) -> Request:
    info = {"type": "card", "payment_method": "pm_card_visa"}
    body = {"event_id": DATED, "order_id": "or_1", "paymentInfo": info} | changes
    return Request("r", {}, {}, {}, json.dumps(body), None, "127.0.0.1")


def test_an_event_whose_id_looks_like_a_card_number_can_be_paid() -> None:
    assert passes_luhn("2202611231655")
    assert read(SubmitBody, submission(), method_tokens=METHOD_TOKENS).event_id == DATED


@pytest.mark.parametrize(
    "changes",
    [
        {"paymentInfo": {"type": "card", "payment_method": NUMBER}},
        {"paymentInfo": {"type": "card", "payment_method": "pm_card_visa", "number": " ".join(GROUPS)}},
        {"paymentInfo": {"type": "card", "number": int(NUMBER)}},
        {"note": "-".join(GROUPS)},
        {"order_id": NUMBER},
        {"event_id": NUMBER},
    ],
)
def test_a_card_number_is_refused_wherever_it_stands(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest, match="Card numbers are not taken here"):
        read(SubmitBody, submission(**changes), method_tokens=METHOD_TOKENS)


def test_a_ticket_whose_code_looks_like_a_card_number_lets_its_holder_in() -> None:
    code = f"BO2:A {NUMBER}%B"  # Base45 has ten digits among its characters, and the blank
    request = Request("r", {}, {}, {}, json.dumps({"ticket": code}), None, "127.0.0.1")
    assert read(CheckInBody, request).ticket == code


FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))
AMEX = ("3782", "822463", "10005")
WRITTEN = {
    "beside its expiry": f"{' '.join(GROUPS)} 12/29 123",
    "undivided, beside its expiry": f"{NUMBER} 12",
    "behind other digits": f"seat 12 {NUMBER}",
    "with points": ".".join(GROUPS),
    "with two blanks": "  ".join(GROUPS),
    "on lines of their own": "\n".join(GROUPS),
    "with no-break spaces": "\u00a0".join(GROUPS),
    "with dashes of print": "\u2013".join(GROUPS),
    "in full-width digits": NUMBER.translate(FULL_WIDTH),
    "of fifteen digits": " ".join(AMEX),
    "of fifteen digits, beside its expiry": " ".join((*AMEX, "12", "29")),
}


@pytest.mark.guards("personal data and secrets")
@pytest.mark.parametrize("reason", WRITTEN.values(), ids=WRITTEN)
def test_a_card_number_is_refused_however_it_is_written(reason: str) -> None:
    request = Request("r", {}, {}, {}, json.dumps({"reason": f"card was {reason}, thanks"}), None, "127.0.0.1")
    with pytest.raises(InvalidRequest, match="Card numbers are not taken here"):
        read(RefundBody, request)


@pytest.mark.parametrize(
    "reason",
    [
        "moved from 24.12.2026 19:30 to 25.12.2026 20:15",
        "seats 12 13 14, +351 912 345 678",
        "room 3, 2026-11-25T19:12:40.100Z",
    ],
)
def test_dates_seats_and_telephone_numbers_are_no_card(reason: str) -> None:
    request = Request("r", {}, {}, {}, json.dumps({"reason": reason}), None, "127.0.0.1")
    assert read(RefundBody, request).reason == reason


HOLD = {"movie_id": "m", "theater_id": "t", "selected_seat": ["A1"]}


@pytest.mark.guards("personal data and secrets")
@pytest.mark.parametrize("model", [(CheckInBody, "device"), (CheckInBody, "scan_id"), (HoldBody, "sale")])
@pytest.mark.parametrize("kept", [f"door-{NUMBER}", f"d.{'-'.join(GROUPS)}"], ids=["undivided", "in groups"])
def test_an_id_that_is_kept_as_it_was_sent_holds_no_card_number(model: tuple, kept: str) -> None:
    (body, member) = model
    sent = {"ticket": "BO2:A", **HOLD, member: kept}
    with pytest.raises(InvalidRequest, match="Card numbers are not taken here"):
        read(body, Request("r", {}, {}, {}, json.dumps(sent), None, "127.0.0.1"))


@pytest.mark.guards("personal data and secrets")
@pytest.mark.parametrize(
    "key", [NUMBER, f"key {' '.join(GROUPS)}", f"pay-{NUMBER}"], ids=["alone", "in groups", "named"]
)
def test_an_idempotency_key_which_is_kept_holds_no_card_number(key: str) -> None:
    with pytest.raises(InvalidRequest, match="Card numbers are not taken here"):
        _ = Request("r", {}, {}, {"idempotency-key": key}, "", None, "127.0.0.1").idempotency_key


def test_keys_and_ids_that_machines_make_are_taken() -> None:
    for number in range(2_000):
        made = uuid.UUID(hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest())
        for key in (str(made), made.hex, f"{1_796_000_000_000_000 + number}"):
            assert Request("r", {}, {}, {"idempotency-key": key}, "", None, "127.0.0.1").idempotency_key == key
            body = json.dumps({"ticket": "BO2:A", "scan_id": f"sc_{key}"})
            assert read(CheckInBody, Request("r", {}, {}, {}, body, None, "127.0.0.1")).scan_id == f"sc_{key}"
