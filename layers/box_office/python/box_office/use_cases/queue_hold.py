"""Queues a hold on the user's lane when the table cannot be reached. The customer is promised nothing."""

from contextlib import suppress

from box_office.domain.errors import Unavailable
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import Order, OrderRef
from box_office.domain.sold_as import sold_as
from box_office.ports import CacheDown
from box_office.use_cases.hold_in_progress import Holding, Queued

NOT_KNOWN_YET = "It is not known yet whether your seats are held; try again."


def queued_instead(holding: Holding, current: Order | None, away: Exception) -> Queued:
    """Queues the hold after the table failed with `away`. Raises Unavailable if the lane cannot be reached either, and
    for a hold that may not wait on a lane.

    The marks stay if a hold may still come of them: by a write of unknown outcome, or by the message that was sent.
    """
    replaces = holds_seats_already(holding, current)
    try:
        if replaces or not holding.request.event.on_sale(holding.now):
            raise Unavailable(NOT_KNOWN_YET) from away  # a queued hold never replaces a selection
        return queue(holding, away)
    except Unavailable:
        if isinstance(away, Unavailable):  # then the hold was certainly not written
            holding.take_back()
        raise


def holds_seats_already(holding: Holding, current: Order | None) -> bool:
    """`current`: the customer's newest order, if the table gave one. If not, the cache says whether a hold of theirs
    lives; while the cache is away too, HoldSeat cannot know, and the worker decides."""
    if current is not None:
        return current.holds_seats(holding.now)
    until = holding.marked.held_until_before if holding.marked is not None else None
    return until is not None and until > holding.now


def queue(holding: Holding, away: Exception | None = None) -> Queued:
    """Sends the hold to the user's lane, under the order id of this request's write: if that write of unknown outcome
    was made, the worker recognizes its order. The marks stay."""
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
    return Queued(request)
