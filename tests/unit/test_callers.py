"""Who is calling, from the claims that the gateway's authorizer passes on."""

from typing import Any

import pytest

from box_office.http_api.caller import Caller, caller_from_claims
from tests.verbs import CUSTOMERS_CLIENT, STAFF_CLIENT

ROLES = ("desk", "manager", "gate")
CLERK = {
    "sub": "ada",
    "token_use": "id",
    "aud": STAFF_CLIENT,
    "cognito:groups": "desk",
    "custom:theater_id": "lisboa",
    "email": "ada@cinema.example",
}
A_MERE_CUSTOMER = Caller("ada", frozenset(), email="ada@cinema.example")


def caller(staff_client_id: str = STAFF_CLIENT, **changes: Any) -> Caller | None:
    claims = {**CLERK, **changes}
    return caller_from_claims({name: value for name, value in claims.items() if value is not None}, staff_client_id)


def test_the_staff_client_s_token_says_who_is_calling_in_which_role_and_where() -> None:
    assert caller() == Caller("ada", frozenset({"desk"}), "lisboa", "ada@cinema.example")


@pytest.mark.parametrize("groups", ["customer,desk", "[customer desk]", ["customer", "desk"], "customer, desk"])
def test_groups_are_read_however_the_gateway_writes_them(groups: str | list[str]) -> None:
    found = caller(**{"cognito:groups": groups})
    assert found is not None and found.groups == {"customer", "desk"}


@pytest.mark.parametrize("groups", [None, "", "[]", []])
def test_a_token_without_groups_is_a_customer_s(groups: str | list[str] | None) -> None:
    found = caller(**{"cognito:groups": groups})
    assert found is not None and found.groups == frozenset()


@pytest.mark.guards("API5 function level authorization")
@pytest.mark.parametrize("role", ROLES)
def test_through_the_customers_client_every_role_is_a_mere_customer_without_a_theater(role: str) -> None:
    assert caller(aud=CUSTOMERS_CLIENT, **{"cognito:groups": role}) == A_MERE_CUSTOMER
    also = caller(aud=CUSTOMERS_CLIENT, **{"cognito:groups": f"{role},customer"})
    assert also == Caller("ada", frozenset({"customer"}), email="ada@cinema.example")


@pytest.mark.parametrize(
    "aud",
    [None, "", STAFF_CLIENT.upper(), f"{STAFF_CLIENT} ", f"{STAFF_CLIENT}|{CUSTOMERS_CLIENT}", [STAFF_CLIENT], "*"],
)
def test_an_audience_that_is_not_the_staff_client_word_for_word_gives_no_role(aud: Any) -> None:
    assert caller(aud=aud) == A_MERE_CUSTOMER


@pytest.mark.parametrize("aud", [None, "", STAFF_CLIENT])
def test_in_a_function_that_names_no_staff_client_no_role_counts(aud: str | None) -> None:
    assert caller(staff_client_id="", aud=aud) == A_MERE_CUSTOMER


@pytest.mark.guards("API2 authentication")
@pytest.mark.parametrize("use", ["access", "refresh", "ID", "", None])
def test_a_token_for_another_use_is_no_caller_s(use: str | None) -> None:
    assert caller(token_use=use) is None


def test_an_access_token_of_the_staff_client_has_no_say_although_it_names_the_groups() -> None:
    """Cognito's access tokens have `client_id` in the place of `aud`."""
    assert caller(token_use="access", aud=None, client_id=STAFF_CLIENT) is None
    assert caller(aud=None, client_id=STAFF_CLIENT) == A_MERE_CUSTOMER


@pytest.mark.parametrize("sub", [None, "", ["ada"]])
def test_a_token_without_a_user_is_no_caller_s(sub: Any) -> None:
    assert caller(sub=sub) is None


@pytest.mark.parametrize("theater_id", [None, "", ["lisboa"]])
def test_a_theater_that_is_no_text_is_no_theater(theater_id: Any) -> None:
    found = caller(**{"custom:theater_id": theater_id})
    assert found is not None and found.theater_id is None
