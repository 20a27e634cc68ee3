"""A theater's programme of a day as API.md shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from box_office.domain.catalogue import Event, Movie
from box_office.domain.errors import InvalidRequest
from box_office.domain.holding import COMPANION
from box_office.http_api.catalogue import showing
from box_office.http_api.representation import iso_ms, major_units
from box_office.use_cases.get_programme import Programme

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers


def day_of(text: str | None) -> date | None:
    """Raises InvalidRequest for what is no day, as in 2026-11-30."""
    if text is None:
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError("another spelling")
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest("date must be a day, as in 2026-11-30.", "date") from error


def programme(shown: Programme) -> answers.Programme:
    return {
        "theater_id": shown.theater.theater_id,
        "date": shown.day.isoformat(),
        "time_zone": shown.theater.time_zone,
        "currency": shown.theater.currency,
        "movies": [film_of_the_day(movie, events) for movie, events in shown.movies],
        "dates": [day.isoformat() for day in shown.days],
        "as_of": iso_ms(shown.as_of),
    }


def film_of_the_day(movie: Movie, events: Sequence[Event]) -> answers.MovieOfTheDay:
    return {
        "movie_id": movie.movie_id,
        "title": movie.title,
        "length": movie.length,
        "certificate": movie.certificate,
        "year": movie.year,
        "director": movie.director,
        "poster": movie.poster,
        "events": [showing_of_the_day(event) for event in events],
    }


def showing_of_the_day(event: Event) -> answers.ShowingOfTheDay:
    lowest = min((price for category, price in event.prices.items() if category != COMPANION), default=None)
    return {
        **showing(event),
        "price_from": major_units(lowest, event.currency) if lowest is not None else None,
        "cancelled_at": iso_ms(event.cancelled_at) if event.cancelled_at is not None else None,
    }
