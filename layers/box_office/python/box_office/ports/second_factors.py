"""Whether a user proves at each sign-in that they have their phone."""

from typing import Protocol


class SecondFactors(Protocol):
    """Raises Unavailable."""

    def has_totp(self, user_id: str) -> bool:
        """Whether every sign-in of this user asks for a code of their authenticator app."""
        ...
