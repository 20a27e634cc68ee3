"""GetMe: a card that was saved at a purchase, and how it is forgotten."""

from typing import Any

import pytest

from box_office.domain.provider_answers import CardFace
from tests.verbs import Verbs

VISA = CardFace("visa", "4242", "12/29")
SHOWN = {"brand": "visa", "last4": "4242", "exp": "12/29"}


def buy(cinema: Verbs, user: str = "ada", seat: str = "A1", save: bool = True) -> None:
    assert cinema.hold(seat, user=user).status == 201
    cinema.submit({"type": "card", "payment_method": "pm_visa", "save": save}, user)
    cinema.deliver()
    assert cinema.booking(user).body["status"] == "BOOKED"


def forget(cinema: Verbs, **query: str) -> Any:
    return cinema.call("forget_saved_methods", query=query)


def test_a_card_that_a_purchase_saved_is_shown_to_its_customer(cinema: Verbs) -> None:
    cinema.provider.faces = {"pm_visa": VISA}
    buy(cinema)
    assert cinema.call("get_me").body["saved_methods"] == [SHOWN]


@pytest.mark.parametrize("fault", ["down", "silent", "refused"])
def test_a_provider_that_does_not_describe_the_card_saves_it_all_the_same(cinema: Verbs, fault: str) -> None:
    cinema.provider.faults["card_face"].append(fault)
    buy(cinema)
    assert cinema.call("get_me").body["saved_methods"] == [{"brand": None, "last4": None, "exp": None}]


def test_a_sale_that_saves_nothing_asks_the_provider_for_no_card(cinema: Verbs) -> None:
    buy(cinema, save=False)
    assert [operation for operation, _ in cinema.provider.calls] == ["create", "confirm"]


def test_what_a_purchase_saved_is_forgotten_and_the_second_time_it_is_the_same(cinema: Verbs) -> None:
    cinema.provider.faces = {"pm_visa": VISA}
    buy(cinema)
    buy(cinema, "grace", "A2")
    for _ in range(2):
        answer = forget(cinema, saved_methods="")
        assert (answer.status, answer.headers["Status"], answer.body) == (204, "FORGOTTEN", None)
    assert cinema.call("get_me").body["saved_methods"] == []
    assert cinema.call("get_me", user="grace").body["saved_methods"] == [SHOWN]


@pytest.mark.parametrize("fault", ["down", "silent", "busy", "lost", None])
def test_what_was_forgotten_is_forgotten_at_the_provider_too(cinema: Verbs, fault: str | None) -> None:
    buy(cinema)
    if fault is not None:
        cinema.provider.faults["detach"].append(fault)
    forget(cinema, saved_methods="")
    assert cinema.provider.gone == set(), "no customer waits for the provider"
    cinema.deliver()
    cinema.deliver()
    assert cinema.provider.gone == {"pm_visa"}
    calls = len(cinema.provider.calls)
    forget(cinema, saved_methods="")
    cinema.deliver()
    assert len(cinema.provider.calls) == calls, "nothing is saved any more"


@pytest.mark.parametrize("query", [{}, {"saved": ""}])
def test_a_delete_that_does_not_say_what_forgets_nothing(cinema: Verbs, query: dict[str, str]) -> None:
    cinema.provider.faces = {"pm_visa": VISA}
    buy(cinema)
    answer = forget(cinema, **query)
    assert (answer.status, answer.body["param"]) == (400, "saved_methods")
    assert cinema.call("get_me").body["saved_methods"] == [SHOWN]
