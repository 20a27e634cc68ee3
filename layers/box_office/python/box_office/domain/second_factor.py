"""Which roles an account must have a second factor for, and what is left of its roles without one."""

from collections.abc import Iterable

ROLES_WITH_SECOND_FACTOR = frozenset({"manager", "desk"})  # they take and give back money; a gate takes none


def needs_second_factor(groups: Iterable[str]) -> bool:
    return not ROLES_WITH_SECOND_FACTOR.isdisjoint(groups)


def groups_that_count(groups: Iterable[str], second_factor: bool) -> list[str]:
    return [group for group in groups if second_factor or group not in ROLES_WITH_SECOND_FACTOR]
