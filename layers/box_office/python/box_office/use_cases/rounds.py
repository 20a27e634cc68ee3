"""Read, decide, commit: the one loop of all use cases in which another writer may change the order first."""

from collections.abc import Callable
from typing import TypeVar

from box_office.ports import ChangeConflicted, ChangeRefused

ROUNDS_MAX = 3
NOT_COMMITTED = (ChangeRefused, ChangeConflicted)
Result = TypeVar("Result")


def in_rounds(one_round: Callable[[], Result]) -> Result:
    """What `one_round` returns: it reads the order, decides, and commits. A commit that is refused, because the order
    is no longer as it was read, starts the next round; the last round's refusal is raised.

    Raises ChangeRefused, ChangeConflicted, and whatever else `one_round` raises."""
    for _ in range(ROUNDS_MAX - 1):
        try:
            return one_round()
        except NOT_COMMITTED:
            continue
    return one_round()
