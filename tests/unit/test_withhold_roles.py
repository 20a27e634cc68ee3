"""The roles that a token names, by whether its session began with a second factor: decision, and Cognito's event."""

import copy
import itertools
from typing import Any

import pytest
from botocore.exceptions import ClientError

from box_office import wiring
from box_office.adapters.cognito_second_factors import CognitoSecondFactors
from box_office.domain.errors import Unavailable
from box_office.domain.second_factor import groups_that_count
from box_office.settings.users import SignInSettings
from functions.triggers import withhold_roles
from tests.fakes.code_records import FakeCodeRecords
from tests.fakes.user_pool import FakeUserPool
from tests.set_clock import SetClock

CONFIGURATION = {"groupsToOverride": ["desk"], "iamRolesToOverride": [], "preferredRole": None}
SIGN_INS = ("Authentication", "NewPasswordChallenge", "HostedAuth", "AuthenticateDevice")
REFRESH = "RefreshTokens"
HOURS = 12


def event(user: str, *groups: str, source: str = "Authentication", client: str = "staff") -> dict[str, Any]:
    """As Cognito's documentation shows it, version 1."""
    return {
        "version": "1",
        "triggerSource": f"TokenGeneration_{source}",
        "region": "us-east-1",
        "userPoolId": "pool",
        "userName": user,
        "callerContext": {"awsSdkVersion": "none", "clientId": client},
        "request": {
            "userAttributes": {"sub": user, "email": "eva@cinema.example"},
            "groupConfiguration": {**CONFIGURATION, "groupsToOverride": list(groups)},
        },
        "response": {"claimsOverrideDetails": None},
    }


@pytest.fixture
def pool() -> FakeUserPool:
    return FakeUserPool()


@pytest.fixture
def records() -> FakeCodeRecords:
    return FakeCodeRecords()


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def handler(pool: FakeUserPool, records: FakeCodeRecords, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(wiring, "DeferredClient", lambda service: pool)
    monkeypatch.setattr(wiring, "code_records", lambda settings: records)
    settings = SignInSettings(stage="test", users_table="users", staff_session_hours=HOURS)
    return withhold_roles.build(settings, clock)


def groups_left(answer: Any) -> list[str] | None:
    """None: the token names the groups that the account is in."""
    details = answer["response"]["claimsOverrideDetails"]
    return None if details is None else details["groupOverrideDetails"]["groupsToOverride"]


@pytest.mark.parametrize(
    ("groups", "left"),
    [
        ([], []),
        (["customer"], ["customer"]),
        (["gate"], ["gate"]),
        (["desk"], []),
        (["manager"], []),
        (["manager", "desk", "gate", "customer"], ["gate", "customer"]),
        (["Desk", "desks"], ["Desk", "desks"]),  # no roles of ours
    ],
)
def test_without_a_second_factor_the_roles_that_handle_money_do_not_count(groups: list[str], left: list[str]) -> None:
    assert groups_that_count(groups, second_factor=False) == left
    assert groups_that_count(groups, second_factor=True) == groups


@pytest.mark.guards("API2 authentication")
@pytest.mark.parametrize(("role", "source"), list(itertools.product(("desk", "manager"), SIGN_INS)))
def test_a_sign_in_names_the_role_of_an_account_with_totp_alone(
    handler: Any, pool: FakeUserPool, role: str, source: str
) -> None:
    eva = pool.has("eva@cinema.example", role)
    asked = event(eva.username, "customer", role, source=source)
    assert groups_left(handler(copy.deepcopy(asked), None)) == ["customer"]
    eva.totp = True
    assert handler(copy.deepcopy(asked), None) == asked, "nothing is changed"


@pytest.mark.guards("API2 authentication")
@pytest.mark.parametrize("role", ["desk", "manager"])
def test_a_session_without_a_code_gets_no_role_by_refreshing_after_an_app_is_set_up(
    handler: Any, pool: FakeUserPool, clock: SetClock, role: str
) -> None:
    """A thief of the password signs in before the clerk sets up an app, and refreshes for as long as the session goes.
    The trigger does not see which session asks, so the clerk's own refreshed tokens lack the role as long."""
    eva = pool.has("eva@cinema.example", role)
    sign_in, refresh = event(eva.username, role), event(eva.username, role, source=REFRESH)
    assert groups_left(handler(copy.deepcopy(sign_in), None)) == [], "the thief, with the password alone"
    clock.advance(minutes=5)
    eva.totp = True
    assert groups_left(handler(copy.deepcopy(refresh), None)) == [], "before any sign-in with a code"
    assert handler(copy.deepcopy(sign_in), None) == sign_in, "the clerk, with a code, has the role at once"
    clock.advance(minutes=HOURS * 60 - 5)
    assert groups_left(handler(copy.deepcopy(refresh), None)) == [], "the thief's session can still be refreshed"
    clock.advance(minutes=6)
    assert handler(copy.deepcopy(refresh), None) == refresh, "no session without a code is left"


def test_a_lost_phone_begins_the_time_anew_at_the_first_sign_in_without_a_code(
    handler: Any, pool: FakeUserPool, clock: SetClock
) -> None:
    eva = pool.has("eva@cinema.example", "desk", totp=True)
    sign_in, refresh = event(eva.username, "desk"), event(eva.username, "desk", source=REFRESH)
    handler(copy.deepcopy(sign_in), None)
    clock.advance(minutes=HOURS * 60 + 1)
    assert handler(copy.deepcopy(refresh), None) == refresh
    eva.totp = False
    assert groups_left(handler(copy.deepcopy(refresh), None)) == []
    assert groups_left(handler(copy.deepcopy(sign_in), None)) == []
    eva.totp = True
    handler(copy.deepcopy(sign_in), None)
    assert groups_left(handler(copy.deepcopy(refresh), None)) == []


def test_without_the_table_a_sign_in_with_a_code_has_the_role_and_its_refreshed_tokens_lack_it(
    handler: Any, pool: FakeUserPool, records: FakeCodeRecords, clock: SetClock
) -> None:
    eva = pool.has("eva@cinema.example", "desk", totp=True)
    sign_in, refresh = event(eva.username, "desk"), event(eva.username, "desk", source=REFRESH)
    handler(copy.deepcopy(sign_in), None)
    clock.advance(minutes=HOURS * 60 + 1)
    records.down = True
    assert handler(copy.deepcopy(sign_in), None) == sign_in
    assert groups_left(handler(copy.deepcopy(refresh), None)) == []


def test_without_the_table_a_sign_in_without_a_code_fails_and_a_customer_s_does_not(
    handler: Any, pool: FakeUserPool, records: FakeCodeRecords
) -> None:
    """Its session would be refreshed into the role later: the record of the codes before it would still be there."""
    records.down = True
    eva = pool.has("eva@cinema.example", "desk")
    with pytest.raises(Unavailable):
        handler(event(eva.username, "desk"), None)
    asked = event("user-9", "customer")
    assert handler(copy.deepcopy(asked), None) == asked


@pytest.mark.parametrize("client", ["page", "staff"])
def test_the_rule_is_the_same_through_every_client(handler: Any, pool: FakeUserPool, client: str) -> None:
    eva = pool.has("eva@cinema.example", "manager")
    assert groups_left(handler(event(eva.username, "manager", client=client), None)) == []


def test_what_is_answered_keeps_the_rest_of_the_configuration(handler: Any, pool: FakeUserPool) -> None:
    """Cognito puts the answer in the place of the whole."""
    eva = pool.has("eva@cinema.example", "desk")
    asked = event(eva.username, "desk", "gate")
    asked["request"]["groupConfiguration"]["preferredRole"] = "arn:of:a:role"
    details = handler(asked, None)["response"]["claimsOverrideDetails"]
    assert details == {
        "groupOverrideDetails": {
            "groupsToOverride": ["gate"],
            "iamRolesToOverride": [],
            "preferredRole": "arn:of:a:role",
        }
    }


@pytest.mark.parametrize("groups", [(), ("customer",), ("gate",), ("customer", "gate")])
def test_a_customer_s_sign_in_asks_cognito_nothing_and_lives_through_its_outage(
    handler: Any, pool: FakeUserPool, groups: tuple[str, ...]
) -> None:
    pool.fails_at = "admin_get_user"
    asked = event("user-1", *groups)
    assert handler(copy.deepcopy(asked), None) == asked
    assert pool.calls == []


@pytest.mark.parametrize("configuration", [None, {}, {"groupsToOverride": None}])
def test_an_event_without_groups_passes_as_it_is(handler: Any, configuration: Any) -> None:
    asked = event("user-1")
    asked["request"]["groupConfiguration"] = configuration
    assert handler(copy.deepcopy(asked), None) == asked


def test_a_clerk_gets_no_token_while_cognito_does_not_say_whether_there_is_a_second_factor(
    handler: Any, pool: FakeUserPool
) -> None:
    eva = pool.has("eva@cinema.example", "desk", totp=True)
    pool.fails_at = "admin_get_user"
    with pytest.raises(ClientError):
        handler(event(eva.username, "desk"), None)


@pytest.mark.parametrize(("status", "raised"), [(503, Unavailable), (400, ClientError)])
def test_an_outage_is_named_so(status: int, raised: type[Exception]) -> None:
    class Away:
        def admin_get_user(self, **_: Any) -> Any:
            said: Any = {"Error": {"Code": "Error"}, "ResponseMetadata": {"HTTPStatusCode": status}}
            raise ClientError(said, "AdminGetUser")

    with pytest.raises(raised):
        CognitoSecondFactors(Away(), "pool").has_totp("user-1")
