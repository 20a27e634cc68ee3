"""The seat map: cache, else table, else the last one seen. Never an error because of staleness (DESIGN section 8)."""

from contextlib import suppress
from dataclasses import dataclass

from box_office.domain.catalogue import Event, Room
from box_office.domain.errors import Unavailable
from box_office.domain.seat_map import SeatMap, seat_map, states_of
from box_office.ports import CacheDown, Catalogue, Clock, Ids, LastSeen, SeatCache, Seats, Seen, Visitor
from box_office.use_cases.admission import refusal
from box_office.use_cases.reload_event import reload_event

STALE_MS = 60_000  # an entry is read again within a minute: one that is older could not be


@dataclass(frozen=True)
class LookPorts:
    catalogue: Catalogue
    seats: Seats
    cache: SeatCache
    last_seen: LastSeen
    clock: Clock
    ids: Ids


@dataclass(frozen=True)
class LookRules:
    reload_ms: int
    clock_skew_ms: int
    keep_ms: int = 0  # how long one look serves all who ask this process: a million watchers poll SeatMap


@dataclass(frozen=True)
class MapSeen:
    event: Event
    room: Room
    map: SeatMap
    seen: Seen


def look_at_seats(event: Event, visitor: Visitor, ports: LookPorts, rules: LookRules, now: int) -> MapSeen:
    """Raises RateLimited or Blocked from admission, and what the catalogue raises; never for staleness."""
    room = ports.catalogue.room(event.room_id, now).value
    kept = ports.last_seen.get(event.event_id)
    if kept is not None and 0 <= now - kept.as_of < rules.keep_ms:
        seen = kept
    else:
        seen = look(event, visitor, ports, rules, now)
        if not seen.stale:  # so what is kept was right when it was seen
            ports.last_seen.put(event.event_id, seen)
    return MapSeen(event, room, seat_map(room, seen.states, event.on_sale(now)), seen)


def look(event: Event, visitor: Visitor, ports: LookPorts, rules: LookRules, now: int) -> Seen:
    if event.over(now):
        return look_after_the_end(visitor, ports, now)
    try:
        return look_in_cache(event, visitor, ports, rules, now)
    except CacheDown:
        return look_in_table(event, ports, rules, now)


def look_in_cache(event: Event, visitor: Visitor, ports: LookPorts, rules: LookRules, now: int) -> Seen:
    """Raises CacheDown, RateLimited, Blocked."""
    looked = ports.cache.look(event, visitor, 1, now)
    if looked.admission.code is not None:
        raise refusal(looked.admission)
    due = looked.loaded_at is None or now - looked.loaded_at >= rules.reload_ms
    if not due:
        return Seen(looked.seats, now, looks_per_second=looked.looks_per_second)
    try:
        lease = ports.cache.lease(event, ports.ids.token(), now)
        if lease is not None:
            reload_event(event, ports.seats, ports.cache, lease, now)
            looked = ports.cache.look(event, None, 0, now)
        elif looked.loaded_at is not None and now - looked.loaded_at >= STALE_MS:
            # Whoever has the lease has not managed to read it: the table is out of reach.
            return Seen(looked.seats, looked.loaded_at, stale=True, looks_per_second=looked.looks_per_second)
        elif looked.loaded_at is None:
            # Another caller is reading it into the cache: the table answers this one.
            return look_in_table(event, ports, rules, now)
    except Unavailable:
        if looked.loaded_at is None:
            return last_known(event, ports)
        return Seen(looked.seats, looked.loaded_at, stale=True, looks_per_second=looked.looks_per_second)
    return Seen(looked.seats, now, looks_per_second=looked.looks_per_second)


def look_after_the_end(visitor: Visitor, ports: LookPorts, now: int) -> Seen:
    """Its entry is gone, and nothing is to be had any more: no table is read for that. Raises as `look_in_cache`."""
    with suppress(CacheDown):
        admission = ports.cache.admit(visitor, "look", now)
        if admission.code is not None:
            raise refusal(admission)
    return Seen({}, now)


def look_in_table(event: Event, ports: LookPorts, rules: LookRules, now: int) -> Seen:
    """If it does not answer either: the last that is known."""
    try:
        rows = ports.seats.of_event(event.event_id)
    except Unavailable:
        return last_known(event, ports)
    return Seen(states_of(rows, now, rules.clock_skew_ms), now)


def last_known(event: Event, ports: LookPorts) -> Seen:
    """Neither cache nor table: what was seen last, else the room as it was when the event was listed, all free."""
    kept = ports.last_seen.get(event.event_id)
    if kept is not None:
        return Seen(kept.states, kept.as_of, stale=True)
    return Seen({}, event.listed_at, stale=True)
