"""Before a token is made: the roles that need a second factor count in a session that began with one."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from box_office.domain.errors import Unavailable
from box_office.domain.second_factor import groups_that_count, needs_second_factor, sessions_without_code_ended
from box_office.ports import CodeRecords, SecondFactors


@dataclass(frozen=True)
class AskedToken:
    """`refreshed`: asked for with a refresh token, in the place of a sign-in."""

    user_id: str
    groups: Sequence[str]
    refreshed: bool


@dataclass(frozen=True)
class RolePorts:
    factors: SecondFactors
    records: CodeRecords


def withhold_roles(asked: AskedToken, ports: RolePorts, session_hours: int, now: int) -> list[str]:
    """The groups that the token may name. A customer costs no look-up. Raises Unavailable: then no token is made."""
    if not needs_second_factor(asked.groups):
        return list(asked.groups)
    if asked.refreshed:
        counts = refreshed_role_counts(asked.user_id, ports, session_hours, now)
    else:
        counts = signed_in_role_counts(asked.user_id, ports, now)
    return groups_that_count(asked.groups, counts)


def signed_in_role_counts(user_id: str, ports: RolePorts, now: int) -> bool:
    """A sign-in without a code that left the record would be refreshed into the role later: it needs the table. One
    with a code does not: without a record its refreshed tokens lack the role."""
    if not ports.factors.has_totp(user_id):
        ports.records.forget(user_id)
        return False
    with suppress(Unavailable):
        ports.records.record(user_id, now)
    return True


def refreshed_role_counts(user_id: str, ports: RolePorts, session_hours: int, now: int) -> bool:
    if not ports.factors.has_totp(user_id):
        return False
    try:
        return sessions_without_code_ended(ports.records.since(user_id), session_hours, now)
    except Unavailable:
        return False
