"""Who is calling, from the claims that the gateway's authorizer passes on."""

import pytest

from box_office.http_api.endpoint import Caller, caller_of


def told(**claims: str) -> dict:
    return {"authorizer": {"claims": claims}}


def test_an_id_token_says_who_is_calling() -> None:
    context = told(sub="ada", token_use="id", **{"cognito:groups": "customer,desk"})
    assert caller_of(context) == Caller("ada", frozenset({"customer", "desk"}))


def test_an_id_token_says_where_staff_work_and_how_they_are_written_to() -> None:
    context = told(sub="p", token_use="id", email="p@cinema.example", **{"custom:theater_id": "lisboa"})
    assert caller_of(context) == Caller("p", frozenset(), "lisboa", "p@cinema.example")


@pytest.mark.guards("API2 authentication")
@pytest.mark.parametrize("use", ["access", "refresh", "", None])
def test_a_token_for_another_use_is_nobodys(use: str | None) -> None:
    claims = {"sub": "ada"} if use is None else {"sub": "ada", "token_use": use}
    assert caller_of(told(**claims)) is None
