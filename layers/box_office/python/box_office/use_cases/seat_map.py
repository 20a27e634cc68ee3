"""The seat map: from the cache, else the table, else the last one that this process read (DESIGN section 8)."""

from contextlib import suppress
from dataclasses import dataclass

from box_office.domain.catalogue import Event, Room, seats_off_sale
from box_office.domain.errors import Unavailable
from box_office.domain.seat_map import SeatMap, map_of_room, states_of
from box_office.ports import Blocks, CacheDown, Catalogue, Clock, Ids, LastSeen, SeatCache, Seats, Seen, Visitor
from box_office.use_cases.admission import refusal
from box_office.use_cases.reload_event import reload_event

STALE_MS = 60_000  # the entry is older than this only if no caller asked, or none could read the table


@dataclass(frozen=True)
class SeatMapPorts:
    catalogue: Catalogue
    seats: Seats
    cache: SeatCache
    last_seen: LastSeen
    clock: Clock
    ids: Ids
    blocks: Blocks


@dataclass(frozen=True)
class SeatMapRules:
    reload_ms: int
    clock_skew_ms: int
    keep_ms: int  # so long the process answers with one reading: a million watchers poll SeatMap


@dataclass(frozen=True)
class MapSeen:
    event: Event
    room: Room
    map: SeatMap
    seen: Seen


def seat_map(event: Event, visitor: Visitor, ports: SeatMapPorts, rules: SeatMapRules, now: int) -> MapSeen:
    """Raises RateLimited or Blocked from admission, and the catalogue's errors. A stale map is no error."""
    room = ports.catalogue.room(event.room_id, now).value
    kept = ports.last_seen.get(event.event_id)
    if kept is not None and 0 <= now - kept.as_of < rules.keep_ms:
        seen = kept
    else:
        seen = read_seats(event, visitor, ports, rules, now)
        if not seen.stale:  # a kept map was right when it was read
            ports.last_seen.put(event.event_id, seen)
    shown = map_of_room(room, seen.states, event.on_sale(now), seats_off_sale(event, room))
    return MapSeen(event, room, shown, seen)


def read_seats(event: Event, visitor: Visitor, ports: SeatMapPorts, rules: SeatMapRules, now: int) -> Seen:
    if event.over(now):
        return seats_after_the_end(visitor, ports, now)
    try:
        return read_cached_seats(event, visitor, ports, rules, now)
    except CacheDown:
        return read_seats_from_table(event, ports, rules, now)


def read_cached_seats(event: Event, visitor: Visitor, ports: SeatMapPorts, rules: SeatMapRules, now: int) -> Seen:
    """Raises CacheDown, RateLimited, Blocked."""
    cached = ports.cache.read_map(event, visitor, now)
    if cached.admission.code is not None:
        raise refusal(cached.admission, ports.blocks)
    due = cached.loaded_at is None or now - cached.loaded_at >= rules.reload_ms
    if not due:
        return Seen(cached.seats, cached.packed_at, tries_per_second=cached.tries_per_second)
    try:
        lease = ports.cache.lease(event, ports.ids.token(), now)
        if lease is not None:
            reload_event(event, ports.seats, ports.cache, lease, now)
            cached = ports.cache.read_map(event, None, now, fresh=True)
        elif cached.loaded_at is not None and now - cached.loaded_at >= STALE_MS:
            # The caller that has the lease has not read the event in time: the table is out of reach.
            return Seen(cached.seats, cached.loaded_at, stale=True, tries_per_second=cached.tries_per_second)
        elif cached.loaded_at is None:
            # Another caller is reading the event into the cache: this one reads the table itself.
            return read_seats_from_table(event, ports, rules, now)
    except Unavailable:
        if cached.loaded_at is None:
            return last_known(event, ports)
        return Seen(cached.seats, cached.loaded_at, stale=True, tries_per_second=cached.tries_per_second)
    return Seen(cached.seats, cached.packed_at, tries_per_second=cached.tries_per_second)


def seats_after_the_end(visitor: Visitor, ports: SeatMapPorts, now: int) -> Seen:
    """No seats: the event is over, and nothing of it is on sale, so no table is read. Raises RateLimited, Blocked."""
    with suppress(CacheDown):
        admission = ports.cache.admit(visitor, "look", now)
        if admission.code is not None:
            raise refusal(admission, ports.blocks)
    return Seen({}, now)


def read_seats_from_table(event: Event, ports: SeatMapPorts, rules: SeatMapRules, now: int) -> Seen:
    """The table's rows; if the table does not answer either, the last map that is known."""
    try:
        rows = ports.seats.of_event(event.event_id)
    except Unavailable:
        return last_known(event, ports)
    return Seen(states_of(rows, now, rules.clock_skew_ms), now)


def last_known(event: Event, ports: SeatMapPorts) -> Seen:
    """Neither cache nor table answers: the last map that this process read, else the room as it was when the event was
    listed, with all seats free."""
    kept = ports.last_seen.get(event.event_id)
    if kept is not None:
        return Seen(kept.states, kept.as_of, stale=True)
    return Seen({}, event.listed_at, stale=True)
