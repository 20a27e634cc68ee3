"""The Catalogue port: memory for a minute, then the tables, then memory of any age, then the loader's snapshot."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence, Sized
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from box_office.adapters.catalogue_cursor import Position, decode, encode
from box_office.adapters.catalogue_rows import title_key
from box_office.adapters.dynamodb.catalogue import DisplayPage, DynamoDBCatalogue
from box_office.adapters.s3_snapshot import SnapshotReader
from box_office.domain.catalogue import Event, Movie, Room, Theater
from box_office.domain.errors import BoxOfficeError, Unavailable, UnknownEvent, UnknownMovie, UnknownTheater
from box_office.ports import CatalogueFacts, CatalogueIds, Known, ListedMovie, MoviePage, TheaterPage

logger = logging.getLogger(__name__)
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
Question = TypeVar("Question")
FromTables = Callable[[K, int], T | None]
FromSnapshot = Callable[[K, int], tuple[T | None, int]]  # with the snapshot's age

# After a failure no request reads the tables for so long: each would wait for their time-out before it is answered from
# memory.
TABLE_PAUSE_MS = 5_000

FACTS_MAX = 2_000  # remembered of each kind: films, theaters, rooms
EVENTS_MAX = 20_000  # remembered of each kind of list: by film and theater, by film
PAGES_MAX = 50  # pages of the list of films
ALL = "all"  # the one list of a kind that has no key


@dataclass(frozen=True)
class Fact(Generic[T]):
    value: T
    read_at: int


def length(values: Sized) -> int:
    """What a sequence weighs: an empty one has a place too, else any number of them would be kept."""
    return max(1, len(values))


class Memory(Generic[K, T]):
    """The most recently used facts of one kind; `weight` gives how much of `weight_max` a value takes."""

    def __init__(self, fresh_ms: int, weight_max: int, weight: Callable[[T], int] = lambda value: 1) -> None:
        self._facts: OrderedDict[K, Fact[T]] = OrderedDict()
        self._fresh_ms = fresh_ms
        self._weight = weight
        self._weight_max = weight_max
        self._total = 0

    def all_fresh(self, now: int) -> Sequence[tuple[K, Fact[T]]]:
        return [(key, fact) for key, fact in self._facts.items() if now - fact.read_at < self._fresh_ms]

    def lacks(self, keys: Sequence[K], now: int) -> Sequence[K]:
        return [key for key in keys if self.fresh(key, now) is None]

    def get(self, key: K) -> Fact[T] | None:
        if key in self._facts:
            self._facts.move_to_end(key)
        return self._facts.get(key)

    def fresh(self, key: K, now: int) -> Fact[T] | None:
        fact = self.get(key)
        return fact if fact is not None and now - fact.read_at < self._fresh_ms else None

    def put(self, key: K, fact: Fact[T]) -> None:
        self.forget(key)
        self._facts[key] = fact
        self._total += self._weight(fact.value)
        while self._total > self._weight_max:
            _, oldest = self._facts.popitem(last=False)
            self._total -= self._weight(oldest.value)

    def forget(self, key: K) -> None:
        fact = self._facts.pop(key, None)
        if fact is not None:
            self._total -= self._weight(fact.value)


class RememberedCatalogue:
    """ports.Catalogue. That an id is unknown is never remembered: a new event is found as soon as it is written."""

    def __init__(self, tables: DynamoDBCatalogue, snapshot: SnapshotReader, memory_seconds: int) -> None:
        self._tables = tables
        self._snapshot = snapshot
        fresh_ms = memory_seconds * 1_000
        self._pause_until = 0
        self._pages: Memory[Position | None, DisplayPage] = Memory(fresh_ms, PAGES_MAX)
        self._movies: Memory[str, Movie] = Memory(fresh_ms, FACTS_MAX)
        self._theaters: Memory[str, Theater] = Memory(fresh_ms, FACTS_MAX)
        self._all_theaters: Memory[str, Sequence[Theater]] = Memory(fresh_ms, FACTS_MAX)
        self._rooms: Memory[str, Room] = Memory(fresh_ms, FACTS_MAX)
        self._rooms_of: Memory[str, Sequence[Room]] = Memory(fresh_ms, FACTS_MAX, length)
        self._events: Memory[str, Event] = Memory(fresh_ms, EVENTS_MAX)
        self._events_of_pair: Memory[tuple[str, str], Sequence[Event]] = Memory(fresh_ms, EVENTS_MAX, length)
        self._coming_events: Memory[tuple[str, str], Sequence[Event]] = Memory(fresh_ms, EVENTS_MAX, length)
        self._events_between: Memory[tuple[str, int, int], Sequence[Event]] = Memory(fresh_ms, EVENTS_MAX, length)
        self._events_of_movie: Memory[str, Sequence[Event]] = Memory(fresh_ms, EVENTS_MAX, length)

    def movies_on_display(self, now: int, limit: int, cursor: str | None) -> Known[MoviePage]:
        after = None if cursor is None else decode(cursor)
        known = self._page_after(after, now)
        page = (known.value or DisplayPage((), (), None)).cut(after, limit)
        listed = (ListedMovie(shown.movie, shown.display.next_after(now) or 0) for shown in page.movies)
        movies = tuple(movie for movie in listed if movie.next_movie_time)
        return Known(MoviePage(movies, encode(page.last) if page.last is not None else None), known.as_of, known.stale)

    def _page_after(self, after: Position | None, now: int) -> Known[DisplayPage | None]:
        """A remembered page that has what comes after this place: all requests, whatever their `limit` and wherever
        their cursor, share the same few readings of the list, which is one partition."""
        if after is not None:
            for start, fact in self._pages.all_fresh(now):
                if (start is None or start <= after) and fact.value.reaches_beyond(after):
                    return Known(fact.value, fact.read_at)
        return self._known(self._tables.displayed, self._snapshot.displayed, self._pages, after, now)

    def movie(self, movie_id: str, now: int) -> Known[Movie]:
        known = self._known(self._tables.movie, self._snapshot.movie, self._movies, movie_id, now)
        return certain(known, UnknownMovie, "There is no such film.")

    def theater(self, theater_id: str, now: int) -> Known[Theater]:
        known = self._known(self._tables.theater, self._snapshot.theater, self._theaters, theater_id, now)
        return certain(known, UnknownTheater, "There is no such theater.")

    def all_theaters(self, now: int, limit: int, cursor: str | None) -> Known[TheaterPage]:
        after = None if cursor is None else decode(cursor)
        tables, snapshot = self._tables.all_theaters, self._snapshot.all_theaters
        known = sequence(self._known(tables, snapshot, self._all_theaters, ALL, now))
        by_name = sorted(known.value, key=place_of_theater)
        left = [theater for theater in by_name if after is None or place_of_theater(theater) > after]
        page = tuple(left[:limit])
        following = encode(place_of_theater(page[-1])) if len(left) > limit else None
        return Known(TheaterPage(page, following), known.as_of, known.stale)

    def theaters(self, theater_ids: Sequence[str], now: int) -> Known[Mapping[str, Theater]]:
        return self._several(self._tables.theaters, self._snapshot.theater, self._theaters, theater_ids, now)

    def movies_named(self, movie_ids: Sequence[str], now: int) -> Known[Mapping[str, Movie]]:
        return self._several(self._tables.movies_named, self._snapshot.movie, self._movies, movie_ids, now)

    def named(self, ids: CatalogueIds, now: int) -> CatalogueFacts:
        wanted = CatalogueIds(
            self._movies.lacks(ids.movies, now),
            self._theaters.lacks(ids.theaters, now),
            self._events.lacks(ids.events, now),
            self._rooms.lacks(ids.rooms, now),
        )
        try:
            found = self._ask_tables(self._tables.named, wanted, now) if wanted else CatalogueFacts()
        except Unavailable:
            found = None
        snapshot = self._snapshot
        return CatalogueFacts(
            self._each(ids.movies, found.movies if found else None, snapshot.movie, self._movies, now),
            self._each(ids.theaters, found.theaters if found else None, snapshot.theater, self._theaters, now),
            self._each(ids.events, found.events if found else None, snapshot.event, self._events, now),
            self._each(ids.rooms, found.rooms if found else None, snapshot.room, self._rooms, now),
        )

    def rooms_of(self, theater_id: str, now: int) -> Known[Sequence[Room]]:
        return sequence(self._known(self._tables.rooms_of, self._snapshot.rooms_of, self._rooms_of, theater_id, now))

    def room(self, room_id: str, now: int) -> Known[Room]:
        # Callers know a room's id from its event: without its room the event cannot be sold.
        known = self._known(self._tables.room, self._snapshot.room, self._rooms, room_id, now)
        return certain(known, UnknownEvent, "There is no such room.")

    def event(self, event_id: str, now: int) -> Known[Event]:
        known = self._known(self._tables.event, self._snapshot.event, self._events, event_id, now)
        return certain(known, UnknownEvent, "There is no such showing.")

    def coming_events(self, theater_id: str, time_zone: str, now: int) -> Known[Sequence[Event]]:
        tables, snapshot, key = self._tables.coming_events, self._snapshot.coming_events, (theater_id, time_zone)
        return not_over(sequence(self._known(tables, snapshot, self._coming_events, key, now)), now)

    def events_between(self, theater_id: str, start: int, end: int, now: int) -> Known[Sequence[Event]]:
        tables, snapshot, key = self._tables.events_between, self._snapshot.events_between, (theater_id, start, end)
        return not_over(sequence(self._known(tables, snapshot, self._events_between, key, now)), now)

    def events_of_pair(self, movie_id: str, theater_id: str, now: int) -> Known[Sequence[Event]]:
        tables, snapshot, pair = self._tables.events_of_pair, self._snapshot.events_of_pair, (movie_id, theater_id)
        return not_over(sequence(self._known(tables, snapshot, self._events_of_pair, pair, now)), now)

    def events_of_movie(self, movie_id: str, now: int) -> Known[Sequence[Event]]:
        tables, snapshot = self._tables.events_of_movie, self._snapshot.events_of_movie
        known = sequence(self._known(tables, snapshot, self._events_of_movie, movie_id, now))
        events = (event for event in known.value if not event.over(now) and event.cancelled_at is None)
        return Known(tuple(events), known.as_of, known.stale)

    def _known(
        self, tables: FromTables[K, T], snapshot: FromSnapshot[K, T], memory: Memory[K, T], key: K, now: int
    ) -> Known[T | None]:
        """`tables`, `snapshot`: the two sources' look-ups. A fact that is absent or empty comes back as None."""
        fact = memory.fresh(key, now)
        if fact is not None:
            return Known(fact.value, fact.read_at)
        try:
            found = self._ask_tables(tables, key, now)
        except Unavailable:
            return self._last_known(snapshot, memory, key, now)
        if not found:
            memory.forget(key)
            return Known(None, now)
        memory.put(key, Fact(found, now))
        return Known(found, now)

    def _several(
        self,
        tables: Callable[[Sequence[str], int], Mapping[str, T]],
        snapshot: FromSnapshot[str, T],
        memory: Memory[str, T],
        ids: Sequence[str],
        now: int,
    ) -> Known[Mapping[str, T]]:
        """As `_known`, with one look-up of the tables for all that memory lacks."""
        fresh = {one: memory.fresh(one, now) for one in ids}
        wanted = [one for one, fact in fresh.items() if fact is None]
        known: dict[str, Known[T | None]] = {
            one: Known(fact.value, fact.read_at) for one, fact in fresh.items() if fact is not None
        }
        try:
            found = self._ask_tables(tables, wanted, now) if wanted else {}
            for one, value in found.items():
                memory.put(one, Fact(value, now))
                known[one] = Known(value, now)
        except Unavailable:
            known |= {one: self._last_known(snapshot, memory, one, now) for one in wanted}
        return Known(
            {one: fact.value for one, fact in known.items() if fact.value is not None},
            min((fact.as_of for fact in known.values()), default=now),
            any(fact.stale for fact in known.values()),
        )

    def _each(
        self,
        ids: Sequence[str],
        found: Mapping[str, T] | None,
        snapshot: FromSnapshot[str, T],
        memory: Memory[str, T],
        now: int,
    ) -> Mapping[str, T]:
        """What memory has fresh or the tables have `found`; None: the tables did not answer."""
        values: dict[str, T | None] = {}
        for one in ids:
            if (fact := memory.fresh(one, now)) is not None:
                values[one] = fact.value
            elif found is None:
                with suppress(Unavailable):
                    values[one] = self._last_known(snapshot, memory, one, now).value
            elif one in found:
                memory.put(one, Fact(found[one], now))
                values[one] = found[one]
        return {one: value for one, value in values.items() if value is not None}

    def _last_known(self, snapshot: FromSnapshot[K, T], memory: Memory[K, T], key: K, now: int) -> Known[T | None]:
        """Raises Unavailable if the snapshot does not answer either."""
        fact = memory.get(key)
        if fact is not None:
            return Known(fact.value, fact.read_at, stale=True)
        found, as_of = snapshot(key, now)
        return Known(found or None, as_of, stale=True)

    def _ask_tables(self, look_up: Callable[[Question, int], T], question: Question, now: int) -> T:
        if now < self._pause_until:
            raise Unavailable("Cannot read the catalogue just now.")
        try:
            return look_up(question, now)
        except Unavailable as error:
            self._pause_until = now + TABLE_PAUSE_MS
            logger.warning("catalogue tables out of reach, answering from memory and snapshot: %r", error.__cause__)
            raise


def place_of_theater(theater: Theater) -> Position:
    return Position(title_key(theater.name, theater.theater_id), theater.theater_id)


def certain(known: Known[T | None], error: type[BoxOfficeError], detail: str) -> Known[T]:
    if known.value is None:
        # The snapshot may be older than the id: only a table that answers proves that the id is unknown.
        raise Unavailable("Cannot look that up just now.") if known.stale else error(detail)
    return Known(known.value, known.as_of, known.stale)


def sequence(known: Known[Sequence[T] | None]) -> Known[Sequence[T]]:
    return Known(known.value or (), known.as_of, known.stale)


def not_over(known: Known[Sequence[Event]], now: int) -> Known[Sequence[Event]]:
    return Known(tuple(event for event in known.value if not event.over(now)), known.as_of, known.stale)
