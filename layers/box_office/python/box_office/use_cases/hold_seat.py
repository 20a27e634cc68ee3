"""HoldSeat: marks in the cache keep losers away, one conditional write decides (DESIGN section 5)."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from box_office.domain.catalogue import Event
from box_office.domain.errors import (
    BoxOfficeError,
    CompanionWithoutWheelchair,
    IdempotencyKeyInUse,
    SalesClosed,
    SeatsUnavailable,
    TooManySeats,
    Unavailable,
)
from box_office.domain.holding import (
    HoldLimits,
    HoldRequest,
    Replay,
    SameHold,
    already_booked,
    as_answered,
    check_seat_names,
    decide_hold,
    priced_selection,
    recorded,
)
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import BEING_PAID, Order, OrderRef
from box_office.domain.seat_map import soonest_release
from box_office.domain.seats import Change, SeatAct, SeatRow
from box_office.domain.sold_as import sold_as
from box_office.ports import (
    CacheDown,
    Catalogue,
    ChangeConflicted,
    ChangeRefused,
    Clock,
    Counters,
    Ids,
    Lanes,
    Marked,
    MarkRequest,
    Orders,
    OutcomeUnknown,
    SeatCache,
    Seats,
    Visitor,
)
from box_office.use_cases.admission import refusal
from box_office.use_cases.find_event import find_event, next_event
from box_office.use_cases.lanes import lane_by_hash
from box_office.use_cases.reload_event import reload_event
from box_office.use_cases.rounds import ROUNDS_MAX

NOT_KNOWN_YET = "It is not known yet whether your seats are held; try again."
# A call that the table does not answer takes five seconds, seven at most (adapters/aws_clients.py). None begins later
# than this, so that the request ends with an answer, and its marks are settled, before its function is ended.
TABLE_CALLS_BEGIN_MS = 6_000
# What is wrong with asking for more seats is no answer to who asks for the seats that they have.
RULES_OF_A_SELECTION = (TooManySeats, SalesClosed, CompanionWithoutWheelchair)


@dataclass(frozen=True)
class UncheckedHoldRequest:
    """What the client asked for; ids are well formed, nothing else is known."""

    movie_id: str
    theater_id: str
    event_id: str | None
    seats: Sequence[str]
    visitor: Visitor
    sale: str | None = None
    key: str | None = None

    @property
    def fingerprint(self) -> str:
        """Tells another request under the same idempotency key; a selection's order means nothing."""
        asked = [self.movie_id, self.theater_id, self.event_id, sorted(self.seats), self.sale]
        return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Held:
    """The user's order after the request, and how to answer: as written now, as it was, or as once answered."""

    order: Order
    status_code: int
    written: bool = False


@dataclass(frozen=True)
class Queued:
    """The table cannot be reached: the request waits on the user's lane. It promises nothing."""

    request: HoldRequest


@dataclass(frozen=True)
class HoldPorts:
    catalogue: Catalogue
    orders: Orders
    seats: Seats
    cache: SeatCache
    lanes: Lanes
    counters: Counters
    clock: Clock
    ids: Ids


@dataclass(frozen=True)
class Holding:
    """One request on its way: what is wanted, and what the cache has said so far."""

    request: HoldRequest
    marks: MarkRequest
    ports: HoldPorts
    limits: HoldLimits
    now: int
    marked: Marked | None = None  # None: no mark was made, nothing is to be taken back

    @property
    def newest(self) -> Order | None:
        return self.orders.newest(self.request.user_id, self.request.event.event_id, self.request.sale)

    @property
    def orders(self) -> Orders:
        """Raises Unavailable once it is too late for another call."""
        check_time_left(self.ports, self.now)
        return self.ports.orders

    @property
    def seats(self) -> Seats:
        """Raises Unavailable once it is too late for another call."""
        check_time_left(self.ports, self.now)
        return self.ports.seats


def hold_seat(
    unchecked: UncheckedHoldRequest, ports: HoldPorts, limits: HoldLimits, live_holds_max: int
) -> Held | Queued:
    """Raises the errors of API.md's HoldSeat; Unavailable when neither the table nor the lane can be reached."""
    now = ports.clock.now_ms()
    check_seat_names(unchecked.seats, limits)
    # Without an event_id the table is read to find the showing: admission is asked before that.
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
        fingerprint=unchecked.fingerprint,
    )
    marks = MarkRequest(
        visitor=unchecked.visitor,
        event=event,
        seats=tuple(request.seat_prices),
        seat_count=room.seat_count,
        order_id=request.order_id,
        token=ports.ids.token(),
        hold_until=now + limits.hold_ms,
        sale=unchecked.sale,
        admitted=admitted,
    )
    holding = Holding(request, marks, ports, limits, now)
    if not event.on_sale(now):
        # Sales have closed: a customer may still drop seats of a hold, which needs no mark.
        return answered(holding, known=True)
    try:
        marked = mark_all(holding, live_holds_max)
    except CacheDown:
        ports.counters.count("CacheErrors")
        return hold_without_cache(holding)
    if isinstance(marked, Held):
        return marked
    if marked.lane is not None:
        request = replace(request, lane=ports.lanes.names[marked.lane % len(ports.lanes.names)])
    # A customer without an order of this event writes without reading first: the write is refused if there is one.
    return answered(replace(holding, request=request, marked=marked), known=marked.began_before)


def pass_admission(visitor: Visitor, ports: HoldPorts, now: int) -> bool:
    """Raises what admission says. False if the cache is down: the limiter lets everything pass."""
    try:
        admission = ports.cache.admit(visitor, "hold", now)
    except CacheDown:
        return False
    if admission.code is not None:
        raise refusal(admission)
    return True


def check_time_left(ports: HoldPorts, began_at: int) -> None:
    if ports.clock.now_ms() - began_at >= TABLE_CALLS_BEGIN_MS:
        raise Unavailable("This cannot be done just now; try again.")


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
            return None  # the next showing then, as for a customer without orders; the answer names it
        live = {order.event_id for order in orders if order.holds_seats(now) or order.status in BEING_PAID}
        return next((event for event in events if event.event_id in live), None)

    return next_event(ports.catalogue, unchecked.movie_id, unchecked.theater_id, now, of_live_order).value


def mark_all(holding: Holding, live_holds_max: int) -> Marked | Held:
    """The first round trip. Raises what admission says, SeatsUnavailable, or CacheDown.

    If the cache refuses and its entry is old, this request reads the event from the table and tries once more: the
    refusal may be out of date.
    """
    cache, marks, now = holding.ports.cache, holding.marks, holding.now
    marked = cache.mark(marks, now)
    if marked.lease is not None and reloaded(holding, marked.lease):
        marked = cache.mark(marks, now)
    if marked.admission.code is not None:
        try:
            if marked.admission.code != "hold_limit_reached" or not few_live_holds(holding, live_holds_max):
                raise refusal(marked.admission)
        except BoxOfficeError:  # refused, or the table could not be asked
            take_back(replace(holding, marked=marked if marked.marked else None))
            raise
    if marked.marked:
        return marked
    # A key that has committed is answered again, even if another customer has the seats by now.
    if marked.began_before and (replay := replay_of(holding)):
        return replay
    if marked.own_booked:
        raise already_booked()
    raise SeatsUnavailable(marked.taken, marked.next_release)


def few_live_holds(holding: Holding, live_holds_max: int) -> bool:
    """Asks the table, because the cache also counts holds that were never made."""
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
    """The wanted seats are read first, so that losers write nothing: slower, still right."""
    request = holding.request
    try:
        rows = holding.seats.named(request.event.event_id, list(request.seat_prices))
    except Unavailable:
        return queue(holding)
    skew = holding.limits.clock_skew_ms
    taken = [row.seat_id for row in rows if not row.can_be_taken(holding.marks.holder, holding.now, skew)]
    if not taken:
        return answered(holding, known=False)
    if replay := replay_of(holding):
        return replay
    if own_booked(holding, rows):
        raise already_booked()
    raise SeatsUnavailable(taken, None)


def replay_of(holding: Holding) -> Held | None:
    if holding.request.key is None or (newest := holding.newest) is None:
        return None
    record = recorded(newest, holding.request)
    return Held(as_answered(newest, record), record.status_code) if record else None


def answered(holding: Holding, known: bool) -> Held | Queued:
    """The write, and what becomes of the marks: whatever certainly came to nothing takes them back.

    `known`: the user has begun an order here before, so that it is read first.
    """
    current = None
    try:
        current = holding.newest if known or holding.request.needs_earlier_tickets else None
        held = write(holding, current)
    except ChangeRefused as refused:
        # The map that the seats were chosen from was behind the table.
        holding.ports.counters.count("StaleRefusals")
        take_back(holding, refused.seats)
        if own_booked(holding, refused.seats):
            raise already_booked() from refused
        raise SeatsUnavailable([row.seat_id for row in refused.seats], next_release(holding)) from refused
    except ChangeConflicted as conflicted:
        holding.ports.counters.count("WriteConflicts")
        take_back(holding)
        raise contention(holding.request, conflicted) from conflicted
    except (OutcomeUnknown, Unavailable) as away:
        if isinstance(away, OutcomeUnknown):
            holding.ports.counters.count("UnknownWrites")
        return queued_instead(holding, current, away)
    except RULES_OF_A_SELECTION as refused_by_rule:
        take_back(holding)
        if is_own_booked(holding):
            raise already_booked() from refused_by_rule
        raise
    except BoxOfficeError:
        take_back(holding)
        raise
    if not held.written:
        take_back(holding)
    return held


def own_booked(holding: Holding, rows: Sequence[SeatRow]) -> bool:
    """Whether all that is asked for is the holder's by its tickets; in a mixture they are conflicts like any other."""
    booked = {row.seat_id for row in rows if row.booked_by(holding.marks.holder)}
    return booked == holding.request.seat_prices.keys()


def is_own_booked(holding: Holding) -> bool:
    """The same, read from the table, for tickets that neither the cache nor the newest order knows."""
    request = holding.request
    with suppress(Unavailable):
        return own_booked(holding, holding.seats.named(request.event.event_id, list(request.seat_prices)))
    return False


def write(holding: Holding, current: Order | None) -> Held:
    """Decides from the newest order as far as known, and writes; a write that met another order decides again.

    Raises ChangeRefused when seats are in the way, ChangeConflicted, OutcomeUnknown, and what decide_hold raises.
    """
    ports, now = holding.ports, holding.now
    for attempt in range(ROUNDS_MAX):
        decision = decide_hold(current, holding.request, now, holding.limits)
        if isinstance(decision, Replay):
            return Held(as_answered(decision.order, decision.record), decision.record.status_code)
        if isinstance(decision, SameHold):
            return Held(decision.order, 200)
        try:
            holding.orders.commit(decision, now, ports.ids.token())
        except ChangeRefused as refused:
            if not refused.order_failed:
                raise
            current = refused.order
            continue
        if holding.marked is not None:
            tell_of_freed(decision, holding, holding.marked, met_another=attempt > 0)
        added = SeatAct.TAKE in decision.acts.values()
        return Held(decision.after, 201 if added else 200, written=True)
    raise ChangeConflicted(order_conflicted=True, seats=list(holding.request.seat_prices))


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
            take_back(holding)
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


def tell_of_freed(change: Change, holding: Holding, marked: Marked, met_another: bool) -> None:
    """The marks show what was to be given up as empty; the cache hears only where the write did otherwise, or where
    another device, which changed the order after the marks were made, may have marked over what they gave up.

    `met_another`: the write was refused once, because the order had changed.
    """
    cache, marks = holding.ports.cache, holding.marks
    freed = [seat for seat, act in change.acts.items() if act is SeatAct.FREE]
    not_freed = [seat for seat in marked.given_up if seat not in freed]
    before = change.before
    raced = met_another or (before is not None and before.changed_at > holding.now)
    with suppress(CacheDown):
        if before is not None and freed and (raced or set(freed) != set(marked.given_up)):
            cache.free(marks.event, marks.visitor, before, freed, marks.token, False, holding.now)
        if not_freed:
            cache.take_back(marks, not_freed)


def contention(request: HoldRequest, conflicted: ChangeConflicted) -> BoxOfficeError:
    if request.key is not None:
        return IdempotencyKeyInUse("The same request is being processed.")
    return SeatsUnavailable(list(conflicted.seats) or list(request.seat_prices), None)


def next_release(holding: Holding) -> int | None:
    marks = holding.marks
    with suppress(CacheDown):
        return soonest_release(holding.ports.cache.read_map(marks.event, None, 0, holding.now).seats, marks.seat_count)
    return None


def take_back(holding: Holding, rows: Sequence[SeatRow] = ()) -> None:
    # If the cache fails now the marks age: it is right again within a minute.
    if holding.marked is not None:
        with suppress(CacheDown):
            holding.ports.cache.undo(holding.marks, holding.marked, rows, holding.now)
