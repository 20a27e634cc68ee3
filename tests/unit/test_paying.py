"""Over the fakes: what is there in tests/scenarios/paying.py, and bodies that no adapter ever sees."""

import json

import pytest

from tests.scenarios.paying import *  # noqa: F403
from tests.scenarios.paying import DESK, MANAGER
from tests.verbs import Verbs


@pytest.mark.parametrize(
    ("info", "groups", "status", "code"),
    [
        ({"type": "cash", "tendered": 30}, ("customer",), 403, "forbidden"),
        ({"type": "cash", "tendered": 5}, DESK, 400, "invalid_request"),
        ({"type": "cash", "tendered": 30.005}, DESK, 400, "invalid_request"),
        ({"type": "cash"}, DESK, 400, "invalid_request"),
        ({"type": "card"}, ("customer",), 400, "invalid_request"),
        ({"type": "card", "payment_method": "tok_visa"}, ("customer",), 400, "invalid_request"),
        ({"type": "cheque"}, ("customer",), 400, "invalid_request"),
        ({}, ("customer",), 400, "invalid_request"),
        ({"type": "card", "payment_method": "pm_4242424242424242"}, ("customer",), 400, "invalid_request"),
        ({"type": "card", "payment_method": "pm_visa", "number": "4242 4242 4242 4242"}, DESK, 400, "invalid_request"),
        ({"type": "card", "payment_method": "pm_visa", "number": 4242424242424242}, DESK, 400, "invalid_request"),
    ],
)
def test_what_cannot_be_paid_with_is_refused_and_card_numbers_are_never_logged(
    cinema: Verbs, capsys, caplog, info: dict, groups: tuple[str, ...], status: int, code: str
) -> None:
    cinema.hold("A1", user="ada", groups=groups)
    answer = cinema.submit(info, groups=groups)
    assert (answer.status, answer.code) == (status, code)
    assert cinema.booking().body["status"] == "HELD"
    out, err = capsys.readouterr()
    for text in (out, err, caplog.text, json.dumps(answer.body)):
        assert "4242" not in text.replace(" ", "")


def test_a_card_number_in_escapes_is_a_card_number(cinema: Verbs) -> None:
    cinema.hold("A1")
    escaped = "".join(f"\\u003{digit}" for digit in "4242424242424242")
    body = f'{{"event_id":"ev_1","paymentInfo":{{"type":"card","payment_method":"pm_{escaped}"}}}}'
    answer = cinema.call("submit_payment", {"event_id": "ev_1"}, body)
    assert (answer.status, answer.code) == (400, "invalid_request")


def test_ids_in_path_and_body_agree(cinema: Verbs) -> None:
    cinema.hold("A1")
    body = {"event_id": "ev_2", "paymentInfo": {"type": "card", "payment_method": "pm_visa"}}
    assert cinema.call("submit_payment", {"event_id": "ev_1"}, body).code == "invalid_request"
    assert cinema.call("submit_payment", {"event_id": "ev_1"}, body, user=None).status == 401


@pytest.mark.parametrize("groups", [("customer",), DESK, MANAGER, ()])
def test_only_the_gate_checks_tickets(cinema: Verbs, groups: tuple[str, ...]) -> None:
    answer = cinema.check_in("BO1.x.y", groups=groups)
    assert (answer.status, answer.code) == (403, "forbidden")
