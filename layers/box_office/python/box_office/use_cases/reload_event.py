"""Reads an event's seats from the table into the cache. One caller does so at a time, at least once a minute while
customers ask for the event."""

from collections.abc import Sequence

from box_office.domain.catalogue import Event
from box_office.domain.seats import SeatRow
from box_office.ports import SeatCache, Seats


def reload_event(event: Event, seats: Seats, cache: SeatCache, lease: str, now: int) -> Sequence[SeatRow]:
    """Raises Unavailable or CacheDown; the lease then ends by time.

    The rows count as read at `now`, when the reading began: a mark that is made meanwhile counts as younger.
    """
    rows = seats.of_event(event.event_id)
    if not event.over(now):
        cache.load(event, rows, read_at=now, lease=lease)
    return rows
