"""Available_seat_elastic_Cache: one hash an event, and admission's buckets. A filter, never the lock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from box_office.adapters.valkey.admission_keys import address_key, shard_of, user_key
from box_office.adapters.valkey.connection import Call, Script, ValkeyConnection
from box_office.domain.blocks import Kind, Subject, overflow
from box_office.domain.catalogue import Event
from box_office.domain.order_keys import current_key, parse_order_key
from box_office.domain.orders import Order, OrderRef, holder_of
from box_office.domain.seat_map import SeatState, state_of
from box_office.domain.seats import EMPTY, HOLD, SeatRow, status_of
from box_office.ports import Admission, CachedMap, Marked, MarkRequest, Visitor

ADMISSION, UNDO, COPY, FREE, LANE, EXTEND = map(Script, ("admission", "undo", "copy", "free", "lane", "extend"))
MARK, LEASE = Script("lease_right", "mark"), Script("lease_right", "lease")
LEASE_MS = 5_000
FRESH_MARK_MS = 5_000
READS_WINDOW_MS = 10_000
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
    ) -> None:
        self._connection = connection
        self._limits = limits
        self._shards = shards
        self._lanes = lanes
        self._reload_ms = reload_ms
        self._clock_skew_ms = clock_skew_ms

    def mark(self, request: MarkRequest, now: int) -> Marked:
        visitor = request.visitor
        marks_max = self._limits.marks_per_minute_max * (self._limits.desk_factor if visitor.desk else 1)
        arguments = (now, request.holder, request.token, request.order_id, request.hold_until, request.event.end_time)
        limits = (self._clock_skew_ms, marks_max, self._reload_ms, request.seat_count, LEASE_MS)
        keys = (seats_key(request.event), holder_key(request.event, request.holder))
        weight = 0 if request.admitted else 1
        user, address, lane, answer = self._connection.run(
            [
                self._user_admission(visitor, "hold", now, weight, request.event, request.hold_until),
                self._address_admission(visitor.address, "hold", now, weight),
                self._lane(visitor, now),
                Call(MARK, keys, (*arguments, *limits, *request.seats)),
            ]
        )
        verdict, retry_ms, next_release, before, lease, *seats = answer
        admission = self._admission(visitor, (user, address), now)
        if admission.code is None and verdict == "rate_limited":
            admission = Admission("rate_limited", seconds(retry_ms))
        return Marked(
            admission=admission,
            marked=verdict == "marked",
            taken=tuple(seats) if verdict in ("taken", "own_booked") else (),
            own_booked=verdict == "own_booked",
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
        self._connection.run(calls)

    def take_back(self, request: MarkRequest, seats: Sequence[str]) -> None:
        self._connection.run([Call(UNDO, (seats_key(request.event),), (request.token, 0, 0, *seats))])

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
        self._connection.run(calls)

    def extend(self, event: Event, visitor: Visitor, order: Order, now: int) -> None:
        holder, holds = holder_key(event, order.holder), self._user_key("holds", visitor)
        arguments = (order.order_id, order.holder, order.hold_until, event.end_time)
        calls = [
            Call(EXTEND, (seats_key(event), holder), (*arguments, *order.seat_prices)),
            Call(None, (holds,), ("ZADD", holds, "XX", "GT", order.hold_until, event.event_id)),
            Call(None, (holds,), ("PEXPIREAT", holds, order.hold_until, "GT")),
        ]
        self._connection.run(calls)

    def admit(self, visitor: Visitor, action: str, now: int) -> Admission:
        return self._admission(visitor, self._connection.run(self._admissions(visitor, action, now)), now)

    def read_map(self, event: Event, visitor: Visitor | None, readers: int, now: int) -> CachedMap:
        key, count = seats_key(event), f"{{ev:{event.event_id}}}:looks:{now // READS_WINDOW_MS}"
        before = f"{{ev:{event.event_id}}}:looks:{now // READS_WINDOW_MS - 1}"
        admissions = self._admissions(visitor, "look", now) if visitor else []
        *refusals, entry, _, _, last = self._connection.run(
            [
                *admissions,
                Call(None, (key,), ("HGETALL", key)),
                Call(None, (count,), ("INCRBY", count, readers)),
                Call(None, (count,), ("PEXPIRE", count, 3 * READS_WINDOW_MS)),
                Call(None, (before,), ("GET", before)),
            ]
        )
        return CachedMap(
            admission=self._admission(visitor, refusals, now) if visitor else Admission(),
            seats=seat_states(entry, now, self._clock_skew_ms),
            loaded_at=int(entry["@loaded"]) if "@loaded" in entry else None,
            reads_per_second=int(last or 0) * 1000 / READS_WINDOW_MS,
        )

    def lease(self, event: Event, token: str, now: int) -> str | None:
        arguments = (now, token, LEASE_MS, self._reload_ms, event.end_time)
        (right,) = self._connection.run([Call(LEASE, (seats_key(event),), arguments)])
        return right or None

    def copy(self, event: Event, rows: Sequence[SeatRow], read_at: int) -> None:
        if rows:
            self._connection.run([copy_call(event, rows, read_at, whole=False, lease="")])

    def purchased(self, event: Event, visitor: Visitor, sale: str | None) -> None:
        assert visitor.user_id is not None
        holder, holds = holder_key(event, holder_of(visitor.user_id, sale)), self._user_key("holds", visitor)
        calls = [
            Call(None, (holder,), ("HDEL", holder, "let_go", "until", "selection")),
            Call(None, (holds,), ("ZREM", holds, event.event_id)),
        ]
        self._connection.run(calls)

    def flush(self, event: Event) -> None:
        key = seats_key(event)
        self._connection.run([Call(None, (key,), ("UNLINK", key))])

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
        self._connection.run([copy_call(event, rows, read_at, whole=True, lease=lease or "")])

    def _admissions(self, visitor: Visitor, action: str, now: int) -> list[Call]:
        calls = [self._address_admission(visitor.address, action, now)]
        if visitor.user_id is not None:
            calls.insert(0, self._user_admission(visitor, action, now))
        return calls

    def _admission(self, visitor: Visitor, answers: Sequence[Sequence[Any]], now: int) -> Admission:
        """The first refusal among admission's answers, of the user first, and the blocks that refusals began."""
        limits = self._limits
        subjects = [(Subject(Kind.ADDRESS, visitor.address), limits.address_refusals_max)]
        if visitor.user_id is not None:
            subjects.insert(0, (Subject(Kind.USER, visitor.user_id), limits.user_refusals_max))
        begun = [
            overflow(subject, refusals_max, now, ends_at)
            for (subject, refusals_max), (_, _, *ends) in zip(subjects, answers, strict=True)
            for ends_at in ends
        ]
        return replace(first_refusal(*answers), begun=tuple(begun))

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


def holder_key(event: Event, holder: str) -> str:
    # The key has the old word for holder: while a release replaces another, both read this key.
    return f"{{ev:{event.event_id}}}:part:{holder}"


def queued_key(event: Event, user_id: str, order_id: str) -> str:
    return f"{{ev:{event.event_id}}}:queued:{user_id}:{order_id}"


def copy_call(event: Event, rows: Sequence[SeatRow], read_at: int, whole: bool, lease: str) -> Call:
    arguments = (read_at, int(whole), event.end_time, FRESH_MARK_MS, lease)
    return Call(COPY, (seats_key(event),), (*arguments, *map(packed, rows)))


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


def seat_states(entry: Mapping[str, str], now: int, clock_skew_ms: int) -> dict[str, SeatState]:
    """Seats as the map shows them: a mark reads as a hold, a mark of a seat that was just freed as empty."""
    states: dict[str, SeatState] = {}
    for field, value in entry.items():
        kind, _, seat = field.partition(":")
        if kind == "s" and f"m:{seat}" not in entry:
            status, _, until, version, _, pinned = value.split("|")
            row = SeatRow(seat, status_of(status), int(version), hold_until=int(until), pinned=pinned == "1")
            states[seat] = state_of(row, now, clock_skew_ms)
        elif kind == "m":
            mark, _, _, _, until, _ = value.split(";")[0].split("|")
            row = SeatRow(seat, HOLD if mark == "h" else EMPTY, 0, hold_until=int(until))
            states[seat] = state_of(row, now, clock_skew_ms)
    return states
