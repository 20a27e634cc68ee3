"""A catalogue in memory: a few facts, always fresh."""

from collections.abc import Mapping, Sequence

from box_office.domain.catalogue import Event, Movie, Room, Theater
from box_office.domain.errors import UnknownEvent, UnknownMovie, UnknownTheater
from box_office.domain.programme import of_first_days
from box_office.ports import CatalogueFacts, CatalogueIds, Known, ListedMovie, MoviePage, TheaterPage


def place_in_list(movie: Movie) -> str:
    return f"{movie.title.casefold()}#{movie.movie_id}"


class FakeCatalogue:
    """ports.Catalogue; `events` and `rooms` may be changed between calls."""

    def __init__(
        self, movies: Sequence[Movie], theaters: Sequence[Theater], rooms: Sequence[Room], events: Sequence[Event]
    ) -> None:
        self._movies = {movie.movie_id: movie for movie in movies}
        self._theaters = {theater.theater_id: theater for theater in theaters}
        self.rooms = {room.room_id: room for room in rooms}
        self.events = {event.event_id: event for event in events}

    def movies_on_display(self, now: int, limit: int, cursor: str | None) -> Known[MoviePage]:
        by_title = sorted(self._movies.values(), key=place_in_list)
        listed = []
        for movie in by_title:
            upcoming = [event.movie_time for event in self._upcoming(now, movie.movie_id) if event.movie_time > now]
            if upcoming and (cursor is None or place_in_list(movie) > cursor):
                listed.append(ListedMovie(movie, min(upcoming)))
        page = tuple(listed[:limit])
        return Known(MoviePage(page, place_in_list(page[-1].movie) if len(listed) > limit else None), now)

    def movie(self, movie_id: str, now: int) -> Known[Movie]:
        if movie_id not in self._movies:
            raise UnknownMovie("No such film.")
        return Known(self._movies[movie_id], now)

    def theater(self, theater_id: str, now: int) -> Known[Theater]:
        if theater_id not in self._theaters:
            raise UnknownTheater("No such theater.")
        return Known(self._theaters[theater_id], now)

    def all_theaters(self, now: int, limit: int, cursor: str | None) -> Known[TheaterPage]:
        left = sorted((f"{one.name.casefold()}#{one.theater_id}", one) for one in self._theaters.values())
        left = [(place, theater) for place, theater in left if cursor is None or place > cursor]
        following = left[limit - 1][0] if len(left) > limit else None
        return Known(TheaterPage(tuple(theater for _, theater in left[:limit]), following), now)

    def theaters(self, theater_ids: Sequence[str], now: int) -> Known[Mapping[str, Theater]]:
        return Known({name: self._theaters[name] for name in theater_ids if name in self._theaters}, now)

    def movies_named(self, movie_ids: Sequence[str], now: int) -> Known[Mapping[str, Movie]]:
        return Known({name: self._movies[name] for name in movie_ids if name in self._movies}, now)

    def named(self, ids: CatalogueIds, now: int) -> CatalogueFacts:
        return CatalogueFacts(
            {one: self._movies[one] for one in ids.movies if one in self._movies},
            {one: self._theaters[one] for one in ids.theaters if one in self._theaters},
            {one: self.events[one] for one in ids.events if one in self.events},
            {one: self.rooms[one] for one in ids.rooms if one in self.rooms},
        )

    def rooms_of(self, theater_id: str, now: int) -> Known[Sequence[Room]]:
        return Known([room for room in self.rooms.values() if room.theater_id == theater_id], now)

    def room(self, room_id: str, now: int) -> Known[Room]:
        if room_id not in self.rooms:
            raise UnknownEvent("No such room.")
        return Known(self.rooms[room_id], now)

    def event(self, event_id: str, now: int) -> Known[Event]:
        if event_id not in self.events:
            raise UnknownEvent("No such showing.")
        return Known(self.events[event_id], now)

    def coming_events(self, theater_id: str, time_zone: str, now: int) -> Known[Sequence[Event]]:
        return Known(tuple(of_first_days(self._of_theater(theater_id, now), time_zone, now)), now)

    def events_between(self, theater_id: str, start: int, end: int, now: int) -> Known[Sequence[Event]]:
        events = [event for event in self._of_theater(theater_id, now) if start <= event.movie_time < end]
        return Known(tuple(events), now)

    def _of_theater(self, theater_id: str, now: int) -> list[Event]:
        events = sorted(self.events.values(), key=lambda event: event.movie_time)
        return [event for event in events if event.theater_id == theater_id and not event.over(now)]

    def events_of_pair(self, movie_id: str, theater_id: str, now: int) -> Known[Sequence[Event]]:
        events = sorted(self.events.values(), key=lambda event: event.movie_time)
        pair = (movie_id, theater_id)
        return Known([e for e in events if (e.movie_id, e.theater_id) == pair and not e.over(now)], now)

    def events_of_movie(self, movie_id: str, now: int) -> Known[Sequence[Event]]:
        return Known(self._upcoming(now, movie_id), now)

    def _upcoming(self, now: int, movie_id: str) -> list[Event]:
        events = sorted(self.events.values(), key=lambda event: event.movie_time)
        return [e for e in events if e.movie_id == movie_id and not e.over(now) and e.cancelled_at is None]
