"""HoldSeat: marks in the cache keep losers away, one conditional write decides (DESIGN section 5)."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from box_office.domain.catalogue import Event
from box_office.domain.errors import BoxOfficeError, IdempotencyKeyInUse, SeatsUnavailable, Unavailable
from box_office.domain.holding import (
    HoldLimits,
    HoldRequest,
    Replay,
    SameHold,
    as_answered,
    check_seat_names,
    decide_hold,
    priced_selection,
)
from box_office.domain.orders import BEING_PAID, Order
from box_office.domain.seat_map import soonest_release
from box_office.domain.seats import Change, SeatAct, SeatRow
from box_office.ports import (
    CacheDown,
    Catalogue,
    ChangeConflicted,
    ChangeRefused,
    Clock,
    Ids,
    Marked,
    MarkRequest,
    Orders,
    OutcomeUnknown,
    SeatCache,
    Seats,
    Visitor,
)
from box_office.use_cases.find_event import find_event, next_event
from box_office.use_cases.gate import refusal
from box_office.use_cases.reload_event import reload_event

NOT_KNOWN_YET = "It is not known yet whether your seats are held; try again."
ROUNDS_MAX = 3  # times the newest order may turn out to be another than thought


@dataclass(frozen=True)
class HoldWish:
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
class HoldPorts:
    catalogue: Catalogue
    orders: Orders
    seats: Seats
    cache: SeatCache
    clock: Clock
    ids: Ids


def hold_seats(wish: HoldWish, ports: HoldPorts, limits: HoldLimits, live_holds_max: int) -> Held:
    """Raises the errors of API.md's HoldSeat; Unavailable when the table cannot be reached."""
    now = ports.clock.now_ms()
    check_seat_names(wish.seats, limits)
    event = wanted_event(wish, ports, now)
    room = ports.catalogue.room(event.room_id, now).value
    assert wish.visitor.user_id is not None
    request = HoldRequest(
        user_id=wish.visitor.user_id,
        event=event,
        seat_prices=priced_selection(event, room, wish.seats),
        order_id=ports.ids.order_id(),
        sale=wish.sale,
        desk=wish.visitor.desk,
        key=wish.key,
        fingerprint=wish.fingerprint,
    )
    if not event.on_sale(now):
        # Seats may still be dropped; who has nothing to drop is told so without a mark.
        return write_unmarked(request, newest(request, ports), ports, limits, now)
    marks = MarkRequest(
        visitor=wish.visitor,
        event=event,
        seats=tuple(request.seat_prices),
        seat_count=room.seat_count,
        order_id=request.order_id,
        token=ports.ids.token(),
        hold_until=now + limits.hold_ms,
        sale=wish.sale,
    )
    try:
        marked = mark_all(marks, request, ports, limits, live_holds_max, now)
    except CacheDown:
        return hold_without_cache(request, ports, limits, now)
    if isinstance(marked, Held):
        return marked
    return write_marked(request, marks, marked, ports, limits, now)


def wanted_event(wish: HoldWish, ports: HoldPorts, now: int) -> Event:
    if wish.event_id is not None:
        return find_event(ports.catalogue, wish.movie_id, wish.theater_id, wish.event_id, now).value
    user_id = wish.visitor.user_id
    assert user_id is not None

    def of_live_order(events: Sequence[Event]) -> Event | None:
        orders = ports.orders.newest_of_events(user_id, [event.event_id for event in events][:100])
        live = {order.event_id for order in orders if order.holds_seats(now) or order.status in BEING_PAID}
        return next((event for event in events if event.event_id in live), None)

    return next_event(ports.catalogue, wish.movie_id, wish.theater_id, now, of_live_order).value


def mark_all(
    marks: MarkRequest, request: HoldRequest, ports: HoldPorts, limits: HoldLimits, live_holds_max: int, now: int
) -> Marked | Held:
    """The first round trip. Raises what the gate says, SeatsUnavailable, or CacheDown.

    Whoever is refused by an entry that nobody has read for a while reads it, and tries once more: the refusal may
    have been the entry's age.
    """
    marked = ports.cache.mark(marks, now)
    if marked.lease is not None and reloaded(marks.event, marked.lease, ports, now):
        marked = ports.cache.mark(marks, now)
    too_many = marked.gate.code == "hold_limit_reached"
    if marked.gate.code is not None and not (too_many and few_live_holds(request, ports, limits, live_holds_max, now)):
        if marked.marked:
            take_back(marks, marked, ports, now)
        raise refusal(marked.gate)
    if marked.marked:
        return marked
    # A key that has committed is answered again, even if the seats went to somebody else since.
    if request.key is not None and marked.began_before:
        replay = decide_hold(newest(request, ports), request, now, limits)
        if isinstance(replay, Replay):
            return replayed(replay)
    raise SeatsUnavailable(marked.taken, marked.next_release)


def few_live_holds(request: HoldRequest, ports: HoldPorts, limits: HoldLimits, live_holds_max: int, now: int) -> bool:
    """The cache counts attempts that lost as well; before it refuses somebody for them, the table is asked."""
    held = ports.orders.live_holds(request.user_id, now - limits.hold_ms_max, now)
    return len({order.event_id for order in held} - {request.event.event_id}) < live_holds_max


def reloaded(event: Event, lease: str, ports: HoldPorts, now: int) -> bool:
    try:
        reload_event(event, ports.seats, ports.cache, lease, now)
    except Unavailable:
        return False
    return True


def hold_without_cache(request: HoldRequest, ports: HoldPorts, limits: HoldLimits, now: int) -> Held:
    """The wanted seats are read first, so that losers write nothing: slower, still right."""
    rows = ports.seats.named(request.event.event_id, list(request.seat_prices))
    taken = [row.seat_id for row in rows if not row.can_be_taken(request.user_id, now, limits.clock_skew_ms)]
    current = newest(request, ports) if taken and request.key else None
    if taken:
        replay = decide_hold(current, request, now, limits) if current else None
        if isinstance(replay, Replay):
            return replayed(replay)
        raise SeatsUnavailable(taken, None)
    return write_unmarked(request, current, ports, limits, now)


def write_unmarked(
    request: HoldRequest, current: Order | None, ports: HoldPorts, limits: HoldLimits, now: int
) -> Held:
    """The write alone: without the cache, or after the end of sales, when nothing can be added."""
    try:
        return write(request, current, ports, limits, now)
    except ChangeRefused as refused:
        raise SeatsUnavailable([row.seat_id for row in refused.seats], None) from refused
    except ChangeConflicted as conflicted:
        raise contention(request, conflicted) from conflicted
    except OutcomeUnknown as unknown:
        raise Unavailable(NOT_KNOWN_YET) from unknown


def write_marked(
    request: HoldRequest, marks: MarkRequest, marked: Marked, ports: HoldPorts, limits: HoldLimits, now: int
) -> Held:
    """The write behind the marks. Whatever certainly came to nothing takes its marks back."""
    try:
        # Who never began an order here writes at once; the write itself finds out if the cache was wrong.
        current = newest(request, ports) if marked.began_before else None
        held = write(request, current, ports, limits, now, marks)
    except ChangeRefused as refused:
        take_back(marks, marked, ports, now, refused.seats)
        raise SeatsUnavailable([row.seat_id for row in refused.seats], next_release(marks, ports, now)) from refused
    except ChangeConflicted as conflicted:
        take_back(marks, marked, ports, now)
        raise contention(request, conflicted) from conflicted
    except OutcomeUnknown as unknown:
        # The marks stay: if it was written they are true, and they never stop this user's next try.
        raise Unavailable(NOT_KNOWN_YET) from unknown
    except BoxOfficeError:
        take_back(marks, marked, ports, now)
        raise
    if not held.written:
        take_back(marks, marked, ports, now)
    return held


def write(
    request: HoldRequest,
    current: Order | None,
    ports: HoldPorts,
    limits: HoldLimits,
    now: int,
    marks: MarkRequest | None = None,
) -> Held:
    """Decides from the newest order as far as known, and writes; a write that met another order decides again.

    Raises ChangeRefused when seats are in the way, ChangeConflicted, OutcomeUnknown, and what decide_hold raises.
    """
    for _ in range(ROUNDS_MAX):
        decision = decide_hold(current, request, now, limits)
        if isinstance(decision, Replay):
            return replayed(decision)
        if isinstance(decision, SameHold):
            return Held(decision.order, 200)
        try:
            ports.orders.commit(decision, now, ports.ids.token())
        except ChangeRefused as refused:
            if not refused.order_failed:
                raise
            current = refused.order
            continue
        show_freed(decision, request, ports, marks, now)
        added = SeatAct.TAKE in decision.acts.values()
        return Held(decision.after, 201 if added else 200, written=True)
    raise ChangeConflicted(order_conflicted=True, seats=list(request.seat_prices))


def show_freed(change: Change, request: HoldRequest, ports: HoldPorts, marks: MarkRequest | None, now: int) -> None:
    freed = [seat for seat, act in change.acts.items() if act is SeatAct.FREE]
    if freed and marks is not None:
        with suppress(CacheDown):
            ports.cache.free(request.event, marks.visitor, change.after, freed, marks.token, False, now)


def replayed(replay: Replay) -> Held:
    """The answer that the key got when it committed, word for word."""
    return Held(as_answered(replay.order, replay.record), replay.record.status_code)


def contention(request: HoldRequest, conflicted: ChangeConflicted) -> BoxOfficeError:
    if request.key is not None:
        return IdempotencyKeyInUse("The same request is being processed.")
    return SeatsUnavailable(list(conflicted.seats) or list(request.seat_prices), None)


def newest(request: HoldRequest, ports: HoldPorts) -> Order | None:
    return ports.orders.newest(request.user_id, request.event.event_id, request.sale)


def next_release(marks: MarkRequest, ports: HoldPorts, now: int) -> int | None:
    with suppress(CacheDown):
        return soonest_release(ports.cache.look(marks.event, None, 0, now).seats, marks.seat_count)
    return None


def take_back(marks: MarkRequest, marked: Marked, ports: HoldPorts, now: int, rows: Sequence[SeatRow] = ()) -> None:
    # If the cache fails now the marks age: it is right again within a minute.
    with suppress(CacheDown):
        ports.cache.undo(marks, marked, rows, now)
