"""How soon a page asks again what has become of an order. Pure."""

from box_office.domain.orders import BEING_PAID, Order, Status

MOVES_BY_ITSELF = BEING_PAID | {Status.UNRESOLVED, Status.REFUNDING}
LONG_PAUSE_SECONDS = 10
# Most payments are decided within seconds. In a rush pages wait for minutes, and are most of what the API is asked: so
# the pause is then a third of the time waited, and a page shows the tickets a third of that time late at most.
SHORT_PAUSE_SECONDS, SHORT_UNTIL_MS = 1, 10_000
PAUSE_SECONDS_MAX = 20


def poll_after(order: Order, now: int) -> int | None:
    """Seconds; None for an order that only its customer moves on, or that is final."""
    if order.status not in MOVES_BY_ITSELF:
        return None
    if order.status in BEING_PAID and order.pinned_at is not None:
        return pause_seconds(now - order.pinned_at)
    return LONG_PAUSE_SECONDS


def pause_seconds(waited_ms: int) -> int:
    """Until the next look, so long after the submit."""
    return SHORT_PAUSE_SECONDS if waited_ms < SHORT_UNTIL_MS else min(PAUSE_SECONDS_MAX, waited_ms // 3_000)
