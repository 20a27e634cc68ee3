"""Reads the catalogue's tables: every look-up takes a fixed number of calls, whatever the tables' size.

Reads are eventually consistent: facts may be 60 seconds old anyway, and this halves their cost.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from box_office import names
from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated
from box_office.adapters.catalogue_cursor import Position
from box_office.adapters.catalogue_rows import (
    DISPLAYED,
    displayed_movie_of,
    event_of,
    movie_of,
    pair_key,
    room_of,
    theater_of,
)
from box_office.adapters.dynamodb.reads import get_batch, get_batch_of_tables, items_of
from box_office.adapters.dynamodb.values import TableRow, from_item, to_item
from box_office.domain.catalogue import EVENT_MS_MAX, ROOMS_MAX, SHOWINGS_MAX, Event, Movie, Room, Theater
from box_office.domain.programme import DisplayedMovie, of_first_days, with_later_times
from box_office.ports import CatalogueFacts, CatalogueIds

LAST_MS = 2**53  # later than any showing
LATER_AT_ONCE, LATER_MAX = 20, 1_000  # showings that are read to find a film's next start times

DISPLAYED_MAX = 100  # films of the list that are read at once, however few a request asks for

READ = "read the catalogue"


@dataclass(frozen=True)
class DisplayPage:
    movies: tuple[DisplayedMovie, ...]
    places: tuple[Position, ...]  # of the films, in the order of the list
    last: Position | None  # where the next page begins

    def __bool__(self) -> bool:
        return bool(self.movies)

    def reaches_beyond(self, place: Position) -> bool:
        return self.last is None or place < self.last

    def cut(self, after: Position | None, limit: int) -> "DisplayPage":
        """The page's first films after this place, at most `limit`: fewer than asked for, where the page ends."""
        start = 0 if after is None else bisect_right(self.places, after)
        movies, places = self.movies[start : start + limit], self.places[start : start + limit]
        more = start + limit < len(self.places)
        return DisplayPage(movies, places, places[-1] if places and more else self.last)


@dataclass(frozen=True)
class CatalogueTables:
    movies: str
    theaters: str
    rooms: str
    events: str


def place_of(row: TableRow) -> Position:
    return Position(row["title_key"], row["movie_id"])


class DynamoDBCatalogue:
    """Each method returns None or an empty sequence for a key that the tables lack. Raises Unavailable."""

    def __init__(self, client: AwsClient, tables: CatalogueTables) -> None:
        self._client = client
        self._tables = tables

    def displayed(self, after: Position | None, now: int) -> DisplayPage:
        start = {} if after is None else {"ExclusiveStartKey": to_item({"on_display": DISPLAYED, **vars(after)})}
        with translated(READ):
            answer = self._client.query(
                TableName=self._tables.movies,
                IndexName=names.MOVIES_ON_DISPLAY,
                KeyConditionExpression="on_display = :displayed",
                ExpressionAttributeValues=to_item({":displayed": DISPLAYED}),
                Limit=DISPLAYED_MAX,
                **start,
            )
        rows = [from_item(item) for item in answer["Items"]]
        shown = map(displayed_movie_of, rows)
        movies = tuple(with_later_times(one, now, lambda movie_id: self._later_events(movie_id, now)) for one in shown)
        last = from_item(answer["LastEvaluatedKey"]) if "LastEvaluatedKey" in answer else None
        return DisplayPage(movies, tuple(map(place_of, rows)), None if last is None else place_of(last))

    def _later_events(self, movie_id: str, now: int) -> Iterator[Event]:
        rows = items_of(
            self._client.query,
            READ,
            Limit=LATER_AT_ONCE,
            TableName=self._tables.events,
            IndexName=names.EVENTS_BY_MOVIE,
            KeyConditionExpression="movie_id = :movie AND movie_time > :now",
            ExpressionAttributeValues=to_item({":movie": movie_id, ":now": now}),
        )
        return (event_of(from_item(row)) for row in islice(rows, LATER_MAX))

    def movie(self, movie_id: str, now: int) -> Movie | None:
        row = self._get(self._tables.movies, "movie_id", movie_id)
        return movie_of(row) if row is not None else None

    def theater(self, theater_id: str, now: int) -> Theater | None:
        row = self._get(self._tables.theaters, "theater_id", theater_id)
        return theater_of(row) if row is not None else None

    def theaters(self, theater_ids: Sequence[str], now: int) -> Mapping[str, Theater]:
        rows = self._batch(self._tables.theaters, "theater_id", theater_ids)
        return {row["theater_id"]: theater_of(row) for row in rows}

    def movies_named(self, movie_ids: Sequence[str], now: int) -> Mapping[str, Movie]:
        return {row["movie_id"]: movie_of(row) for row in self._batch(self._tables.movies, "movie_id", movie_ids)}

    def named(self, ids: CatalogueIds, now: int) -> CatalogueFacts:
        tables = self._tables
        wanted = {
            tables.movies: [to_item({"movie_id": one}) for one in ids.movies],
            tables.theaters: [to_item({"theater_id": one}) for one in ids.theaters],
            tables.events: [to_item({"event_id": one}) for one in ids.events],
            tables.rooms: [to_item({"room_id": one}) for one in ids.rooms],
        }
        rows: dict[str, list[TableRow]] = {table: [] for table in wanted}
        with translated(READ):
            for table, item in get_batch_of_tables(self._client, wanted, consistent=False):
                rows[table].append(from_item(item))
        return CatalogueFacts(
            {row["movie_id"]: movie_of(row) for row in rows[tables.movies]},
            {row["theater_id"]: theater_of(row) for row in rows[tables.theaters]},
            {row["event_id"]: event_of(row) for row in rows[tables.events]},
            {row["room_id"]: room_of(row) for row in rows[tables.rooms]},
        )

    def all_theaters(self, key: str, now: int) -> Sequence[Theater]:
        """In any order. A chain's theaters are few: one call for each MB of them."""
        rows = items_of(self._client.scan, READ, TableName=self._tables.theaters)
        return tuple(theater_of(from_item(row)) for row in rows)

    def room(self, room_id: str, now: int) -> Room | None:
        row = self._get(self._tables.rooms, "room_id", room_id)
        return room_of(row) if row is not None else None

    def rooms_of(self, theater_id: str, now: int) -> Sequence[Room]:
        rows = self._query(
            ROOMS_MAX,
            TableName=self._tables.rooms,
            IndexName=names.ROOMS_BY_THEATER,
            KeyConditionExpression="theater_id = :theater",
            ExpressionAttributeValues=to_item({":theater": theater_id}),
        )
        return tuple(map(room_of, rows))

    def event(self, event_id: str, now: int) -> Event | None:
        row = self._get(self._tables.events, "event_id", event_id)
        return event_of(row) if row is not None else None

    def events_of_pair(self, pair: tuple[str, str], now: int) -> Sequence[Event]:
        return self._events(names.EVENTS_BY_PAIR, "movie_theater_id", pair_key(*pair), now)

    def events_of_movie(self, movie_id: str, now: int) -> Sequence[Event]:
        return self._events(names.EVENTS_BY_MOVIE, "movie_id", movie_id, now)

    def coming_events(self, key: tuple[str, str], now: int) -> Sequence[Event]:
        """In as many pages as those days need."""
        theater_id, time_zone = key
        events = self._of_theater(theater_id, now - EVENT_MS_MAX + 1, LAST_MS)
        return tuple(of_first_days((event for event in events if not event.over(now)), time_zone, now))

    def events_between(self, key: tuple[str, int, int], now: int) -> Sequence[Event]:
        theater_id, start, end = key
        return tuple(event for event in self._of_theater(theater_id, start, end - 1) if not event.over(now))

    def _of_theater(self, theater_id: str, first: int, last: int) -> Iterator[Event]:
        rows = self._query(
            SHOWINGS_MAX,
            TableName=self._tables.events,
            IndexName=names.EVENTS_BY_THEATER,
            KeyConditionExpression="theater_id = :theater AND movie_time BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":theater": theater_id, ":first": first, ":last": last}),
        )
        return map(event_of, rows)

    def _events(self, index: str, attribute: str, value: str, now: int) -> tuple[Event, ...]:
        # The index has an event's start, not its end. An event that began longer ago than any event lasts is over.
        rows = self._query(
            SHOWINGS_MAX,
            TableName=self._tables.events,
            IndexName=index,
            KeyConditionExpression=f"{attribute} = :value AND movie_time > :since",
            ExpressionAttributeValues=to_item({":value": value, ":since": now - EVENT_MS_MAX}),
        )
        return tuple(event for event in map(event_of, rows) if not event.over(now))

    def _query(self, most: int, **query: object) -> Iterator[TableRow]:
        return map(from_item, islice(items_of(self._client.query, READ, Limit=most, **query), most))

    def _batch(self, table: str, key: str, values: Sequence[str]) -> list[TableRow]:
        """The rows that exist, in any order."""
        keys = [to_item({key: value}) for value in values]
        with translated(READ):
            return [from_item(item) for item in get_batch(self._client, table, keys, consistent=False)]

    def _get(self, table: str, key: str, value: str) -> TableRow | None:
        with translated(READ):
            answer = self._client.get_item(TableName=table, Key=to_item({key: value}))
        return from_item(answer["Item"]) if "Item" in answer else None
