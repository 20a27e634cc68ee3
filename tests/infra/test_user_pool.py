"""Who signs in, through which of the two app clients, and what no user can give themselves."""

import pytest

from tests.infra.template_rules import resources, text

ROLES = {"desk", "manager", "gate"}


def clients(data: dict) -> dict[str, dict]:
    """The properties of the app clients: `page` and `staff`."""
    found = (one["Properties"] for one in resources(data, "AWS::Cognito::UserPoolClient").values())
    return {one["ClientName"].rpartition("-")[2]: one for one in found}


def minutes(client: dict, token: str) -> int:
    assert client["TokenValidityUnits"][token] == "minutes"
    return int(client[f"{token}Validity"])


def test_people_sign_up_by_mail_and_there_are_the_documented_groups(data: dict, stage: str) -> None:
    (pool,) = resources(data, "AWS::Cognito::UserPool").values()
    assert pool["Properties"]["UserPoolTier"] == "LITE"
    assert pool["Properties"]["UsernameAttributes"] == ["email"]
    assert (pool["Properties"].get("DeletionProtection") == "ACTIVE") == (stage == "prod")
    groups = {one["Properties"]["GroupName"] for one in resources(data, "AWS::Cognito::UserPoolGroup").values()}
    assert groups == {"customer"} | ROLES


def test_customers_tokens_outlive_an_on_sale(data: dict) -> None:
    page = clients(data)["page"]
    assert [minutes(page, token) for token in ("IdToken", "AccessToken", "RefreshToken")] == [1_440, 60, 43_200]


def test_staff_tokens_last_an_hour_and_are_refreshed_for_a_shift(data: dict, stage: str) -> None:
    staff = clients(data)["staff"]
    lasting = [minutes(staff, token) for token in ("IdToken", "AccessToken", "RefreshToken")]
    assert lasting == ([1_440, 60, 1_440] if stage == "local" else [60, 60, 720])


@pytest.mark.parametrize("name", ["page", "staff"])
def test_both_clients_are_a_page_s_and_sign_in_alike(data: dict, stage: str, name: str) -> None:
    client = clients(data)[name]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert client["GenerateSecret"] is False
    assert client["AllowedOAuthFlowsUserPoolClient"] is False
    tried_out = {"ALLOW_ADMIN_USER_PASSWORD_AUTH"} if stage != "prod" else set()
    assert set(client["ExplicitAuthFlows"]) == {"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", *tried_out}


def test_no_user_gives_themselves_a_theater_and_staff_tokens_alone_have_one(data: dict) -> None:
    (pool,) = resources(data, "AWS::Cognito::UserPool").values()
    assert [one["Name"] for one in pool["Properties"]["Schema"] if one["Mutable"]] == ["theater_id"]
    both = clients(data)
    assert {name: client["WriteAttributes"] for name, client in both.items()} == {"page": ["email"], "staff": ["email"]}
    assert set(both["page"]["ReadAttributes"]) == {"email", "email_verified"}
    assert set(both["staff"]["ReadAttributes"]) == {"email", "email_verified", "custom:theater_id"}


def test_a_second_factor_is_an_authenticator_app_s_and_each_account_s_own_choice(data: dict) -> None:
    (pool,) = resources(data, "AWS::Cognito::UserPool").values()
    assert pool["Properties"]["MfaConfiguration"] == "OPTIONAL"
    assert pool["Properties"]["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_the_pool_and_the_customers_client_stay_the_ones_that_were_deployed(data: dict) -> None:
    """By these names CloudFormation knows them: under others they would be made anew, and every account be lost."""
    (pool,) = resources(data, "AWS::Cognito::UserPool")
    assert pool == "Users"
    names = {
        name: one["Properties"]["ClientName"] for name, one in resources(data, "AWS::Cognito::UserPoolClient").items()
    }
    page = next(name for name, client in names.items() if client.endswith("-page"))
    assert page == "PeopleUsersPageAEEE91F3"


def test_both_clients_ids_are_published_for_the_api_and_the_page(data: dict, stage: str) -> None:
    of = {
        one["Properties"]["Name"]: text(one["Properties"]["Value"])
        for one in resources(data, "AWS::SSM::Parameter").values()
    }
    ids = {
        f"<{name}>": one["Properties"]["ClientName"]
        for name, one in resources(data, "AWS::Cognito::UserPoolClient").items()
    }
    assert ids[of[f"/box-office-{stage}/user-pool-client-id"]] == f"box-office-{stage}-page"
    assert ids[of[f"/box-office-{stage}/staff-client-id"]] == f"box-office-{stage}-staff"
