"""The demo's accounts: users of the deployed pool, in their groups, already signed in."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from box_office import names
from box_office.names import Names
from local.stack_file import Account

CUSTOMERS = (
    "ada grace alan edsger barbara donald katherine linus margaret dennis frances ken "
    "hedy tim radia claude joan john mary niklaus annie bjarne evelyn guido"
).split()
STAFF = (("desk1", "desk"), ("desk2", "desk"), ("manager", "manager"), ("gate", "gate"), ("gate-london", "gate"))
THEATER_OF = {"desk1": "lisboa", "desk2": "lisboa", "gate": "lisboa", "gate-london": "london"}  # the manager: all
CUSTOMER_GROUP = "customer"


def people() -> list[tuple[str, str]]:
    return [(name, CUSTOMER_GROUP) for name in CUSTOMERS] + list(STAFF)


def email_of(name: str) -> str:
    return f"{name}@example.com"


def password_of(name: str) -> str:
    """Meets any pool's policy; no secret, as nothing outside this machine knows the user."""
    return f"Local-{hashlib.sha256(name.encode()).hexdigest()[:16]}-9"


@dataclass(frozen=True)
class Pool:
    """The user pool's id, and those of its app clients."""

    pool_id: str
    client_id: str
    staff_client_id: str

    def client_of(self, group: str) -> str:
        """The client through which users of this group sign in: elsewhere the roles of staff do not count."""
        return self.client_id if group == CUSTOMER_GROUP else self.staff_client_id


def deployed_pool(ssm: Any, of: Names) -> Pool:
    def published(what: str) -> str:
        return str(ssm.get_parameter(Name=of.parameter(what))["Parameter"]["Value"])

    return Pool(*map(published, (names.USER_POOL_ID, names.USER_POOL_CLIENT_ID, names.STAFF_CLIENT_ID)))


def create(cognito: Any, pool: Pool, who: Iterable[tuple[str, str]]) -> list[Account]:
    """Creates the users that do not exist yet; answers a new ID token for each."""
    known_groups = {group["GroupName"] for group in cognito.list_groups(UserPoolId=pool.pool_id)["Groups"]}
    return [sign_in(cognito, pool, name, group, known_groups) for name, group in who]


def sign_in(cognito: Any, pool: Pool, name: str, group: str, known_groups: set[str]) -> Account:
    pool_id = pool.pool_id
    email = email_of(name)
    theater_id = THEATER_OF.get(name)
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    if theater_id is not None:
        attributes.append({"Name": "custom:theater_id", "Value": theater_id})
    try:
        user = cognito.admin_create_user(
            UserPoolId=pool_id, Username=email, UserAttributes=attributes, MessageAction="SUPPRESS"
        )["User"]
    except cognito.exceptions.UsernameExistsException:
        user = cognito.admin_get_user(UserPoolId=pool_id, Username=email)
    username, password = user["Username"], password_of(name)
    cognito.admin_set_user_password(UserPoolId=pool_id, Username=username, Password=password, Permanent=True)
    if group in known_groups:  # a user without a group may be a customer
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=username, GroupName=group)
    answer = cognito.admin_initiate_auth(
        UserPoolId=pool_id,
        ClientId=pool.client_of(group),
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return Account(name, group, answer["AuthenticationResult"]["IdToken"], theater_id)
