"""How often a user's cards were declined."""

from typing import Protocol


class Declines(Protocol):
    """Counts by user and hour, in user_info_tbl. Raises Unavailable."""

    def of_hour(self, user_id: str, now: int) -> int:
        """How many of the user's attempts were declined in the hour of `now` (ms since 1970)."""
        ...

    def count(self, user_id: str, now: int) -> None: ...
