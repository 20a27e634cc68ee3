"""Available_seat_elastic_Cache: one hash an event, and admission's buckets. A filter, never the lock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from box_office.adapters.valkey.admission_keys import address_key, shard_of, user_key
from box_office.adapters.valkey.connection import Call, Script, ValkeyConnection
from box_office.domain.blocks import Kind, Subject, overflow
from box_office.domain.catalogue import Event
from box_office.domain.order_keys import current_key, parse_order_key
from box_office.domain.orders import Order, OrderRef, holder_of
from box_office.domain.seat_map import SeatState
from box_office.domain.seats import BOOKED, HOLD, SeatRow
from box_office.ports import Admission, CachedMap, Marked, MarkRequest, Visitor

ADMISSION, UNDO, COPY, FREE, LANE, EXTEND = map(Script, ("admission", "undo", "copy", "free", "lane", "extend"))
MARK, LEASE = Script("lease_right", "taken_until", "mark"), Script("lease_right", "lease")
PACK, MAP_CHANGED = Script("taken_until", "pack"), Script("map_changed")
LEASE_MS = 5_000
FRESH_MARK_MS = 5_000
TRIES_WINDOW_MS = 10_000
QUIET_TRIES = 20  # in a window: after each of so many changes the map is packed anew, a tenth of what its slot can do
EMPTY_LETTER = "e"
STATUS_OF_LETTER = {"h": HOLD, "p": HOLD, "b": BOOKED}  # `p`: pinned
ENDS_TOLD = 10  # of holds, in a packed map: the first to lapse say when a room without a free seat has one again
SESSION_MS = 600_000  # a session keeps its lane for so long after its last request
SESSION_TOUCH_MS = 60_000
SESSIONS_TRIMMED_MAX = 100  # lapsed sessions that one call removes
QUEUED_MS = 600_000  # longer than `queued_hold_seconds_max`, after which no worker makes the hold


@dataclass(frozen=True)
class Bucket:
    per_second: int
    burst: int


@dataclass(frozen=True)
class AdmissionLimits:
    hold: Bucket
    look: Bucket
    address: Bucket
    desk_factor: int
    user_refusals_max: int
    address_refusals_max: int
    block_ms: int  # of a user or an address that was refused so often
    live_holds_max: int
    marks_per_minute_max: int


class ValkeySeats:
    """ports.SeatCache over a Valkey cluster."""

    def __init__(
        self,
        connection: ValkeyConnection,
        limits: AdmissionLimits,
        shards: int,
        lanes: int,
        reload_ms: int,
        clock_skew_ms: int,
        map_shared_ms: int,
    ) -> None:
        self._connection = connection
        self._limits = limits
        self._shards = shards
        self._lanes = lanes
        self._reload_ms = reload_ms
        self._clock_skew_ms = clock_skew_ms
        self._map_shared_ms = map_shared_ms

    def mark(self, request: MarkRequest, now: int) -> Marked:
        visitor = request.visitor
        marks_max = self._limits.marks_per_minute_max * (self._limits.desk_factor if visitor.desk else 1)
        arguments = (now, request.holder, request.token, request.order_id, request.hold_until, request.event.end_time)
        limits = (self._clock_skew_ms, marks_max, self._reload_ms, request.seat_count, LEASE_MS)
        rush = (3 * TRIES_WINDOW_MS, QUIET_TRIES)
        keys = (
            seats_key(request.event),
            holder_key(request.event, request.holder),
            tries_key(request.event, now // TRIES_WINDOW_MS),
            map_key(request.event),
        )
        weight = 0 if request.admitted else 1
        user, address, lane, answer = self._connection.run(
            [
                self._user_admission(visitor, "hold", now, weight, request.event, request.hold_until),
                self._address_admission(visitor.address, "hold", now, weight),
                self._lane(visitor, now),
                Call(MARK, keys, (*arguments, *limits, *rush, *request.seats)),
            ]
        )
        verdict, retry_ms, next_release, before, lease, booked_in, *seats = answer
        admission = self._admission(visitor, (user, address), now)
        if admission.code is None and verdict == "rate_limited":
            admission = Admission("rate_limited", seconds(retry_ms))
        return Marked(
            admission=admission,
            marked=verdict == "marked",
            taken=tuple(seats) if verdict == "taken" else (),
            booked_in=tuple(booked_in.split(",")) if booked_in else (),
            given_up=tuple(seats) if verdict == "marked" else (),
            next_release=next_release if next_release >= 0 else None,
            held_until_before=before if before >= 0 else None,
            lease=lease or None,
            lane=lane,
        )

    def undo(self, request: MarkRequest, marked: Marked, rows: Sequence[SeatRow], now: int) -> None:
        keys = (seats_key(request.event), holder_key(request.event, request.holder))
        before = -1 if marked.held_until_before is None else marked.held_until_before
        calls = [Call(UNDO, keys, (request.token, before, request.hold_until, *request.seats, *marked.given_up))]
        if not marked.held_until_before:
            holds = self._user_key("holds", request.visitor)
            calls.append(Call(None, (holds,), ("ZREM", holds, request.event.event_id)))
        if rows:
            calls.append(copy_call(request.event, rows, now, whole=False, lease=""))
        self._connection.run([*calls, map_changed(request.event, now)])

    def take_back(self, request: MarkRequest, seats: Sequence[str], now: int) -> None:
        undo = Call(UNDO, (seats_key(request.event),), (request.token, 0, 0, *seats))
        self._connection.run([undo, map_changed(request.event, now)])

    def free(
        self, event: Event, visitor: Visitor, order: Order, seats: Sequence[str], token: str, released: bool, now: int
    ) -> None:
        counted = released and not visitor.desk
        holder, holds = holder_key(event, order.holder), self._user_key("holds", visitor)
        let_go_until = max(now, order.changed_at)
        arguments = (now, order.order_id, token, event.end_time, int(counted), order.holder, let_go_until)
        calls = [Call(FREE, (seats_key(event), holder), (*arguments, *seats))]
        if released:
            calls.append(Call(None, (holder,), ("HDEL", holder, "selection")))
            calls.append(Call(None, (holds,), ("ZREM", holds, event.event_id)))
        self._connection.run([*calls, map_changed(event, now)])

    def extend(self, event: Event, visitor: Visitor, order: Order, now: int) -> None:
        holder, holds = holder_key(event, order.holder), self._user_key("holds", visitor)
        arguments = (order.order_id, order.holder, order.hold_until, event.end_time)
        calls = [
            Call(EXTEND, (seats_key(event), holder), (*arguments, *order.seat_prices)),
            Call(None, (holds,), ("ZADD", holds, "XX", "GT", order.hold_until, event.event_id)),
            Call(None, (holds,), ("PEXPIREAT", holds, order.hold_until, "GT")),
            map_changed(event, now),
        ]
        self._connection.run(calls)

    def admit(self, visitor: Visitor, action: str, now: int) -> Admission:
        return self._admission(visitor, self._connection.run(self._admissions(visitor, action, now)), now)

    def read_map(self, event: Event, visitor: Visitor | None, now: int, fresh: bool = False) -> CachedMap:
        """A second round trip if no map was packed within the last second: in a rush, when it counts, a plain GET costs
        the slot a fifteenth of a script."""
        key, pack = map_key(event), self._pack(event, now, fresh)
        shared = self._map_shared_ms > 0 and not fresh
        first = Call(None, (key,), ("GET", key)) if shared else pack
        *refusals, packed = self._connection.run([*(self._admissions(visitor, "look", now) if visitor else []), first])
        admission = self._admission(visitor, refusals, now) if visitor else Admission()
        if admission.code is not None:
            return CachedMap(admission, {}, None, now)
        if shared and (packed is None or abs(now - int(packed.partition("|")[0])) >= self._map_shared_ms):
            (packed,) = self._connection.run([pack])
        return unpacked(packed, admission)

    def _pack(self, event: Event, now: int, fresh: bool) -> Call:
        keys = (seats_key(event), map_key(event), tries_key(event, now // TRIES_WINDOW_MS - 1))
        shared_ms = self._map_shared_ms
        arguments = (now, self._clock_skew_ms, 0 if fresh else shared_ms, 2 * shared_ms, ENDS_TOLD)
        return Call(PACK, keys, arguments)

    def lease(self, event: Event, token: str, now: int) -> str | None:
        arguments = (now, token, LEASE_MS, self._reload_ms, event.end_time)
        (right,) = self._connection.run([Call(LEASE, (seats_key(event),), arguments)])
        return right or None

    def copy(self, event: Event, rows: Sequence[SeatRow], read_at: int) -> None:
        if rows:
            self._connection.run([copy_call(event, rows, read_at, whole=False, lease=""), map_changed(event, read_at)])

    def purchased(self, event: Event, visitor: Visitor, sale: str | None) -> None:
        assert visitor.user_id is not None
        holder, holds = holder_key(event, holder_of(visitor.user_id, sale)), self._user_key("holds", visitor)
        calls = [
            Call(None, (holder,), ("HDEL", holder, "let_go", "until", "selection")),
            Call(None, (holds,), ("ZREM", holds, event.event_id)),
        ]
        self._connection.run(calls)

    def flush(self, event: Event) -> None:
        keys = (seats_key(event), map_key(event))
        self._connection.run([Call(None, keys, ("UNLINK", *keys))])

    def remember_queued(self, event: Event, ref: OrderRef) -> None:
        key = queued_key(event, ref.user_id, ref.order_id)
        where = current_key(ref.event_id, ref.sale)
        self._connection.run([Call(None, (key,), ("SET", key, where, "PX", QUEUED_MS))])

    def queued(self, event: Event, visitor: Visitor, order_id: str) -> OrderRef | None:
        assert visitor.user_id is not None
        key = queued_key(event, visitor.user_id, order_id)
        (where,) = self._connection.run([Call(None, (key,), ("GET", key))])
        if where is None:
            return None
        return OrderRef(visitor.user_id, event.event_id, order_id, parse_order_key(where).sale)

    def load(self, event: Event, rows: Sequence[SeatRow], read_at: int, lease: str | None) -> None:
        self._connection.run(
            [copy_call(event, rows, read_at, whole=True, lease=lease or ""), map_changed(event, read_at)]
        )

    def _admissions(self, visitor: Visitor, action: str, now: int) -> list[Call]:
        calls = [self._address_admission(visitor.address, action, now)]
        if visitor.user_id is not None:
            calls.insert(0, self._user_admission(visitor, action, now))
        return calls

    def _admission(self, visitor: Visitor, answers: Sequence[Sequence[Any]], now: int) -> Admission:
        """The first refusal among admission's answers, of the user first, and the blocks that refusals began."""
        refusal = first_refusal(*answers)
        if refusal.code is None:
            return refusal  # only a refusal begins a block
        limits = self._limits
        subjects = [(Subject(Kind.ADDRESS, visitor.address), limits.address_refusals_max)]
        if visitor.user_id is not None:
            subjects.insert(0, (Subject(Kind.USER, visitor.user_id), limits.user_refusals_max))
        begun = [
            overflow(subject, refusals_max, now, ends_at)
            for (subject, refusals_max), (_, _, *ends) in zip(subjects, answers, strict=True)
            for ends_at in ends
        ]
        return replace(refusal, begun=tuple(begun))

    def _user_admission(
        self,
        visitor: Visitor,
        action: str,
        now: int,
        weight: int = 1,
        event: Event | None = None,
        hold_until: int = 0,
    ) -> Call:
        bucket = self._limits.look if action == "look" else self._limits.hold
        factor = self._limits.desk_factor if visitor.desk else 1
        keys = [self._user_key("gate", visitor), self._user_key("blocked", visitor)]
        rates = (bucket.per_second * factor, bucket.burst * factor)
        arguments: list[str | int] = [
            now,
            "look" if action == "look" else "hold",  # a release fills the bucket of holds
            *rates,
            self._limits.user_refusals_max,
            self._limits.block_ms,
            weight,
            int(action != "release"),
        ]
        if event is not None and not visitor.desk:
            keys.append(self._user_key("holds", visitor))
            arguments += [event.event_id, hold_until, self._limits.live_holds_max]
        return Call(ADMISSION, keys, arguments)

    def _lane(self, visitor: Visitor, now: int) -> Call:
        assert visitor.user_id is not None
        shard = shard_of(visitor.user_id, self._shards)
        keys = [self._user_key("session", visitor), *(f"{{us:{shard}}}:lane:{lane}" for lane in range(self._lanes))]
        # A request within SESSION_TOUCH_MS of the last touch touches nothing, but its ten minutes are promised too.
        life = SESSION_MS + SESSION_TOUCH_MS
        return Call(LANE, keys, (now, visitor.user_id, life, SESSION_TOUCH_MS, SESSIONS_TRIMMED_MAX))

    def _address_admission(self, address: str, action: str, now: int, weight: int = 1) -> Call:
        bucket, limits = self._limits.address, self._limits
        rates = (bucket.per_second, bucket.burst, limits.address_refusals_max, limits.block_ms)
        arguments = (now, "any", *rates, weight, int(action != "release"))
        return Call(ADMISSION, (address_key("gate", address), address_key("blocked", address)), arguments)

    def _user_key(self, what: str, visitor: Visitor) -> str:
        assert visitor.user_id is not None
        return user_key(what, visitor.user_id, self._shards)


def seats_key(event: Event) -> str:
    return f"{{ev:{event.event_id}}}:seats"


def map_key(event: Event) -> str:
    return f"{{ev:{event.event_id}}}:map"


def tries_key(event: Event, window: int) -> str:
    return f"{{ev:{event.event_id}}}:tries:{window}"


def holder_key(event: Event, holder: str) -> str:
    # The key has the old word for holder: while a release replaces another, both read this key.
    return f"{{ev:{event.event_id}}}:part:{holder}"


def queued_key(event: Event, user_id: str, order_id: str) -> str:
    return f"{{ev:{event.event_id}}}:queued:{user_id}:{order_id}"


def copy_call(event: Event, rows: Sequence[SeatRow], read_at: int, whole: bool, lease: str) -> Call:
    arguments = (read_at, int(whole), event.end_time, FRESH_MARK_MS, lease)
    return Call(COPY, (seats_key(event),), (*arguments, *map(packed, rows)))


def map_changed(event: Event, now: int) -> Call:
    return Call(MAP_CHANGED, (map_key(event), tries_key(event, now // TRIES_WINDOW_MS)), (QUIET_TRIES,))


def packed(row: SeatRow) -> str:
    owner = (row.status, row.order_id or "", row.hold_until, row.version, row.holder or "", int(row.pinned))
    return "|".join(map(str, (row.seat_id, *owner)))


def first_refusal(*answers: Sequence[Any]) -> Admission:
    for code, retry_ms, *_ in answers:
        if code:
            return Admission(code, seconds(retry_ms))
    return Admission()


def seconds(milliseconds: int) -> int:
    return max(1, -(-int(milliseconds) // 1000))


def unpacked(packed: str, admission: Admission) -> CachedMap:
    """What pack.lua returned. Seats that are empty are left out."""
    at, loaded, tries, told, rows = packed.split("|")
    ends = dict(end.split(":") for end in told.split(",") if end)
    seats = {}
    for row in rows.split(";"):
        line, _, letters = row.partition("=")
        for number, letter in enumerate(letters, 1):
            if letter != EMPTY_LETTER:
                seat = f"{line}{number}"
                seats[seat] = SeatState(STATUS_OF_LETTER[letter], int(ends[seat]) if seat in ends else None)
    return CachedMap(
        admission,
        seats,
        loaded_at=int(loaded) if loaded else None,
        packed_at=int(at),
        tries_per_second=int(tries) * 1000 / TRIES_WINDOW_MS,
    )
