"""GetMe: who is signed in, what is saved to pay with, and how that is forgotten."""

from typing import Any

import pytest

from box_office.adapters.dynamodb.wallet import DynamoDBWallet
from box_office.ports.payments import SavedMethod
from box_office.wiring import client
from tests import moto_aws
from tests.cinema import Cinema
from tests.scenarios.me import *  # noqa: F403
from tests.wire import unreachable

VISA = SavedMethod("cus_1", "pm_1", "visa", "4242", "12/29")


def saved(cinema: Cinema, method: SavedMethod = VISA, user: str = "ada") -> DynamoDBWallet:
    wallet = DynamoDBWallet(client("dynamodb"), moto_aws.TABLE_NAMES["users"])
    wallet.save(user, method)
    return wallet


def forget(cinema: Cinema, **more: Any) -> Any:
    return cinema.call("forget_saved_methods", query=more.pop("query", {"saved_methods": ""}), **more)


def test_who_is_signed_in_and_what_they_have_saved(cinema: Cinema) -> None:
    saved(cinema)
    answer = cinema.call("get_me", groups=("manager", "customer"))
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "private, no-store")
    assert answer.body == {
        "user_id": "ada",
        "email": None,
        "groups": ["customer", "manager"],
        "theater_id": None,
        "saved_methods": [{"brand": "visa", "last4": "4242", "exp": "12/29"}],
    }
    assert "pm_1" not in str(answer.body)


def test_a_user_who_saved_nothing_has_an_empty_list(cinema: Cinema) -> None:
    saved(cinema, user="grace")
    assert cinema.call("get_me").body["saved_methods"] == []


def test_of_a_method_saved_by_an_earlier_release_nothing_is_known(cinema: Cinema) -> None:
    cinema.seed("users", {"user_id": "ada", "payment_info": {"customer": "cus_1", "payment_method": "pm_1"}})
    assert cinema.call("get_me").body["saved_methods"] == [{"brand": None, "last4": None, "exp": None}]


def test_the_providers_customer_is_kept_when_what_they_saved_is_forgotten(cinema: Cinema) -> None:
    wallet = saved(cinema)
    assert forget(cinema).status == 204
    assert wallet.saved("ada") is None
    assert wallet.customer("ada") == "cus_1", "the provider would make another"


def test_what_is_saved_in_that_very_moment_stays(cinema: Cinema) -> None:
    wallet, another = saved(cinema), SavedMethod("cus_1", "pm_2", "mastercard", "4444", "01/30")
    cinema.handler("forget_saved_methods")
    cinema.wire.next("put_item", lambda send: wallet.save("ada", another) or send())
    assert forget(cinema).status == 204
    assert wallet.saved("ada") == another


@pytest.mark.parametrize("verb", ["get_me", "forget_saved_methods"])
def test_it_takes_somebody_signed_in_and_the_table(cinema: Cinema, verb: str) -> None:
    assert cinema.call(verb, user=None, query={"saved_methods": ""}).code == "unauthenticated"
    cinema.wire.every(unreachable, "get_item")
    answer = cinema.call(verb, query={"saved_methods": ""})
    assert (answer.status, answer.code) == (503, "unavailable")
