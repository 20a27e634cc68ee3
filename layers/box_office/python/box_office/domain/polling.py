"""How soon a page asks again what has become of an order. Pure."""

from box_office.domain.orders import BEING_PAID, Order, Status

MOVES_BY_ITSELF = BEING_PAID | {Status.UNRESOLVED, Status.REFUNDING}
# Most payments are decided within seconds; a slow bank takes minutes, and so many pages wait for it.
PAUSES = ((10_000, 1), (30_000, 2), (60_000, 5))  # until so long after the submit: seconds between two looks
LONG_PAUSE_SECONDS = 10


def poll_after(order: Order, now: int) -> int | None:
    """Seconds; None for an order that only its customer moves on, or that is final."""
    if order.status not in MOVES_BY_ITSELF:
        return None
    if order.status in BEING_PAID and order.pinned_at is not None:
        return next((pause for until, pause in PAUSES if now - order.pinned_at < until), LONG_PAUSE_SECONDS)
    return LONG_PAUSE_SECONDS
