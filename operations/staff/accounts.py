"""The accounts of staff, as the user pool has them: a role is a group, and the theater an attribute.

Source: https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

ROLES = ("manager", "desk", "gate")
THEATER = "custom:theater_id"
TOTP = "SOFTWARE_TOKEN_MFA"
INVITED, UNCONFIRMED = "FORCE_CHANGE_PASSWORD", "UNCONFIRMED"  # Cognito's words for an account that never signed in


@dataclass(frozen=True)
class StaffAccount:
    username: str
    email: str
    roles: tuple[str, ...]  # of ROLES; `make staff` gives one
    theater_id: str | None
    totp: bool  # every sign-in asks for a code of the authenticator app
    enabled: bool
    status: str
    changed: datetime

    @property
    def is_staff(self) -> bool:
        return bool(self.roles) or self.theater_id is not None


class StaffAccounts:
    def __init__(self, cognito: Any, pool_id: str) -> None:
        self._cognito = cognito
        self._pool_id = pool_id

    def asks_for_totp(self) -> bool:
        """Whether the deployed pool withholds the roles of accounts without TOTP."""
        pool = self._cognito.describe_user_pool(UserPoolId=self._pool_id)["UserPool"]
        return bool(pool.get("LambdaConfig", {}).get("PreTokenGeneration"))

    def find(self, email: str) -> StaffAccount | None:
        try:
            user = self._of("admin_get_user", email)
        except ClientError as error:
            if error.response["Error"]["Code"] == "UserNotFoundException":
                return None
            raise
        attributes = {one["Name"]: one["Value"] for one in user["UserAttributes"]}
        groups = self._of("admin_list_groups_for_user", user["Username"])["Groups"]
        named = {group["GroupName"] for group in groups}
        return StaffAccount(
            username=user["Username"],
            email=attributes.get("email", email),
            roles=tuple(role for role in ROLES if role in named),
            theater_id=attributes.get(THEATER) or None,
            totp=TOTP in user.get("UserMFASettingList", ()),
            enabled=user["Enabled"],
            status=user["UserStatus"],
            changed=user["UserLastModifiedDate"],
        )

    def all(self) -> list[StaffAccount]:
        """Those with a role, by role and address."""
        found = {name: account for name in self._usernames() if (account := self.find(name)) is not None}
        return sorted(found.values(), key=lambda one: (ROLES.index(one.roles[0]) if one.roles else -1, one.email))

    def _usernames(self) -> Iterator[str]:
        pages = self._cognito.get_paginator("list_users_in_group")
        for role in ROLES:
            for page in pages.paginate(UserPoolId=self._pool_id, GroupName=role):
                yield from (user["Username"] for user in page["Users"])

    def invite(self, email: str, password: str | None) -> str:
        """Creates the account; answers its name. Cognito mails a temporary password; `password`: one that is shown
        instead. The operator vouches for the address, and the invitation reaches it alone."""
        attributes = attributes_of({"email": email, "email_verified": "true"})
        more = (
            {"MessageAction": "SUPPRESS", "TemporaryPassword": password}
            if password
            else {"DesiredDeliveryMediums": ["EMAIL"]}
        )
        created = self._of("admin_create_user", email, UserAttributes=attributes, **more)
        return str(created["User"]["Username"])

    def invite_again(self, account: StaffAccount, password: str | None) -> None:
        """A temporary password lasts seven days."""
        if password:
            self._of("admin_set_user_password", account.username, Password=password, Permanent=False)
        else:
            self._of("admin_create_user", account.email, MessageAction="RESEND", DesiredDeliveryMediums=["EMAIL"])

    def sign_out(self, username: str) -> None:
        """Refreshing ends, in all clients. An ID token stays valid to its end: API Gateway asks Cognito nothing."""
        self._of("admin_user_global_sign_out", username)

    def leave(self, username: str, roles: Sequence[str]) -> None:
        for role in roles:
            self._of("admin_remove_user_from_group", username, GroupName=role)

    def join(self, username: str, role: str) -> None:
        self._of("admin_add_user_to_group", username, GroupName=role)

    def move_to(self, username: str, theater_id: str | None) -> None:
        """A blank value deletes the attribute."""
        self._of("admin_update_user_attributes", username, UserAttributes=attributes_of({THEATER: theater_id or ""}))

    def forget_totp(self, username: str) -> None:
        off = {"Enabled": False, "PreferredMfa": False}
        self._of("admin_set_user_mfa_preference", username, SoftwareTokenMfaSettings=off)

    def _of(self, operation: str, username: str, **arguments: Any) -> Any:
        return getattr(self._cognito, operation)(UserPoolId=self._pool_id, Username=username, **arguments)


def attributes_of(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]
