"""`python -m operations.staff`: who works at the desks and gates. Called by `make staff`.

    make staff                                          lists staff: address, role, theater, TOTP, last change
    make staff ADD=eva@cinema.example ROLE=desk THEATER=lisboa    gives a role: manager, desk or gate
    make staff DISMISS=eva@cinema.example               takes role and theater, and ends every session
    make staff RESET_TOTP=eva@cinema.example            the phone is lost: another authenticator app may be set up

An account has one role. ADD makes the account, or takes a customer's, and moves one that has another role or theater.
Every change signs the account out first: so a command that was interrupted is typed again, and goes on.

Exits 0 when it is so, also when it was so before; 1 when the command or AWS refuses; 2 when it was called wrongly.
"""

import argparse
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.names import USER_POOL_ID
from box_office.wrong_values import given
from operations.commands import NOTHING_CHANGED, CalledWrongly, Refused, act_on_target
from operations.output import counted
from operations.staff.accounts import INVITED, ROLES, UNCONFIRMED, StaffAccount, StaffAccounts
from operations.target import NoTarget, Target, not_deployed

ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
WITH_A_SECOND_FACTOR = ("manager", "desk")
EVERYWHERE = "every theater"
NO_PAGE_YET = 'There is no page for staff yet: docs/operations.md, "Signing in as staff", has what they sign in with.'
HEADINGS = ("address", "role", "theater", "TOTP", "account", "last change")


@dataclass(frozen=True)
class Asked:
    add: str = ""
    role: str = ""
    theater: str = ""
    dismiss: str = ""
    reset_totp: str = ""


def asked_of(arguments: Sequence[str]) -> Asked:
    parser = argparse.ArgumentParser(prog="make staff", description="Add, list and dismiss staff.")
    for name in ("add", "role", "theater", "dismiss", "reset-totp"):
        parser.add_argument(f"--{name}", default="")
    return Asked(**{name: value.strip() for name, value in vars(parser.parse_args(arguments)).items()})


def act(asked: Asked, target: Target) -> int:
    """Raises CalledWrongly, Refused, NoTarget."""
    check(asked)
    accounts = StaffAccounts(target.client("cognito-idp"), pool_of(target))
    if asked.add:
        return add(asked, target, accounts)
    if asked.dismiss:
        return dismiss(found(accounts, asked.dismiss), accounts)
    if asked.reset_totp:
        return reset_totp(found(accounts, asked.reset_totp), accounts)
    return show(accounts)


def check(asked: Asked) -> None:
    """Raises CalledWrongly."""
    addresses = [address for address in (asked.add, asked.dismiss, asked.reset_totp) if address]
    if len(addresses) > 1:
        raise CalledWrongly(f"One of ADD, DISMISS and RESET_TOTP at a time. {NOTHING_CHANGED}")
    for address in addresses:
        if not ADDRESS.fullmatch(address):
            raise CalledWrongly(f"A mail address is needed, not {given(address)}. {NOTHING_CHANGED}")
    if (asked.role or asked.theater) and not asked.add:
        raise CalledWrongly(f"ROLE and THEATER go with ADD=..., the address that gets them. {NOTHING_CHANGED}")
    if asked.add and asked.role not in ROLES:
        raise CalledWrongly(f"ROLE={asked.role}: one of {', '.join(ROLES)} is needed. {NOTHING_CHANGED}")
    if asked.role == "gate" and not asked.theater:
        raise CalledWrongly(f"A gate lets people into one theater: add THEATER=... {NOTHING_CHANGED}")


def pool_of(target: Target) -> str:
    """Raises NoTarget."""
    try:
        parameter = target.client("ssm").get_parameter(Name=target.names.parameter(USER_POOL_ID))
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            raise NoTarget(not_deployed(target)) from error
        raise
    return str(parameter["Parameter"]["Value"])


def found(accounts: StaffAccounts, email: str) -> StaffAccount:
    account = accounts.find(email)
    if account is None:
        raise Refused(f"No account has the address {email}. {NOTHING_CHANGED} `make staff` lists staff.")
    return account


def add(asked: Asked, target: Target, accounts: StaffAccounts) -> int:
    check_theater(target, asked.theater)
    account, theater_id = accounts.find(asked.add), asked.theater or None
    password = shown_password() if target.connection else None
    if account is None:
        username = accounts.invite(asked.add, password)
        print(f"{asked.add} has an account now. {invitation(password)}")
        give(accounts, username, asked.role, theater_id, asked.add)
    else:
        check_usable(account)
        if account.roles != (asked.role,) or account.theater_id != theater_id:
            accounts.sign_out(account.username)
            accounts.leave(account.username, [role for role in account.roles if role != asked.role])
            if account.is_staff:
                print(f"{was(account)}.")
            give(accounts, account.username, asked.role, theater_id, account.email)
        elif account.status != INVITED:
            print(f"{account.email} is {asked.role} of {of(theater_id)} already; nothing was changed.")
        if account.status == INVITED:
            accounts.invite_again(account, password)
            print(f"{account.email} has not signed in yet. {invitation(password)}")
    if asked.role in WITH_A_SECOND_FACTOR and not (account and account.totp) and accounts.asks_for_totp():
        print("The role counts once they have set up an authenticator app, and have signed in again.")
    if not target.connection:
        print(NO_PAGE_YET)
    return 0


def give(accounts: StaffAccounts, username: str, role: str, theater_id: str | None, email: str) -> None:
    """The theater first: a gate without one would let people in everywhere."""
    accounts.move_to(username, theater_id)
    accounts.join(username, role)
    print(f"{email} is {role} of {of(theater_id)} now.")


def check_theater(target: Target, theater_id: str) -> None:
    """Raises Refused for a theater that the catalogue does not have."""
    if not theater_id:
        return
    table, dynamodb = target.tables["theaters"], target.client("dynamodb")
    if "Item" in dynamodb.get_item(TableName=table, Key=to_item({"theater_id": theater_id})):
        return
    pages = dynamodb.get_paginator("scan").paginate(TableName=table, ProjectionExpression="theater_id")
    known = sorted(str(from_item(item)["theater_id"]) for page in pages for item in page["Items"])
    there_are = f"There are: {', '.join(known) or 'none'}."
    raise Refused(f"THEATER names a theater of the catalogue, not {given(theater_id)}. {there_are} {NOTHING_CHANGED}")


def check_usable(account: StaffAccount) -> None:
    """Raises Refused."""
    if account.status == UNCONFIRMED:
        raise Refused(
            f"{account.email} has signed up, and has not proved yet that the address is theirs: they type the code of "
            f"the mail, or you delete the account in Cognito, and add them then. {NOTHING_CHANGED}"
        )
    if not account.enabled:
        raise Refused(f"The account of {account.email} is disabled: enable it in Cognito first. {NOTHING_CHANGED}")


def dismiss(account: StaffAccount, accounts: StaffAccounts) -> int:
    """The role before the theater: a desk without a theater would sell everywhere."""
    if not account.is_staff:
        print(f"{account.email} is no staff; nothing was changed.")
        return 0
    accounts.sign_out(account.username)
    accounts.leave(account.username, account.roles)
    accounts.move_to(account.username, None)
    print(f"{was(account)}, and is a customer now.")
    print("Every session is ended. A token that was issued before goes on: an hour at most, a day on one machine.")
    return 0


def reset_totp(account: StaffAccount, accounts: StaffAccounts) -> int:
    if not account.totp:
        print(f"{account.email} has no authenticator app; nothing was changed.")
        return 0
    accounts.sign_out(account.username)
    accounts.forget_totp(account.username)
    print(f"{account.email} signs in by password alone now, and every session is ended.")
    if accounts.asks_for_totp() and set(account.roles) & set(WITH_A_SECOND_FACTOR):
        print("The role counts again once they have set up an authenticator app, and have signed in again.")
    return 0


def show(accounts: StaffAccounts) -> int:
    staff = accounts.all()
    rows = [HEADINGS, *map(row_of, staff)] if staff else []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"{counted(len(staff), 'account')} with a role.")
    if accounts.asks_for_totp():
        print("TOTP: without it the roles manager and desk do not count.")
    return 0


def row_of(account: StaffAccount) -> tuple[str, ...]:
    state = "disabled" if not account.enabled else "invited" if account.status == INVITED else "enabled"
    changed = f"{account.changed:%Y-%m-%d %H:%M}"
    totp = "yes" if account.totp else "no"
    return account.email, ",".join(account.roles), of(account.theater_id), totp, state, changed


def was(account: StaffAccount) -> str:
    roles = " and ".join(account.roles) or "without a role"  # a dismissal that was interrupted
    return f"{account.email} was {roles} of {of(account.theater_id)}"


def of(theater_id: str | None) -> str:
    return theater_id or EVERYWHERE


def shown_password() -> str:
    """A temporary one, which meets the pool's policy; on one machine no mail is sent."""
    return f"Local-{secrets.token_hex(8)}-9"


def invitation(password: str | None) -> str:
    if password:
        return f"Temporary password: {password}"
    return "Cognito mails them a temporary password, which lasts seven days."


def main(arguments: Sequence[str]) -> int:
    asked = asked_of(arguments)
    return act_on_target(lambda target: act(asked, target))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
