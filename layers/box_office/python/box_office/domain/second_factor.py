"""Which roles an account must have a second factor for, and what is left of its roles without one.

A token does not say whether its session began with a code. So the role counts at a sign-in that asked for one, and in a
refreshed token once every session that began without a code has ended: a session lasts a while from its sign-in, and
`codes_since` is a sign-in with a code after which there was none without.
"""

from collections.abc import Iterable

ROLES_WITH_SECOND_FACTOR = frozenset({"manager", "desk"})  # they take and give back money; a gate takes none
HOUR_MS = 3_600_000
ISSUED_WITHIN_MS = 60_000  # of the function's look at the account, Cognito has issued the session's tokens


def needs_second_factor(groups: Iterable[str]) -> bool:
    return not ROLES_WITH_SECOND_FACTOR.isdisjoint(groups)


def groups_that_count(groups: Iterable[str], second_factor: bool) -> list[str]:
    return [group for group in groups if second_factor or group not in ROLES_WITH_SECOND_FACTOR]


def sessions_without_code_ended(codes_since: int | None, session_hours: int, now: int) -> bool:
    return codes_since is not None and now >= codes_since + session_hours * HOUR_MS + ISSUED_WITHIN_MS
