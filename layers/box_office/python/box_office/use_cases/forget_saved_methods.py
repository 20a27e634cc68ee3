"""What a user has saved to pay with is forgotten."""

from box_office.ports import Lanes
from box_office.ports.payments import Wallet
from box_office.use_cases.get_me import saved_methods_of
from box_office.use_cases.lanes import lane_by_hash


def forget_saved_methods(user_id: str, wallet: Wallet, lanes: Lanes) -> None:
    """Again is the same. A method that is saved in this moment stays: it is another one. A worker has the provider
    forget it too. Its message is sent before the row is changed: were it the other way around, a crash between the two
    would leave the provider a method that no row names. Raises Unavailable."""
    for saved in saved_methods_of(user_id, wallet):
        lanes.send_detach(lane_by_hash(user_id, lanes.names), saved.payment_method)
        wallet.forget(user_id, saved)
