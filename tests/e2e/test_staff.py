"""Staff over the stack: `make staff`, the two clients, and the second factor without which a role does not count."""

import base64
import hashlib
import hmac
import io
import json
import re
import struct
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from box_office.adapters.dynamodb.code_records import DynamoDBCodeRecords
from box_office.domain.second_factor import HOUR_MS
from box_office.settings.users import SignInSettings
from local.accounts import Pool, deployed_pool
from operations.staff.accounts import StaffAccounts
from tests.e2e.checkout import ROOT
from tests.e2e.deployed import NAMES, DeployedStack, make

PASSWORD = "Only-for-tests-4711"
TRIGGER = "e2e-withhold-roles"
FUNCTION = ROOT / "functions/triggers/withhold_roles.py"
STEP_SECONDS = 30  # of RFC 6238
HOURS = 12  # that a session of the staff client can be refreshed for


@dataclass
class Tokens:
    id_token: str
    access_token: str
    refresh_token: str

    @property
    def groups(self) -> list[str]:
        payload = self.id_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return list(claims.get("cognito:groups") or [])


class SignIns:
    """As the page signs in; by an administrator's credentials, as a page's own flow needs more arithmetic."""

    def __init__(self, cognito: Any, pool: Pool) -> None:
        self.cognito, self.pool = cognito, pool

    def begin(self, email: str, password: str, client_id: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.cognito.admin_initiate_auth(
            UserPoolId=self.pool.pool_id,
            ClientId=client_id,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return answer

    def answer(self, begun: dict[str, Any], email: str, client_id: str, **response: str) -> Tokens:
        return tokens_of(
            self.cognito.admin_respond_to_auth_challenge(
                UserPoolId=self.pool.pool_id,
                ClientId=client_id,
                ChallengeName=begun["ChallengeName"],
                Session=begun["Session"],
                ChallengeResponses={"USERNAME": email, **response},
            )
        )

    def by_password(self, email: str, client_id: str, password: str = PASSWORD) -> Tokens:
        return tokens_of(self.begin(email, password, client_id))

    def refresh(self, tokens: Tokens, client_id: str) -> Tokens:
        answer = self.cognito.admin_initiate_auth(
            UserPoolId=self.pool.pool_id,
            ClientId=client_id,
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": tokens.refresh_token},
        )
        return tokens_of(answer, tokens.refresh_token)


def tokens_of(answer: dict[str, Any], refresh_token: str = "") -> Tokens:
    assert "AuthenticationResult" in answer, f"a challenge: {answer.get('ChallengeName')}"
    result = answer["AuthenticationResult"]
    return Tokens(result["IdToken"], result["AccessToken"], result.get("RefreshToken", refresh_token))


def code_of(secret: str) -> str:
    """The authenticator app's six digits of now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // STEP_SECONDS), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def me(stack: DeployedStack, tokens: Tokens) -> dict[str, Any]:
    url, headers = f"{stack.facts['web_url']}/GetMe/api/v0/", {"AuthorizationToken": tokens.id_token}
    answer = httpx.get(url, headers=headers, trust_env=False, timeout=60)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_clerk_is_added_signs_in_and_is_dismissed(stack: DeployedStack) -> None:
    email = f"eva-{time.time_ns():x}@cinema.example"
    pool = deployed_pool(stack.client("ssm"), NAMES)
    sign_ins = SignIns(stack.client("cognito-idp"), pool)
    said = make(stack.checkout, "staff", f"ADD={email}", "ROLE=desk", "THEATER=lisboa")
    assert f"{email} is desk of lisboa now." in said
    (temporary,) = re.findall(r"Temporary password: (\S+)", said)
    begun = sign_ins.begin(email, temporary, pool.staff_client_id)
    assert begun["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    clerk = sign_ins.answer(begun, email, pool.staff_client_id, NEW_PASSWORD=PASSWORD)

    at_the_desk = me(stack, clerk)
    assert (at_the_desk["groups"], at_the_desk["theater_id"], at_the_desk["email"]) == (["desk"], "lisboa", email)
    at_home = me(stack, sign_ins.by_password(email, pool.client_id))
    assert (at_home["groups"], at_home["theater_id"]) == ([], None), "the customers' client's tokens name no role"
    assert re.search(rf"^{email} +desk +lisboa +no +enabled ", make(stack.checkout, "staff"), re.MULTILINE)
    assert "nothing was changed" in make(stack.checkout, "staff", f"ADD={email}", "ROLE=desk", "THEATER=lisboa")

    assert "is a customer now" in make(stack.checkout, "staff", f"DISMISS={email}")
    with pytest.raises(ClientError, match="NotAuthorized"):
        sign_ins.refresh(clerk, pool.staff_client_id)
    afterwards = me(stack, sign_ins.by_password(email, pool.staff_client_id))
    assert (afterwards["groups"], afterwards["theater_id"]) == ([], None)
    assert "is no staff; nothing was changed" in make(stack.checkout, "staff", f"DISMISS={email}")


@pytest.mark.parametrize(
    ("arguments", "status", "why"),
    [
        (["ADD=eva@cinema.example", "ROLE=gate"], 2, "add THEATER="),
        (["ADD=eva@cinema.example", "ROLE=desk", "THEATER=nowhere"], 2, "There are: "),
        (["DISMISS=no-account@cinema.example"], 2, "No account has the address"),
    ],
)
def test_what_make_staff_refuses_fails_the_command(
    stack: DeployedStack, arguments: list[str], status: int, why: str
) -> None:
    """Make itself answers 2 whatever the command's own status was."""
    done = stack.checkout.make("staff", *arguments)
    assert (done.returncode, why in done.stderr) == (status, True), done.stdout + done.stderr


@pytest.fixture
def strict(stack: DeployedStack) -> Iterator[SignIns]:
    """A pool of its own that withholds roles, as the stage that sells has it: the local stage asks for no second
    factor, so its templates lack the function."""
    cognito, functions, iam = (stack.client(service) for service in ("cognito-idp", "lambda", "iam"))
    like = functions.get_function_configuration(FunctionName=NAMES.function("get_me"))
    trusted = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(RoleName=TRIGGER, AssumeRolePolicyDocument=policy(trusted))["Role"]["Arn"]
    actions = ["cognito-idp:AdminGetUser", "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "logs:*"]
    allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    iam.put_role_policy(RoleName=TRIGGER, PolicyName="LookUp", PolicyDocument=policy(allowed))
    settings = SignInSettings(stage="local", users_table=NAMES.table("users"), staff_session_hours=HOURS)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.write(FUNCTION, FUNCTION.name)
    trigger = functions.create_function(
        FunctionName=TRIGGER,
        Runtime=like["Runtime"],
        Role=role,
        Handler=f"{FUNCTION.stem}.handler",
        Code={"ZipFile": archive.getvalue()},
        Layers=[layer["Arn"] for layer in like["Layers"]],
        Environment={"Variables": settings.environment()},
        Timeout=5,
    )["FunctionArn"]
    pool_id = cognito.create_user_pool(
        PoolName="strict",
        UsernameAttributes=["email"],
        LambdaConfig={"PreTokenGeneration": trigger},
        Schema=[{"Name": "theater_id", "AttributeDataType": "String", "Mutable": True}],
    )["UserPool"]["Id"]
    cognito.set_user_pool_mfa_config(
        UserPoolId=pool_id, SoftwareTokenMfaConfiguration={"Enabled": True}, MfaConfiguration="OPTIONAL"
    )
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    made = (
        cognito.create_user_pool_client(UserPoolId=pool_id, ClientName=name, ExplicitAuthFlows=flows)
        for name in ("page", "staff")
    )
    for name in ("manager", "desk", "gate"):
        cognito.create_group(UserPoolId=pool_id, GroupName=name)
    yield SignIns(cognito, Pool(pool_id, *(one["UserPoolClient"]["ClientId"] for one in made)))
    cognito.delete_user_pool(UserPoolId=pool_id)
    functions.delete_function(FunctionName=TRIGGER)
    iam.delete_role_policy(RoleName=TRIGGER, PolicyName="LookUp")
    iam.delete_role(RoleName=TRIGGER)


def policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_clerk_s_role_counts_once_an_authenticator_app_is_set_up_and_no_longer(
    strict: SignIns, stack: DeployedStack
) -> None:
    cognito, pool, email = strict.cognito, strict.pool, "eva@cinema.example"
    staff, accounts = pool.staff_client_id, StaffAccounts(strict.cognito, pool.pool_id)
    assert accounts.asks_for_totp()
    username = accounts.invite(email, PASSWORD)
    cognito.admin_set_user_password(UserPoolId=pool.pool_id, Username=username, Password=PASSWORD, Permanent=True)
    accounts.join(username, "gate")
    assert strict.by_password(email, staff).groups == ["gate"], "a gate needs its password alone"
    accounts.join(username, "desk")
    first = strict.by_password(email, staff)
    assert first.groups == ["gate"], "the desk's role does not count yet"

    # What the first sign-in is good for: setting the app up.
    secret = cognito.associate_software_token(AccessToken=first.access_token)["SecretCode"]
    verified = cognito.verify_software_token(AccessToken=first.access_token, UserCode=code_of(secret))
    assert verified["Status"] == "SUCCESS"
    asked_always = {"Enabled": True, "PreferredMfa": True}
    cognito.set_user_mfa_preference(AccessToken=first.access_token, SoftwareTokenMfaSettings=asked_always)
    assert strict.refresh(first, staff).groups == ["gate"], "a session of a password alone gets no role by refreshing"

    for client in (staff, pool.client_id):
        begun = strict.begin(email, PASSWORD, client)
        assert begun["ChallengeName"] == "SOFTWARE_TOKEN_MFA", "the password alone is no longer enough, anywhere"
        with pytest.raises(ClientError):
            strict.answer(begun, email, client, SOFTWARE_TOKEN_MFA_CODE="000000")
    begun = strict.begin(email, PASSWORD, staff)
    clerk = strict.answer(begun, email, staff, SOFTWARE_TOKEN_MFA_CODE=code_of(secret))
    assert sorted(clerk.groups) == ["desk", "gate"]
    assert strict.refresh(first, staff).groups == ["gate"], "nor once the clerk has signed in with a code"
    assert strict.refresh(clerk, staff).groups == ["gate"], "as long as a session of a password alone may go on"
    records = DynamoDBCodeRecords(stack.client("dynamodb"), NAMES.table("users"))
    since = records.since(username)
    assert since is not None
    records.forget(username)
    records.record(username, since - (HOURS + 1) * HOUR_MS)
    assert sorted(strict.refresh(clerk, staff).groups) == ["desk", "gate"], "for the rest of the shift"
    found = accounts.find(email)
    assert found is not None and found.totp

    accounts.forget_totp(username)
    assert strict.refresh(clerk, staff).groups == ["gate"], "a refreshed token has the role no longer"
    assert strict.by_password(email, staff).groups == ["gate"]
    assert records.since(username) is None, "the next app begins the time anew"
