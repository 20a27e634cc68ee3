"""HoldSeat: marks in the cache keep losers away, one conditional write decides (DESIGN section 5)."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from box_office.domain.catalogue import Event, seats_off_sale
from box_office.domain.errors import BoxOfficeError, SeatsUnavailable, Unavailable
from box_office.domain.holding import HoldRequest, check_seat_names, priced_selection
from box_office.domain.orders import BEING_PAID
from box_office.ports import CacheDown, Marked, MarkRequest, Visitor
from box_office.use_cases.admission import refusal
from box_office.use_cases.find_event import find_event, next_event
from box_office.use_cases.hold_in_progress import Held, Holding, HoldPorts, HoldSeatLimits, Queued, check_time_left
from box_office.use_cases.lanes import lane_by_hash
from box_office.use_cases.queue_hold import queue
from box_office.use_cases.reload_event import reload_event
from box_office.use_cases.write_hold import answered, booked_in, check_own_tickets, replay_of


@dataclass(frozen=True)
class UncheckedHoldRequest:
    """What the client asked for. Its ids are well formed; whether they name anything is not checked yet."""

    movie_id: str
    theater_id: str
    event_id: str | None
    seats: Sequence[str]
    visitor: Visitor
    sale: str | None = None
    key: str | None = None

    @property
    def fingerprint(self) -> str:
        """A hash of the request, but for its seats' order: one that repeats an idempotency key must have the same."""
        asked = [self.movie_id, self.theater_id, self.event_id, sorted(self.seats), self.sale]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def hold_seat(unchecked: UncheckedHoldRequest, ports: HoldPorts, limits: HoldSeatLimits) -> Held | Queued:
    """Raises the errors of API.md's HoldSeat; Unavailable when neither the table nor the lane can be reached."""
    now = ports.clock.now_ms()
    check_seat_names(unchecked.seats, limits.hold)
    # Without an event_id the tables are read to find the showing, so admission is checked before that.
    admitted = unchecked.event_id is None and pass_admission(unchecked.visitor, ports, now)
    event = wanted_event(unchecked, ports, now)
    room = ports.catalogue.room(event.room_id, now).value
    assert unchecked.visitor.user_id is not None
    request = HoldRequest(
        user_id=unchecked.visitor.user_id,
        event=event,
        seat_prices=priced_selection(event, room, unchecked.seats),
        category_of=room.category_of,
        order_id=ports.ids.order_id(),
        lane=lane_by_hash(unchecked.visitor.user_id, ports.lanes.names),
        sale=unchecked.sale,
        desk=unchecked.visitor.desk,
        key=unchecked.key,
        fingerprint=unchecked.fingerprint if unchecked.key is not None else "",
    )
    marks = MarkRequest(
        visitor=unchecked.visitor,
        event=event,
        seats=tuple(request.seat_prices),
        seat_count=room.seat_count - len(seats_off_sale(event, room)),
        order_id=request.order_id,
        token=ports.ids.token(),
        hold_until=now + limits.hold.hold_ms,
        sale=unchecked.sale,
        admitted=admitted,
    )
    holding = Holding(request, marks, ports, limits.hold, now)
    if not event.on_sale(now):
        # Sales have closed: a customer may still drop seats of a hold, which needs no mark.
        return answered(holding, known=True)
    try:
        marked = mark_all(holding, limits.live_holds_max)
    except CacheDown:
        ports.counters.count("CacheErrors")
        return hold_without_cache(holding)
    if isinstance(marked, Held):
        return marked
    if marked.lane is not None:
        request = replace(request, lane=ports.lanes.names[marked.lane % len(ports.lanes.names)])
    # For a customer who has begun no order of this event, as far as the cache knows, no order is read: the write itself
    # is refused if there is one.
    return answered(replace(holding, request=request, marked=marked), known=marked.began_before)


def pass_admission(visitor: Visitor, ports: HoldPorts, now: int) -> bool:
    """True if the visitor was admitted; False if the cache is down, which then refuses no one. Raises Blocked,
    RateLimited."""
    try:
        admission = ports.cache.admit(visitor, "hold", now)
    except CacheDown:
        return False
    if admission.code is not None:
        raise refusal(admission, ports.blocks)
    return True


def wanted_event(unchecked: UncheckedHoldRequest, ports: HoldPorts, now: int) -> Event:
    if unchecked.event_id is not None:
        return find_event(ports.catalogue, unchecked.movie_id, unchecked.theater_id, unchecked.event_id, now).value
    user_id = unchecked.visitor.user_id
    assert user_id is not None

    def of_live_order(events: Sequence[Event]) -> Event | None:
        try:
            check_time_left(ports, now)
            orders = ports.orders.newest_of_events(user_id, [event.event_id for event in events][:100])
        except Unavailable:
            return None  # the next showing is chosen, as for a customer without orders; the answer names it
        live = {order.event_id for order in orders if order.holds_seats(now) or order.status in BEING_PAID}
        return next((event for event in events if event.event_id in live), None)

    return next_event(ports.catalogue, unchecked.movie_id, unchecked.theater_id, now, of_live_order).value


def mark_all(holding: Holding, live_holds_max: int) -> Marked | Held:
    """Marks all the wanted seats, in one round trip; or the answer of an earlier request with the same key. Raises
    admission's refusal, AlreadyBooked, SeatsUnavailable, CacheDown; Unavailable if the orders that booked the
    seats have to be read, and cannot be.

    If seats are taken and the cache's entry is old, this request reads the event from the table and tries once more.
    """
    cache, marks, now = holding.ports.cache, holding.marks, holding.now
    marked = cache.mark(marks, now)
    if marked.lease is not None and reloaded(holding, marked.lease):
        marked = cache.mark(marks, now)
    if marked.admission.code is not None:
        try:
            if marked.admission.code != "hold_limit_reached" or not few_live_holds(holding, live_holds_max):
                raise refusal(marked.admission, holding.ports.blocks)
        except BoxOfficeError:  # refused, or the table could not be asked
            replace(holding, marked=marked if marked.marked else None).take_back()
            raise
    if marked.marked:
        return marked
    # A repeat of a committed request gets the same answer again, even if another customer has the seats by now.
    if marked.began_before and (replay := replay_of(holding)):
        return replay
    check_own_tickets(holding, marked.booked_in)
    raise SeatsUnavailable(marked.taken, marked.next_release)


def few_live_holds(holding: Holding, live_holds_max: int) -> bool:
    """Whether the customer has fewer live holds than `live_holds_max`, by the table: the cache also counts holds that
    were never written."""
    since = holding.now - holding.limits.hold_ms_max
    held = holding.orders.live_holds(holding.request.user_id, since, holding.now)
    return len({order.event_id for order in held} - {holding.request.event.event_id}) < live_holds_max


def reloaded(holding: Holding, lease: str) -> bool:
    try:
        reload_event(holding.request.event, holding.seats, holding.ports.cache, lease, holding.now)
    except Unavailable:
        return False
    return True


def hold_without_cache(holding: Holding) -> Held | Queued:
    """Holds without marks. The wanted seats are read from the table first, so that losers do not reach the lock."""
    request = holding.request
    try:
        rows = holding.seats.named(request.event.event_id, list(request.seat_prices))
    except Unavailable:
        return queue(holding)  # another read could take as long again, and then the gateway would answer
    skew = holding.limits.clock_skew_ms
    taken = [row.seat_id for row in rows if not row.can_be_taken(holding.marks.holder, holding.now, skew)]
    if not taken:
        return answered(holding, known=False)
    if replay := replay_of(holding):
        return replay
    check_own_tickets(holding, booked_in(holding, rows))
    raise SeatsUnavailable(taken, None)
