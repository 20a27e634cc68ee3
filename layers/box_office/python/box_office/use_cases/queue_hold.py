"""A hold that the table cannot decide now waits on the user's lane. It promises nothing."""

from contextlib import suppress

from box_office.domain.errors import Unavailable
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import Order, OrderRef
from box_office.domain.sold_as import sold_as
from box_office.ports import CacheDown
from box_office.use_cases.hold_in_progress import Holding, Queued

NOT_KNOWN_YET = "It is not known yet whether your seats are held; try again."


def queued_instead(holding: Holding, current: Order | None, away: Exception) -> Queued:
    """Raises Unavailable when the lane cannot be reached either, and for what never waits on a lane.

    The marks stay while anything may come of them: a write whose outcome is unknown, a message that was sent.
    """
    replaces = current is not None and current.holds_seats(holding.now)
    try:
        if replaces or not holding.request.event.on_sale(holding.now):
            raise Unavailable(NOT_KNOWN_YET) from away  # what waits on a lane never replaces a selection
        return queue(holding, away)
    except Unavailable:
        if isinstance(away, Unavailable):  # certainly not written
            holding.take_back()
        raise


def queue(holding: Holding, away: Exception | None = None) -> Queued:
    """On the user's lane, under the order id that a write of unknown outcome had: if it was made, that is seen.

    The marks stay, but for what they gave up: what waits on a lane never replaces a selection.
    """
    request, ports = holding.request, holding.ports
    assert request.lane is not None
    ref = OrderRef(request.user_id, request.event.event_id, request.order_id, request.sale)
    try:
        hold = QueuedHold(
            ref=ref,
            seats=tuple(request.seat_prices),
            queued_at=holding.now,
            desk=request.desk,
            asked_as=sold_as(request.event),
            key=request.key,
            fingerprint=request.fingerprint,
        )
        ports.lanes.send_hold(request.lane, hold)
    except Unavailable as error:
        raise Unavailable("Seats cannot be held just now; try again.") from (away or error)
    with suppress(CacheDown):
        ports.cache.remember_queued(request.event, ref)
        if holding.marked is not None and holding.marked.given_up:
            ports.cache.take_back(holding.marks, holding.marked.given_up)
    return Queued(request)
