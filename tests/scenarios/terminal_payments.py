"""The desk's own terminal: the clerk has the money, no provider of ours is asked, its reference is kept."""

from typing import Any

import pytest

from tests.verbs import Verbs

CLERK: dict[str, Any] = {"user": "clerk", "groups": ("desk",)}
TERMINAL = {"type": "external", "reference": "T-0042"}


def sell(cinema: Verbs, *seats: str) -> dict[str, Any]:
    cinema.hold(*seats, **CLERK)
    assert cinema.submit(TERMINAL, **CLERK).status == 202
    cinema.deliver()
    return dict(cinema.booking("clerk").body)


def test_a_card_on_the_desks_terminal_becomes_a_ticket(cinema: Verbs) -> None:
    booking = sell(cinema, "A1", "A3")
    assert (booking["status"], len(booking["tickets"])) == ("BOOKED", 2)
    [row] = cinema.rows("orders")
    [attempt] = row["attempts"]
    assert (attempt["state"], attempt["method"]["reference"]) == ("CAPTURED", "T-0042")
    assert attempt["intent_id"] == f"external_{booking['order_id']}_1"
    assert cinema.provider.ledger["payment_intents"] == []


def test_the_same_reference_is_the_same_payment_and_another_is_not(cinema: Verbs) -> None:
    cinema.hold("A1", **CLERK)
    first = cinema.submit(TERMINAL, **CLERK)
    assert (first.status, "change" in first.body) == (202, False)
    assert cinema.submit(TERMINAL, **CLERK).body == first.body
    assert cinema.submit({"type": "external", "reference": "T-0043"}, **CLERK).code == "payment_in_progress"


def test_a_customer_pays_on_no_terminal(cinema: Verbs) -> None:
    cinema.hold("A1")
    answer = cinema.submit(TERMINAL)
    assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize("info", [{}, {"reference": ""}, {"reference": "x" * 65}, {"reference": 42}])
def test_a_terminals_payment_has_a_reference(cinema: Verbs, info: dict[str, Any]) -> None:
    cinema.hold("A1", **CLERK)
    answer = cinema.submit({"type": "external", **info}, **CLERK)
    assert (answer.status, answer.body["param"]) == (400, "paymentInfo")


def test_it_is_given_back_by_a_manager_and_by_no_provider(cinema: Verbs) -> None:
    booking = sell(cinema, "A1")
    assert cinema.refund("clerk").code == "forbidden"
    assert cinema.refund("boss", groups=("manager",), order_id=booking["order_id"], reason="ill").status == 202
    cinema.deliver()
    assert cinema.booking("clerk").body["status"] == "REFUNDED"
    assert cinema.provider.made_refunds == []


def test_it_takes_the_place_of_a_card_whose_customer_gave_up(cinema: Verbs) -> None:
    cinema.hold("A1", **CLERK)
    cinema.submit("pm_challenged", **CLERK)
    cinema.deliver()
    cinema.submit(TERMINAL, **CLERK)
    cinema.deliver()
    assert cinema.booking("clerk").body["status"] == "BOOKED"
    assert [one.status for one in cinema.provider.intents.values()] == ["CANCELLED"]


def test_beside_a_card_that_went_through_it_is_owed(cinema: Verbs) -> None:
    cinema.hold("A1", **CLERK)
    cinema.submit("pm_challenged", **CLERK)
    cinema.deliver()
    intent = cinema.provider.ledger["payment_intents"][0]["id"]
    cinema.provider.customer_passes(intent)
    cinema.submit(TERMINAL, **CLERK)
    cinema.deliver()
    [row] = cinema.rows("orders")
    assert row["status"] == "BOOKED"
    [owed] = row["refunds"]
    assert (owed["surplus"], owed["state"], owed["amount"]) == (True, "PENDING", 1150)


@pytest.mark.parametrize(
    ("info", "status"),
    [
        ({"confirmation_token": "ctoken_mine"}, 202),
        ({"confirmation_token": "ctoken_mine", "save": True}, 202),
        ({"confirmation_token": "ctoken_mine", "payment_method": "pm_visa"}, 400),
        ({"confirmation_token": "pm_visa"}, 400),
        ({"payment_method": "ctoken_mine"}, 400),
        ({}, 400),
    ],
)
def test_a_card_is_paid_with_one_token_of_either_kind(cinema: Verbs, info: dict[str, Any], status: int) -> None:
    cinema.hold("A1")
    answer = cinema.submit({"type": "card", **info})
    assert answer.status == status
    if status == 400:
        assert answer.body["param"] == "paymentInfo"
        assert "ctoken_mine" not in answer.body["detail"]
        return
    cinema.deliver()
    assert cinema.booking().body["status"] == "BOOKED"
    assert bool(cinema.wallets()) == ("save" in info)
