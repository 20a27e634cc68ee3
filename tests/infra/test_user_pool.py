"""Who signs in, through which of the two app clients, and what no user can give themselves."""

from pathlib import Path

import pytest

from infra.stage_files import UnknownStage
from infra.stage_reader import read_stage
from tests.infra.conftest import NEEDED, stages_with
from tests.infra.template_rules import referred, resources, text

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


@pytest.mark.guards("API5 function level authorization")
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


@pytest.fixture
def prod(all_templates: dict) -> dict:
    return all_templates["prod"]["data"]


def of_kind(template: dict, kind: str) -> dict:
    return {name: one for name, one in template["Resources"].items() if one["Type"] == kind}


def test_the_stage_that_sells_withholds_roles_without_a_second_factor_and_the_others_need_none(
    data: dict, stage: str
) -> None:
    (pool,) = resources(data, "AWS::Cognito::UserPool").values()
    called = pool["Properties"].get("LambdaConfig")
    if stage != "prod":
        assert called is None
        return
    aliases = of_kind(data, "AWS::Lambda::Alias")
    assert [called] == [{"PreTokenGeneration": {"Ref": alias}} for alias in aliases]


def test_cognito_may_call_the_function_before_the_pool_names_it(prod: dict) -> None:
    """In the other order no customer could sign in while the deployment was between the two."""
    ((name, permission),) = of_kind(prod, "AWS::Lambda::Permission").items()
    assert name in prod["Resources"]["Users"]["DependsOn"]
    properties = permission["Properties"]
    assert (properties["Principal"], properties["Action"]) == ("cognito-idp.amazonaws.com", "lambda:InvokeFunction")
    assert properties["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert text(properties["SourceArn"]).endswith(":userpool/*")
    assert "Users" not in needed_by(prod, name), "the permission would wait for the pool, and the pool for it"


def test_nothing_that_the_pool_waits_for_waits_for_the_pool(prod: dict) -> None:
    assert "Users" not in {other for one in needed_by(prod, "Users") for other in needed_by(prod, one)}


def needed_by(template: dict, name: str) -> set[str]:
    """The resources that CloudFormation makes before this one."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = template["Resources"][waiting.pop()]
        after = one.get("DependsOn", [])
        named = {*([after] if isinstance(after, str) else after), *referred(one.get("Properties", {}))}
        new = (named & template["Resources"].keys()) - found
        found |= new
        waiting += new
    return found


def test_the_function_looks_one_user_up_in_its_own_pool_and_reaches_its_own_rows_alone(prod: dict) -> None:
    statements = [
        statement
        for policy in of_kind(prod, "AWS::IAM::Policy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]
    (look_up,) = (one for one in statements if "cognito-idp" in str(one["Action"]))
    assert look_up["Action"] == "cognito-idp:AdminGetUser"
    assert look_up["Resource"] == {"Fn::GetAtt": ["Users", "Arn"]}
    (record,) = (one for one in statements if "dynamodb" in str(one["Action"]))
    assert record["Action"] == [f"dynamodb:{verb}Item" for verb in ("Delete", "Get", "Put")]
    assert text(record["Resource"]).endswith(":table/box-office-prod-user_info_tbl")
    assert record["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["@codes-since/*"]}}
    rest = [one for one in statements if one not in (look_up, record)]
    assert {action.partition(":")[0] for one in rest for action in listed(one["Action"])} == {"logs", "xray"}


def test_the_function_counts_with_as_many_hours_as_a_staff_session_is_refreshed_for(prod: dict) -> None:
    (function,) = of_kind(prod, "AWS::Lambda::Function").values()
    hours = function["Properties"]["Environment"]["Variables"]["BOX_OFFICE_STAFF_SESSION_HOURS"]
    assert int(hours) * 60 == minutes(clients(prod)["staff"], "RefreshToken")


def listed(action: str | list[str]) -> list[str]:
    return [action] if isinstance(action, str) else action


def test_the_function_ends_when_cognito_stops_waiting_and_is_in_no_network(prod: dict) -> None:
    (function,) = of_kind(prod, "AWS::Lambda::Function").values()
    assert function["Properties"]["Timeout"] == 5
    assert "VpcConfig" not in function["Properties"]
    assert "ReservedConcurrentExecutions" not in function["Properties"], "customers could not sign in beyond it"


def test_the_function_rings_when_it_fails_and_a_pager_with_it(all_templates: dict) -> None:
    api = all_templates["prod"]["api"]
    names = {one["Properties"]["AlarmName"] for one in of_kind(api, "AWS::CloudWatch::Alarm").values()}
    alarms = {f"box-office-prod-withhold_roles-{what}" for what in ("errors", "throttles", "duration")}
    assert alarms <= names
    rules = [text(one["Properties"]["AlarmRule"]) for one in of_kind(api, "AWS::CloudWatch::CompositeAlarm").values()]
    assert any('ALARM("box-office-prod-withhold_roles-errors")' in rule for rule in rules)
    for stage in ("dev", "local"):
        assert "withhold_roles" not in str(all_templates[stage])


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"staff_totp": False}, "staff_totp is missing"),
        ({"staff_token_hours": 2}, "staff_token_hours = 2: 1 to 1 is needed"),
        ({"staff_token_hours": 0}, "staff_token_hours = 0"),
    ],
)
def test_a_stage_that_sells_is_not_deployed_with_weaker_sign_ins(
    tmp_path: Path, settings: dict[str, object], why: str
) -> None:
    with pytest.raises(UnknownStage, match=why):
        read_stage("prod", stages_with(tmp_path / "stages", "prod", **NEEDED["prod"], **settings))


def test_other_stages_choose_for_themselves(tmp_path: Path) -> None:
    chosen = stages_with(tmp_path / "stages", "dev", staff_totp=True, staff_token_hours=8)
    stage = read_stage("dev", chosen).stage
    assert (stage.staff_totp, stage.staff_token_hours) == (True, 8)
    longer = stages_with(tmp_path / "longer", "dev", staff_token_hours=25)
    with pytest.raises(UnknownStage, match="1 to 24 is needed"):
        read_stage("dev", longer)
