"""The users of the stage's pool, as an operator names them: by their id or their e-mail."""

import re
from dataclasses import dataclass
from typing import Any

from box_office.names import USER_POOL_ID
from operations.commands import NOTHING_CHANGED, Refused
from operations.target import Target

EMAIL = re.compile(r'[^@\s"\\<>]+@[^@\s"\\<>]+')  # without what would end the filter's string
ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
CUSTOMER_GROUP = "customer"


@dataclass(frozen=True)
class User:
    user_id: str
    email: str
    staff_groups: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.user_id} ({self.email})" if self.email else self.user_id


def user_named(text: str, target: Target) -> User:
    """Raises Refused when there is no such user, or more than one."""
    attribute = "email" if "@" in text else "sub"
    if not (EMAIL if attribute == "email" else ID).fullmatch(text):
        raise Refused(f"USER={text!r} is neither a user's id nor an e-mail. {NOTHING_CHANGED}")
    pool = target.client("ssm").get_parameter(Name=target.names.parameter(USER_POOL_ID))["Parameter"]["Value"]
    cognito = target.client("cognito-idp")
    found = cognito.list_users(UserPoolId=pool, Filter=f'{attribute} = "{text}"')["Users"]
    if not found:
        raise Refused(f"There is no user {text}: by another id or e-mail? {NOTHING_CHANGED}")
    if len(found) > 1:
        ids = ", ".join(sorted(attributes_of(one).get("sub", one["Username"]) for one in found))
        raise Refused(f"{len(found)} users have {text}: name one by its id, USER=<id>, of {ids}. {NOTHING_CHANGED}")
    (one,) = found
    attributes = attributes_of(one)
    groups = cognito.admin_list_groups_for_user(UserPoolId=pool, Username=one["Username"])["Groups"]
    staff = tuple(sorted(group["GroupName"] for group in groups if group["GroupName"] != CUSTOMER_GROUP))
    return User(attributes["sub"], attributes.get("email", ""), staff)


def attributes_of(user: dict[str, Any]) -> dict[str, str]:
    return {one["Name"]: one["Value"] for one in user["Attributes"]}
