"""Writing to a user."""

from typing import Protocol


class Addresses(Protocol):
    """Where a user can be written to. Raises Unavailable."""

    def of_user(self, user_id: str) -> str | None:
        """The user's mail address; None if there is no such user any more."""
        ...


class Users(Protocol):
    """The people who sign in. Raises Unavailable."""

    def of_address(self, email: str) -> str | None:
        """The id of the user who signs in with this address; None if nobody does, or it was never verified."""
        ...


class Mail(Protocol):
    """Raises Unavailable."""

    def send(self, to: str, subject: str, text: str) -> None: ...
