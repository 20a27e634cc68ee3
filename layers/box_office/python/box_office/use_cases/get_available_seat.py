"""GetAvailableSeat: the seats of an event that is named by its film and theater."""

from collections.abc import Sequence

from box_office.domain.catalogue import Event
from box_office.ports import Visitor
from box_office.use_cases.find_event import find_event, next_event
from box_office.use_cases.seat_map import MapSeen, SeatMapPorts, SeatMapRules, seat_map


def get_available_seat(
    movie_id: str, theater_id: str, event_id: str | None, visitor: Visitor, ports: SeatMapPorts, rules: SeatMapRules
) -> tuple[MapSeen, Sequence[Event]]:
    """The seat map of the named event of a film at a theater, or of the next on sale; and all events of that film and
    theater that are not over."""
    now = ports.clock.now_ms()
    if event_id is not None:
        event = find_event(ports.catalogue, movie_id, theater_id, event_id, now).value
    else:
        event = next_event(ports.catalogue, movie_id, theater_id, now).value
    seen = seat_map(event, visitor, ports, rules, now)
    return seen, ports.catalogue.events_of_pair(movie_id, theater_id, now).value
