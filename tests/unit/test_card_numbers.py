"""Card numbers never get past the door; ids that happen to look like one do."""

import json

import pytest

from box_office.adapters.stripe.cards import METHOD_TOKENS
from box_office.domain.errors import InvalidRequest
from box_office.http_api.bodies import CheckInBody, SubmitBody, passes_luhn, read
from box_office.http_api.endpoint import Request

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
        {"paymentInfo": {"type": "card", "payment_method": "4242424242424242"}},
        {"paymentInfo": {"type": "card", "payment_method": "pm_card_visa", "number": "4242 4242 4242 4242"}},
        {"paymentInfo": {"type": "card", "number": 4242424242424242}},
        {"note": "4242-4242-4242-4242"},
        {"order_id": "4242424242424242"},
        {"event_id": "4242424242424242"},
    ],
)
def test_a_card_number_is_refused_wherever_it_stands(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest, match="Card numbers are not taken here"):
        read(SubmitBody, submission(**changes), method_tokens=METHOD_TOKENS)


def test_a_ticket_whose_code_looks_like_a_card_number_lets_its_holder_in() -> None:
    code = "BO2:A 4242424242424242%B"  # Base45 has ten digits among its characters, and the blank
    request = Request("r", {}, {}, {}, json.dumps({"ticket": code}), None, "127.0.0.1")
    assert read(CheckInBody, request).ticket == code
