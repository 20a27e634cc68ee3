"""Mail to a user, and their address."""

from typing import Protocol


class Addresses(Protocol):
    """Users' mail addresses. Raises Unavailable."""

    def of_user(self, user_id: str) -> str | None:
        """The user's verified mail address; None if they have none, or if there is no such user any more."""
        ...


class Users(Protocol):
    """The people who sign in. Raises Unavailable."""

    def of_address(self, email: str) -> str | None:
        """The id of the user who signs in with this address; None if nobody does, or it was never verified."""
        ...


class Mail(Protocol):
    """Raises Unavailable."""

    def send(self, to: str, subject: str, text: str) -> None: ...
