"""Copies seat rows into the cache, after a function outside the network has changed them."""

from collections.abc import Sequence
from dataclasses import dataclass

from box_office.ports import Clock, Events, SeatCache, Seats


@dataclass(frozen=True)
class RefreshPorts:
    events: Events
    seats: Seats
    cache: SeatCache
    clock: Clock


def refresh_seats(event_id: str, seat_ids: Sequence[str], ports: RefreshPorts) -> None:
    """Raises Unavailable, CacheDown: the message comes again. Until then the cache is merely stale."""
    now = ports.clock.now_ms()
    event = ports.events.fresh(event_id)
    if event is not None and not event.over(now):
        ports.cache.copy(event, ports.seats.named(event_id, seat_ids), now)
