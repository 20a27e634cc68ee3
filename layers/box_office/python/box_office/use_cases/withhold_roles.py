"""Before a token is made: the roles that need a second factor count for an account that has one set up."""

from collections.abc import Sequence

from box_office.domain.second_factor import groups_that_count, needs_second_factor
from box_office.ports import SecondFactors


def withhold_roles(user_id: str, groups: Sequence[str], factors: SecondFactors) -> list[str]:
    """The groups that the token may name. A customer costs no look-up. Raises Unavailable: then no token is made."""
    if not needs_second_factor(groups):
        return list(groups)
    return groups_that_count(groups, factors.has_totp(user_id))
