"""A user pool as its client shows it: the operations that `make staff` and the sign-in's function call."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

CHANGED = datetime(2026, 11, 29, 18, 30, tzinfo=UTC)
TOTP = "SOFTWARE_TOKEN_MFA"


@dataclass
class FakeUser:
    username: str
    attributes: dict[str, str]
    groups: set[str] = field(default_factory=set)
    status: str = "CONFIRMED"
    enabled: bool = True
    totp: bool = False
    sign_outs: int = 0
    password: str | None = None  # a temporary one that a command showed
    mails: int = 0  # invitations


class FakeUserPool:
    def __init__(self, trigger: str | None = None) -> None:
        self.trigger = trigger
        self.users: list[FakeUser] = []
        self.calls: list[str] = []
        self.fails_at: str | None = None  # the operation at which AWS stops answering
        self._numbers = itertools.count(1)

    def has(self, email: str, *groups: str, theater: str = "", **members: Any) -> FakeUser:
        attributes = {"email": email} | ({"custom:theater_id": theater} if theater else {})
        user = FakeUser(f"user-{next(self._numbers)}", attributes, set(groups), **members)
        self.users.append(user)
        return user

    def of(self, name: str) -> FakeUser:
        found = [user for user in self.users if name in (user.username, user.attributes["email"])]
        if not found:
            raise refused("UserNotFoundException", "AdminGetUser")
        return found[0]

    def __getattribute__(self, name: str) -> Any:
        operation = object.__getattribute__(self, name)
        if name.startswith(("admin_", "describe_")):
            self.calls.append(name)
            if self.fails_at == name:
                raise refused("InternalErrorException", name)
        return operation

    def describe_user_pool(self, UserPoolId: str) -> dict[str, Any]:
        return {"UserPool": {"LambdaConfig": {"PreTokenGeneration": self.trigger} if self.trigger else {}}}

    def admin_get_user(self, UserPoolId: str, Username: str) -> dict[str, Any]:
        user = self.of(Username)
        shown = {
            "Username": user.username,
            "UserAttributes": [{"Name": name, "Value": value} for name, value in user.attributes.items()],
            "Enabled": user.enabled,
            "UserStatus": user.status,
            "UserLastModifiedDate": CHANGED,
        }
        return shown | ({"UserMFASettingList": [TOTP], "PreferredMfaSetting": TOTP} if user.totp else {})

    def admin_list_groups_for_user(self, UserPoolId: str, Username: str) -> dict[str, Any]:
        return {"Groups": [{"GroupName": group} for group in sorted(self.of(Username).groups)]}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_users_in_group"
        return self

    def paginate(self, UserPoolId: str, GroupName: str) -> Iterator[dict[str, Any]]:
        """A page a user."""
        for user in self.users:
            if GroupName in user.groups:
                yield {"Users": [{"Username": user.username}]}
        yield {"Users": []}

    def admin_create_user(
        self,
        UserPoolId: str,
        Username: str,
        UserAttributes: Sequence[Mapping[str, str]] = (),
        MessageAction: str = "",
        TemporaryPassword: str | None = None,
        DesiredDeliveryMediums: Sequence[str] = (),
    ) -> dict[str, Any]:
        if MessageAction == "RESEND":
            user = self.of(Username)
        else:
            user = self.has(Username, status="FORCE_CHANGE_PASSWORD", password=TemporaryPassword)
            user.attributes |= {one["Name"]: one["Value"] for one in UserAttributes}
        user.mails += MessageAction != "SUPPRESS"
        return {"User": {"Username": user.username}}

    def admin_set_user_password(self, UserPoolId: str, Username: str, Password: str, Permanent: bool) -> None:
        self.of(Username).password = Password

    def admin_user_global_sign_out(self, UserPoolId: str, Username: str) -> None:
        self.of(Username).sign_outs += 1

    def admin_add_user_to_group(self, UserPoolId: str, Username: str, GroupName: str) -> None:
        self.of(Username).groups.add(GroupName)

    def admin_remove_user_from_group(self, UserPoolId: str, Username: str, GroupName: str) -> None:
        self.of(Username).groups.discard(GroupName)

    def admin_update_user_attributes(
        self, UserPoolId: str, Username: str, UserAttributes: Sequence[Mapping[str, str]]
    ) -> None:
        """A blank value deletes the attribute."""
        user = self.of(Username)
        for one in UserAttributes:
            user.attributes.pop(one["Name"], None)
            if one["Value"]:
                user.attributes[one["Name"]] = one["Value"]

    def admin_set_user_mfa_preference(
        self, UserPoolId: str, Username: str, SoftwareTokenMfaSettings: Mapping[str, bool]
    ) -> None:
        self.of(Username).totp = SoftwareTokenMfaSettings["Enabled"]


def refused(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
