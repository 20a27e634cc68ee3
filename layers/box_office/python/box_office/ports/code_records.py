"""Since when every sign-in of a manager or clerk has asked for a code."""

from typing import Protocol


class CodeRecords(Protocol):
    """A time for each user. Raises Unavailable."""

    def since(self, user_id: str) -> int | None:
        """None: there was no sign-in with a code since the last one without."""
        ...

    def record(self, user_id: str, now: int) -> None:
        """The user signed in with a code. An earlier record stays."""
        ...

    def forget(self, user_id: str) -> None:
        """The user signed in without a code. Again is the same."""
        ...
