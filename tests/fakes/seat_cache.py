"""Available_seat_elastic_Cache in memory: copies of rows, the marks that lie over them, and admission before them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from box_office.adapters.valkey.seats import (
    FRESH_MARK_MS,
    LEASE_MS,
    QUIET_TRIES,
    SESSION_MS,
    SESSION_TOUCH_MS,
    TRIES_WINDOW_MS,
    AdmissionLimits,
)
from box_office.domain.catalogue import Event
from box_office.domain.orders import Order, OrderRef, holder_of
from box_office.domain.seat_map import SeatState, soonest_release, state_of
from box_office.domain.seats import EMPTY, HOLD, SeatRow
from box_office.ports import Admission, CachedMap, CacheDown, Marked, MarkRequest, Visitor
from tests.fakes.admission import FakeAdmission

FIVE_MINUTES = 300_000


@dataclass(frozen=True)
class Mark:
    """A hold in the making, or (`order_id` None) a seat just let go."""

    token: str
    holder: str | None
    order_id: str | None
    until: int
    made_at: int
    covers: "Mark | None" = None


@dataclass
class Entry:
    """What is known of one event."""

    rows: dict[str, SeatRow] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    loaded_at: int | None = None
    lease: tuple[str, int] | None = None  # right, its end
    tries: Counter[int] = field(default_factory=Counter)  # window -> tries to mark
    packed: CachedMap | None = None

    def changed(self, now: int) -> None:
        """Without a rush the next look reads the entry anew."""
        if self.tries[now // TRIES_WINDOW_MS] <= QUIET_TRIES:
            self.packed = None


@dataclass(frozen=True)
class Selection:
    """What one request marked, and what its holder had marked before."""

    token: str | None = None
    seats: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


@dataclass
class Holder:
    """What one holder did in one event."""

    began: bool = False
    until: int | None = None
    minute: int = 0
    marks: int = 0
    let_go: list[int] = field(default_factory=list)
    selection: Selection = Selection()

    def count_lapse(self, now: int) -> None:
        self.let_go = [at for at in self.let_go if now - at < FIVE_MINUTES]
        if self.until is not None and self.until <= now:
            if now - self.until < FIVE_MINUTES:
                self.let_go.append(self.until)
            self.until = None

    def pause_ms(self, now: int) -> int:
        if self.until is not None or len(self.let_go) < 4:
            return 0
        return max(0, max(self.let_go) + min(30_000, 2_000 * 2 ** (len(self.let_go) - 4)) - now)


class FakeSeatCache:
    """ports.SeatCache. `down`: nothing answers; `wipe`: everything is lost."""

    def __init__(
        self,
        limits: AdmissionLimits,
        reload_ms: int = 45_000,
        clock_skew_ms: int = 1_000,
        lanes: int = 2,
        map_shared_ms: int = 0,
    ) -> None:
        self._limits = limits
        self._lanes = lanes
        self._reload_ms = reload_ms
        self._clock_skew_ms = clock_skew_ms
        self._map_shared_ms = map_shared_ms
        self.down = False
        self.wipe()

    @property
    def limits(self) -> AdmissionLimits:
        return self._limits

    @limits.setter
    def limits(self, limits: AdmissionLimits) -> None:
        """Of the environment that asks next."""
        self._limits = self.admission.limits = limits

    def wipe(self) -> None:
        self.admission = FakeAdmission(self._limits)
        self._entries: dict[str, Entry] = {}
        self._holders: dict[tuple[str, str], Holder] = {}
        self._queued: dict[tuple[str, str | None, str], OrderRef] = {}
        self._sessions: dict[str | None, tuple[int, int]] = {}  # user -> lane, last touched

    def mark(self, request: MarkRequest, now: int) -> Marked:
        entry, visitor = self._entry(request.event, now), request.visitor
        entry.tries[now // TRIES_WINDOW_MS] += 1
        marked = self._mark(request, entry, now)
        return replace(marked, lane=self._lane(visitor, now))

    def _mark(self, request: MarkRequest, entry: Entry, now: int) -> Marked:
        visitor = request.visitor
        hold = (request.event.event_id, request.hold_until)
        admission = self.admission.passes(visitor, "hold", now, hold, weight=0 if request.admitted else 1)
        holder = self._holder(request.event, request.holder)
        before = holder.until if holder.until is not None and holder.until > now else 0 if holder.began else None
        holder.count_lapse(now)
        wait_ms = holder.pause_ms(now) or self._too_many_marks(holder, request, now)
        if wait_ms:
            limited = Admission("rate_limited", -(-wait_ms // 1000)) if admission.code is None else admission
            return Marked(limited, False, held_until_before=before)
        taken = tuple(seat for seat in request.seats if not self._may_be_marked(entry, seat, request.holder, now))
        if taken:
            soonest = soonest_release(self._states(entry, now), request.seat_count)
            right = self._grant(entry, request.token, now)
            return Marked(admission, False, taken, booked_in(entry, request), (), soonest, before, right)
        return self._lay_all(request, entry, holder, before, now, admission)

    def _lay_all(
        self, request: MarkRequest, entry: Entry, holder: Holder, before: int | None, now: int, admission: Admission
    ) -> Marked:
        last = holder.selection if before else Selection()
        last_seats = last.before if last.token == request.token else last.seats  # the same request again
        for seat in request.seats:
            lay(entry, seat, Mark(request.token, request.holder, request.order_id, request.hold_until, now))
        dropped = [seat for seat in last_seats if seat not in request.seats]
        given_up = tuple(seat for seat in dropped if still_given(entry, seat, request))
        for seat in given_up:
            lay(entry, seat, Mark(request.token, None, None, 0, now))
        holder.selection = Selection(request.token, tuple(request.seats), last_seats)
        holder.marks += len(request.seats)
        holder.began, holder.until = True, max(before or 0, request.hold_until)
        entry.changed(now)
        return Marked(admission, True, given_up=given_up, held_until_before=before)

    def _too_many_marks(self, holder: Holder, request: MarkRequest, now: int) -> int:
        if now - holder.minute >= 60_000:
            holder.minute, holder.marks = now, 0
        most = self._limits.marks_per_minute_max * (self._limits.desk_factor if request.visitor.desk else 1)
        return holder.minute + 60_000 - now if holder.marks + len(request.seats) > most else 0

    def undo(self, request: MarkRequest, marked: Marked, rows: Sequence[SeatRow], now: int) -> None:
        entry = self._entry(request.event, now)
        for seat in (*request.seats, *marked.given_up):
            take_back(entry, seat, request.token)
        holder = self._holder(request.event, request.holder)
        if holder.selection.token == request.token:
            holder.selection = Selection(seats=holder.selection.before)
        if holder.until == request.hold_until:
            holder.until, holder.began = marked.held_until_before or None, marked.held_until_before is not None
        if not marked.held_until_before:
            self.admission.user(request.visitor).holds.pop(request.event.event_id, None)
        copy_rows(entry, rows, now)
        entry.changed(now)

    def take_back(self, request: MarkRequest, seats: Sequence[str], now: int) -> None:
        self._check_up()
        if (entry := self._entries.get(request.event.event_id)) is not None:
            for seat in seats:
                take_back(entry, seat, request.token)
            entry.changed(now)

    def free(
        self, event: Event, visitor: Visitor, order: Order, seats: Sequence[str], token: str, released: bool, now: int
    ) -> None:
        entry = self._entry(event, now)
        empty = Mark(token, None, None, 0, now)
        for seat in seats:
            mark, row = entry.marks.get(seat), entry.rows.get(seat)
            row_is_theirs = row is not None and row.order_id == order.order_id
            if row_is_theirs if mark is None else let_go(mark, order, now):
                entry.marks[seat] = empty
            elif mark is not None and (row_is_theirs if mark.covers is None else let_go(mark.covers, order, now)):
                entry.marks[seat] = replace(mark, covers=empty)
        entry.changed(now)
        if released:
            self.admission.user(visitor).holds.pop(event.event_id, None)
            holder = self._holder(event, order.holder)
            holder.selection = Selection()
            if not visitor.desk:
                holder.until = None
                holder.let_go = [at for at in holder.let_go if now - at < FIVE_MINUTES] + [now]

    def extend(self, event: Event, visitor: Visitor, order: Order, now: int) -> None:
        entry, until = self._entry(event, now), order.hold_until
        for seat in order.seat_prices:
            if (mark := entry.marks.get(seat)) is not None:
                covers = moved(mark.covers, order) if mark.covers is not None else None
                entry.marks[seat] = replace(moved(mark, order), covers=covers)
            row = entry.rows.get(seat)
            if row is not None and (row.status, row.order_id) == (HOLD, order.order_id):
                entry.rows[seat] = replace(row, hold_until=max(row.hold_until, until))
        holder = self._holder(event, order.holder)
        holder.until = None if holder.until is None else max(holder.until, until)
        holds = self.admission.user(visitor).holds
        if event.event_id in holds:
            holds[event.event_id] = max(holds[event.event_id], until)
        entry.changed(now)

    def admit(self, visitor: Visitor, action: str, now: int) -> Admission:
        self._check_up()
        return self.admission.passes(visitor, action, now)

    def read_map(self, event: Event, visitor: Visitor | None, now: int, fresh: bool = False) -> CachedMap:
        entry = self._entry(event, now)
        admission = self.admission.passes(visitor, "look", now) if visitor is not None else Admission()
        if admission.code is not None:
            return CachedMap(admission, {}, None, now)
        packed = entry.packed
        if fresh or packed is None or abs(now - packed.packed_at) >= self._map_shared_ms:
            rate = entry.tries[now // TRIES_WINDOW_MS - 1] * 1000 / TRIES_WINDOW_MS
            packed = entry.packed = CachedMap(Admission(), self._states(entry, now), entry.loaded_at, now, rate)
        return packed

    def lease(self, event: Event, token: str, now: int) -> str | None:
        return self._grant(self._entry(event, now), token, now)

    def load(self, event: Event, rows: Sequence[SeatRow], read_at: int, lease: str | None) -> None:
        entry = self._entry(event, read_at)
        copy_rows(entry, rows, read_at)
        for seat, mark in list(entry.marks.items()):
            if seat not in entry.rows and read_at - mark.made_at >= FRESH_MARK_MS:
                del entry.marks[seat]
        entry.changed(read_at)
        entry.loaded_at = max(entry.loaded_at or 0, read_at)
        if lease is not None and entry.lease is not None and entry.lease[0] == lease:
            entry.lease = None

    def copy(self, event: Event, rows: Sequence[SeatRow], read_at: int) -> None:
        entry = self._entry(event, read_at)
        copy_rows(entry, rows, read_at)
        entry.changed(read_at)

    def flush(self, event: Event) -> None:
        self._check_up()
        self._entries.pop(event.event_id, None)

    def purchased(self, event: Event, visitor: Visitor, sale: str | None) -> None:
        self._check_up()
        assert visitor.user_id is not None
        holder = self._holder(event, holder_of(visitor.user_id, sale))
        holder.until, holder.let_go, holder.selection = None, [], Selection()
        self.admission.user(visitor).holds.pop(event.event_id, None)

    def remember_queued(self, event: Event, ref: OrderRef) -> None:
        self._check_up()
        self._queued[event.event_id, ref.user_id, ref.order_id] = ref

    def queued(self, event: Event, visitor: Visitor, order_id: str) -> OrderRef | None:
        self._check_up()
        return self._queued.get((event.event_id, visitor.user_id, order_id))

    def _lane(self, visitor: Visitor, now: int) -> int:
        """Kept for ten minutes after the session's last request, which is noted once a minute at most."""
        life = SESSION_MS + SESSION_TOUCH_MS
        self._sessions = {user: kept for user, kept in self._sessions.items() if now - kept[1] < life}
        lane, touched = self._sessions.get(visitor.user_id, (None, now - life))
        if lane is None:
            counts = Counter(lane for lane, _ in self._sessions.values())
            lane = min(range(self._lanes), key=lambda number: counts[number])
        if now - touched >= SESSION_TOUCH_MS:
            self._sessions[visitor.user_id] = (lane, now)
        return lane

    def _check_up(self) -> None:
        if self.down:
            raise CacheDown("the fake is switched off")

    def _entry(self, event: Event, now: int) -> Entry:
        self._check_up()
        if event.over(now):
            self._entries.pop(event.event_id, None)
            return Entry()
        return self._entries.setdefault(event.event_id, Entry())

    def _holder(self, event: Event, holder: str) -> Holder:
        return self._holders.setdefault((event.event_id, holder), Holder())

    def _may_be_marked(self, entry: Entry, seat: str, holder: str, now: int) -> bool:
        mark, row = entry.marks.get(seat), entry.rows.get(seat)
        if mark is not None:
            return mark.order_id is None or mark.holder == holder or mark.until + self._clock_skew_ms <= now
        return row is None or row.can_be_taken(holder, now, self._clock_skew_ms)

    def _grant(self, entry: Entry, token: str, now: int) -> str | None:
        if entry.loaded_at is not None and now - entry.loaded_at < self._reload_ms:
            return None
        if entry.lease is not None and entry.lease[1] > now:
            return None
        entry.lease = (f"{now}|{token}", now + LEASE_MS)
        return entry.lease[0]

    def _states(self, entry: Entry, now: int) -> dict[str, SeatState]:
        shown = {seat: row for seat, row in entry.rows.items() if seat not in entry.marks}
        for seat, mark in entry.marks.items():
            shown[seat] = SeatRow(seat, EMPTY if mark.order_id is None else HOLD, 0, hold_until=mark.until)
        return {seat: state_of(row, now, self._clock_skew_ms) for seat, row in shown.items()}


def still_given(entry: Entry, seat: str, request: MarkRequest) -> bool:
    """Whether the entry gives a seat to this holder, as marked or as written, and nobody has begun to pay for it."""
    mark, row = entry.marks.get(seat), entry.rows.get(seat)
    if row is not None and row.pinned:
        return False
    if mark is None:
        return row is not None and (row.status, row.holder) == (HOLD, request.holder)
    return mark.token == request.token or mark.holder == request.holder


def moved(mark: Mark, order: Order) -> Mark:
    """The holder's mark of a hold, with the order's new end if that is later."""
    if mark.order_id is None or mark.holder != order.holder:
        return mark
    return replace(mark, until=max(mark.until, order.hold_until))


def let_go(mark: Mark, order: Order, now: int) -> bool:
    """Whether a write that frees a seat of this order has let go what the mark stands for."""
    of_the_holder = mark.holder == order.holder and mark.made_at <= max(now, order.changed_at)
    return mark.order_id == order.order_id or of_the_holder


def booked_in(entry: Entry, request: MarkRequest) -> tuple[str, ...]:
    rows = [entry.rows[seat] for seat in request.seats if seat in entry.rows and seat not in entry.marks]
    own = [row.order_id for row in rows if row.booked_by(request.holder) and row.order_id is not None]
    return tuple(dict.fromkeys(own)) if len(own) == len(request.seats) else ()


def lay(entry: Entry, seat: str, mark: Mark) -> None:
    """Over whatever lies there, one deep; the same request again changes nothing."""
    covered = entry.marks.get(seat)
    if covered is None or covered.token != mark.token:
        entry.marks[seat] = replace(mark, covers=replace(covered, covers=None) if covered else None)


def take_back(entry: Entry, seat: str, token: str) -> None:
    """What one request has laid on top, or under another's, is gone."""
    top = entry.marks.pop(seat, None)
    if top is not None and top.token == token:
        top = top.covers
    elif top is not None and top.covers is not None and top.covers.token == token:
        top = replace(top, covers=None)
    if top is not None:
        entry.marks[seat] = top


def copy_rows(entry: Entry, rows: Sequence[SeatRow], read_at: int) -> None:
    """A newer row replaces the entry, an equal one everything except a fresh mark, an older one nothing."""
    for row in rows:
        known = entry.rows.get(row.seat_id)
        known_version = known.version if known else 0
        if row.version < known_version:
            continue
        entry.rows[row.seat_id] = row
        mark = entry.marks.get(row.seat_id)
        if mark is not None and (row.version > known_version or read_at - mark.made_at >= FRESH_MARK_MS):
            del entry.marks[row.seat_id]
