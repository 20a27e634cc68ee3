"""Finds the event that a request means: a film at a theater, by the event's id or the next one on sale."""

from collections.abc import Callable, Sequence

from box_office.domain.catalogue import Event
from box_office.domain.errors import UnknownEvent
from box_office.ports import Catalogue, Known


def find_event(catalogue: Catalogue, movie_id: str, theater_id: str, event_id: str, now: int) -> Known[Event]:
    """Raises UnknownMovie, UnknownTheater, UnknownEvent."""
    try:
        event = catalogue.event(event_id, now)
    except UnknownEvent:
        check_pair(catalogue, movie_id, theater_id, now)
        raise
    if (event.value.movie_id, event.value.theater_id) != (movie_id, theater_id):
        check_pair(catalogue, movie_id, theater_id, now)
        raise UnknownEvent("This film has no such showing at this theater.")
    return event


def next_event(
    catalogue: Catalogue,
    movie_id: str,
    theater_id: str,
    now: int,
    prefer: Callable[[Sequence[Event]], Event | None] = lambda events: None,
) -> Known[Event]:
    """Of the events of this film and theater that are not over, the one that `prefer` picks, else the next on sale.

    Raises UnknownMovie, UnknownTheater, UnknownEvent."""
    events = catalogue.events_of_pair(movie_id, theater_id, now)
    if not events.value:
        check_pair(catalogue, movie_id, theater_id, now)
        raise UnknownEvent("This film has no showing to come at this theater.")
    on_sale = (event for event in events.value if event.on_sale(now))
    # If none is on sale any more, the first that is not over: the caller then reads that its sales have closed.
    chosen = prefer(events.value) or next(on_sale, events.value[0])
    return Known(chosen, events.as_of, events.stale)


def check_pair(catalogue: Catalogue, movie_id: str, theater_id: str, now: int) -> None:
    catalogue.movie(movie_id, now)
    catalogue.theater(theater_id, now)
