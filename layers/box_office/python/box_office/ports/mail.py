"""Writing to a user."""

from typing import Protocol


class Addresses(Protocol):
    """Where a user can be written to. Raises Unavailable."""

    def of_user(self, user_id: str) -> str | None:
        """The user's mail address; None if there is no such user any more."""
        ...


class Mail(Protocol):
    """Raises Unavailable."""

    def send(self, to: str, subject: str, text: str) -> None: ...
