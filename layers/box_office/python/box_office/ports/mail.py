"""Mail to a user, and their address."""

from typing import Protocol


class Addresses(Protocol):
    """Users' mail addresses. Raises Unavailable."""

    def of_user(self, user_id: str) -> str | None:
        """The user's verified mail address; None if they have none, or if there is no such user any more."""
        ...


class Mail(Protocol):
    """Raises Unavailable."""

    def send(self, to: str, subject: str, text: str) -> None: ...
