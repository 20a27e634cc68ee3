"""Two films in one room at once."""

from collections.abc import Iterator, Sequence

from box_office.domain.catalogue import Event
from operations.catalogue.planning.clocks import UTC_FORMAT, utc
from operations.catalogue.planning.plan import Facts, Path, Problem, Showing


def overlaps(showings: Sequence[Showing], stored: Facts) -> list[Problem]:
    """Two films in one room at once, whether both are in the plan or one is in the tables."""
    planned = {showing.event.event_id: showing for showing in showings}
    by_room: dict[str, list[tuple[Event, Path | None]]] = {}
    for showing in planned.values():
        by_room.setdefault(showing.event.room_id, []).append((showing.event, showing.path))
    for room_id, events in stored.events_of_room.items():
        if room_id in by_room:
            by_room[room_id] += [(event, None) for event in events if event.event_id not in planned]
    return [problem for events in by_room.values() for problem in overlaps_in_room(events)]


def overlaps_in_room(events: Sequence[tuple[Event, Path | None]]) -> Iterator[Problem]:
    running = sorted(
        ((event, path) for event, path in events if event.cancelled_at is None),
        key=lambda one: (one[0].movie_time, one[0].event_id),
    )
    latest, latest_path = None, None
    for event, path in running:
        if latest is not None and event.movie_time < latest.end_time:
            where = path or latest_path
            other = latest if path else event
            if where is not None:  # two events that the tables hold already are not this plan's doing
                yield Problem(
                    where, f"room {event.room_id!r} is taken by event {other.event_id!r} until {until(other)}"
                )
        if latest is None or event.end_time > latest.end_time:
            latest, latest_path = event, path


def until(event: Event) -> str:
    return f"{utc(event.end_time):{UTC_FORMAT}}"
