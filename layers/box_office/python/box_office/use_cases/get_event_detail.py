"""One showing with its film, theater and room: what a page needs to draw it."""

from dataclasses import dataclass

from box_office.domain.catalogue import Event, Movie, Room, Theater
from box_office.ports import Catalogue


@dataclass(frozen=True)
class EventDetail:
    event: Event
    movie: Movie
    theater: Theater
    room: Room
    as_of: int
    stale: bool


def get_event_detail(catalogue: Catalogue, event_id: str, now: int) -> EventDetail:
    """As old as the oldest of its parts. Raises UnknownEvent, Unavailable."""
    event = catalogue.event(event_id, now)
    movie = catalogue.movie(event.value.movie_id, now)
    theater = catalogue.theater(event.value.theater_id, now)
    room = catalogue.room(event.value.room_id, now)
    parts = (event, movie, theater, room)
    return EventDetail(
        event.value,
        movie.value,
        theater.value,
        room.value,
        min(part.as_of for part in parts),
        any(part.stale for part in parts),
    )
