"""Reads the catalogue's tables: every look-up takes a fixed number of calls, whatever the tables' size.

Reads are eventually consistent: facts may be 60 seconds old anyway, and this halves their cost.
"""

from collections.abc import Iterator, Sequence
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
from box_office.adapters.dynamodb.reads import get_batch, items_of
from box_office.adapters.dynamodb.values import TableRow, from_item, to_item
from box_office.domain.catalogue import EVENT_MS_MAX, ROOMS_MAX, SHOWINGS_MAX, Event, Movie, Room, Theater
from box_office.domain.programme import DisplayedMovie, with_later_times

LATER_MAX = 1_000  # showings that are read to find a film's next hundred start times

READ = "read the catalogue"


@dataclass(frozen=True)
class DisplayPage:
    movies: tuple[DisplayedMovie, ...]
    last: Position | None  # where the next page begins

    def __bool__(self) -> bool:
        return bool(self.movies)


@dataclass(frozen=True)
class CatalogueTables:
    movies: str
    theaters: str
    rooms: str
    events: str


class DynamoDBCatalogue:
    """Each method returns None or an empty sequence for a key that the tables lack. Raises Unavailable."""

    def __init__(self, client: AwsClient, tables: CatalogueTables) -> None:
        self._client = client
        self._tables = tables

    def displayed(self, page: tuple[int, Position | None], now: int) -> DisplayPage:
        limit, after = page
        start = {} if after is None else {"ExclusiveStartKey": to_item({"on_display": DISPLAYED, **vars(after)})}
        with translated(READ):
            answer = self._client.query(
                TableName=self._tables.movies,
                IndexName=names.MOVIES_ON_DISPLAY,
                KeyConditionExpression="on_display = :displayed",
                ExpressionAttributeValues=to_item({":displayed": DISPLAYED}),
                Limit=limit,
                **start,
            )
        shown = (displayed_movie_of(from_item(item)) for item in answer["Items"])
        movies = tuple(with_later_times(one, now, lambda movie_id: self._later_events(movie_id, now)) for one in shown)
        last = from_item(answer["LastEvaluatedKey"]) if "LastEvaluatedKey" in answer else None
        return DisplayPage(movies, None if last is None else Position(last["title_key"], last["movie_id"]))

    def _later_events(self, movie_id: str, now: int) -> Sequence[Event]:
        return self._events(names.EVENTS_BY_MOVIE, "movie_id", movie_id, now, LATER_MAX)

    def movie(self, movie_id: str, now: int) -> Movie | None:
        row = self._get(self._tables.movies, "movie_id", movie_id)
        return movie_of(row) if row is not None else None

    def theater(self, theater_id: str, now: int) -> Theater | None:
        row = self._get(self._tables.theaters, "theater_id", theater_id)
        return theater_of(row) if row is not None else None

    def theaters(self, theater_ids: Sequence[str], now: int) -> Sequence[Theater]:
        """The theaters that exist, in any order."""
        keys = [to_item({"theater_id": theater_id}) for theater_id in theater_ids]
        with translated(READ):
            items = list(get_batch(self._client, self._tables.theaters, keys, consistent=False))
        return [theater_of(from_item(item)) for item in items]

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

    def _events(self, index: str, attribute: str, value: str, now: int, most: int = SHOWINGS_MAX) -> tuple[Event, ...]:
        # The index has an event's start, not its end. An event that began longer ago than any event lasts is over.
        rows = self._query(
            most,
            TableName=self._tables.events,
            IndexName=index,
            KeyConditionExpression=f"{attribute} = :value AND movie_time > :since",
            ExpressionAttributeValues=to_item({":value": value, ":since": now - EVENT_MS_MAX}),
        )
        return tuple(event for event in map(event_of, rows) if not event.over(now))

    def _query(self, most: int, **query: object) -> Iterator[TableRow]:
        return map(from_item, islice(items_of(self._client.query, READ, Limit=most, **query), most))

    def _get(self, table: str, key: str, value: str) -> TableRow | None:
        with translated(READ):
            answer = self._client.get_item(TableName=table, Key=to_item({key: value}))
        return from_item(answer["Item"]) if "Item" in answer else None
