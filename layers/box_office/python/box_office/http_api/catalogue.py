"""The catalogue's facts as API.md shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from box_office.domain.catalogue import Event, Movie, Room, Theater
from box_office.http_api.representation import iso_ms, iso_seconds
from box_office.ports import Known, ListedMovie, MoviePage, TheaterPage

if TYPE_CHECKING:  # no cold start pays for the shapes of answers
    from box_office.http_api import answers

# All clients get the same answer. CloudFront may keep it half a minute, answer with it while it fetches another, and go
# on for a day while the API does not answer.
PUBLIC = {"Cache-Control": "public, s-maxage=30, stale-while-revalidate=30, stale-if-error=86400"}


def status_of(stale: bool) -> str:
    return "STALE" if stale else "OK"


def movie_list(known: Known[MoviePage]) -> answers.MovieList:
    return {
        "movies": [listed_movie(listed) for listed in known.value.movies],
        "next_cursor": known.value.next_cursor,
        "as_of": iso_ms(known.as_of),
    }


def listed_movie(listed: ListedMovie) -> answers.ListedMovie:
    return {
        "movie_id": listed.movie.movie_id,
        "title": listed.movie.title,
        "length": listed.movie.length,
        "certificate": listed.movie.certificate,
        "year": listed.movie.year,
        "director": listed.movie.director,
        "next_movie_time": iso_seconds(listed.next_movie_time),
        "genres": listed.movie.genres,
        "poster": listed.movie.poster,
        "released": listed.movie.released,
    }


def movie_detail(movie: Movie, showings: Sequence[tuple[Theater, Sequence[Event]]], as_of: int) -> answers.MovieDetail:
    return {
        "movie_id": movie.movie_id,
        "title": movie.title,
        "details": movie.details,
        "length": movie.length,
        "certificate": movie.certificate,
        "year": movie.year,
        "director": movie.director,
        "genres": movie.genres,
        "poster": movie.poster,
        "released": movie.released,
        "as_of": iso_ms(as_of),
        "theaters": [
            {
                "theater_id": theater.theater_id,
                "name": theater.name,
                "time_zone": theater.time_zone,
                "currency": theater.currency,
                "events": [showing(event) for event in events],
            }
            for theater, events in showings
        ],
    }


def showing(event: Event) -> answers.Showing:
    return {
        "event_id": event.event_id,
        "movie_time": iso_seconds(event.movie_time),
        "end_time": iso_seconds(event.end_time),
        "sales_end": iso_seconds(event.sales_end),
        "room_name": event.room_name,
        "language": event.language,
        "subtitles": event.subtitles,
        "formats": event.formats,
        "access": event.access,
    }


def theater_list(known: Known[TheaterPage]) -> answers.TheaterList:
    return {
        "theaters": [theater_facts(theater) for theater in known.value.theaters],
        "next_cursor": known.value.next_cursor,
        "as_of": iso_ms(known.as_of),
    }


def theater_facts(theater: Theater) -> answers.TheaterFacts:
    return {
        "theater_id": theater.theater_id,
        "name": theater.name,
        "address": theater.address,
        "info": theater.info,
        "time_zone": theater.time_zone,
        "currency": theater.currency,
    }


def theater_detail(theater: Theater, rooms: Sequence[Room]) -> answers.TheaterDetail:
    return {
        **theater_facts(theater),
        "rooms": [
            {"room_id": room.room_id, "room_name": room.room_name, "seat_count": room.seat_count} for room in rooms
        ],
    }
