"""The demo's accounts: users of the deployed pool, in their groups, already signed in."""

import hashlib
from collections.abc import Iterable
from typing import Any

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


def create(cognito: Any, pool_id: str, client_id: str, who: Iterable[tuple[str, str]]) -> list[Account]:
    """Creates the users that do not exist yet; answers a new ID token for each."""
    known_groups = {group["GroupName"] for group in cognito.list_groups(UserPoolId=pool_id)["Groups"]}
    return [sign_in(cognito, pool_id, client_id, name, group, known_groups) for name, group in who]


def sign_in(cognito: Any, pool_id: str, client_id: str, name: str, group: str, known_groups: set[str]) -> Account:
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
        ClientId=client_id,
        AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )
    return Account(name, group, answer["AuthenticationResult"]["IdToken"], theater_id)
