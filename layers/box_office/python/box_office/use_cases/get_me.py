"""GetMe: what a user has saved to pay with."""

from box_office.ports.payments import SavedMethod, Wallet


def saved_methods_of(user_id: str, wallet: Wallet) -> list[SavedMethod]:
    """One at most. Raises Unavailable."""
    saved = wallet.saved(user_id)
    return [saved] if saved is not None else []
