"""What a user has saved to pay with is forgotten."""

from box_office.ports import Wallet
from box_office.use_cases.get_me import saved_methods_of


def forget_saved_methods(user_id: str, wallet: Wallet) -> None:
    """Again is the same. A method that is saved in this moment stays: it is another one. Raises Unavailable."""
    for saved in saved_methods_of(user_id, wallet):
        wallet.forget(user_id, saved)
