"""The catalogue's tables for the loader: consistent reads in batches, writes in batches, every retry bounded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from box_office import names
from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated
from box_office.adapters.catalogue_rows import (
    displayed_movie_of,
    event_of,
    event_row,
    movie_row,
    room_of,
    room_row,
    theater_of,
    theater_row,
)
from box_office.adapters.dynamodb.catalogue import CatalogueTables
from box_office.adapters.dynamodb.order_rows import seat_from
from box_office.adapters.dynamodb.reads import KeysLeftOverError, get_batch, items_of
from box_office.adapters.dynamodb.values import TableRow, from_item, to_item
from box_office.domain.catalogue import Event, Room, Theater
from box_office.domain.errors import Unavailable
from box_office.domain.programme import DisplayedMovie
from box_office.domain.seats import BOOKED, HOLD, SeatRow
from operations.catalogue.backoff import TRIES_MAX, backoff_seconds
from operations.catalogue.ports import Progress

T = TypeVar("T")

READ = "read the tables"
WRITE_BATCH = 25  # what BatchWriteItem takes
TRANSACTION = 100  # what TransactWriteItems takes
# Attributes that no plan changes: the key, and those that a cancellation writes (adapters/dynamodb/events.py).
NOT_THE_PLANS = {"event_id", "cancelled_at", "due_at", "due_shard"}
PASSING = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
CLOCK_SKEW_MS = 1_000  # until a second after its end a hold is its holder's; then others may take it

KEYS = {"movies": "movie_id", "theaters": "theater_id", "rooms": "room_id", "events": "event_id"}


class DynamoDBCatalogueStore:
    """ports.CatalogueStore. `jitter` is uniform in [0, 1)."""

    def __init__(
        self,
        client: AwsClient,
        tables: CatalogueTables,
        seats_table: str,
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
    ) -> None:
        self._client = client
        self._tables = vars(tables)
        self._seats_table = seats_table
        self._sleep = sleep
        self._jitter = jitter

    def movies(self, ids: Iterable[str]) -> Mapping[str, DisplayedMovie]:
        return {row["movie_id"]: displayed_movie_of(row) for row in self._rows_by_id("movies", ids)}

    def theaters(self, ids: Iterable[str]) -> Mapping[str, Theater]:
        return {row["theater_id"]: theater_of(row) for row in self._rows_by_id("theaters", ids)}

    def rooms(self, ids: Iterable[str]) -> Mapping[str, Room]:
        return {row["room_id"]: room_of(row) for row in self._rows_by_id("rooms", ids)}

    def events(self, ids: Iterable[str]) -> Mapping[str, Event]:
        return {row["event_id"]: event_of(row) for row in self._rows_by_id("events", ids)}

    def events_of_room(self, room_id: str, since: int) -> Sequence[Event]:
        rows = self._rows(
            self._client.query,
            TableName=self._tables["events"],
            IndexName=names.EVENTS_BY_ROOM,
            KeyConditionExpression="room_id = :room AND movie_time > :since",
            ExpressionAttributeValues=to_item({":room": room_id, ":since": since}),
        )
        return [event_of(row) for row in rows]

    def live_seats(self, event_id: str, now: int) -> Sequence[SeatRow]:
        items = items_of(
            self._client.query,
            READ,
            TableName=self._seats_table,
            KeyConditionExpression="event_id = :event",
            ExpressionAttributeValues=to_item({":event": event_id}),
            ConsistentRead=True,
        )
        return [row for row in map(seat_from, items) if is_live(row, now)]

    def put_theaters(self, theaters: Sequence[Theater], progress: Progress) -> None:
        self._put("theaters", [theater_row(theater) for theater in theaters], progress)

    def put_rooms(self, rooms: Sequence[Room], progress: Progress) -> None:
        self._put("rooms", [room_row(room) for room in rooms], progress)

    def put_movies(self, movies: Sequence[DisplayedMovie], progress: Progress) -> None:
        self._put("movies", [movie_row(shown.movie, shown.display) for shown in movies], progress)

    def add_events(self, events: Sequence[Event], progress: Progress) -> None:
        self._put("events", [event_row(event) for event in events], progress)

    def change_events(self, events: Sequence[Event], progress: Progress) -> None:
        """Updates attributes, because a whole row would undo a cancellation that was written since this loader read the
        event. DynamoDB takes updates in batches only as transactions."""
        table, done = self._tables["events"], 0
        for batch in batches(events, TRANSACTION):
            self._update_batch(table, [update_of(table, event_row(event)) for event in batch])
            done += len(batch)
            progress("change events", done, len(events))

    def every_movie(self) -> Iterator[DisplayedMovie]:
        return map(displayed_movie_of, self._scan("movies"))

    def every_theater(self) -> Iterator[Theater]:
        return map(theater_of, self._scan("theaters"))

    def every_room(self) -> Iterator[Room]:
        return map(room_of, self._scan("rooms"))

    def every_event(self) -> Iterator[Event]:
        return map(event_of, self._scan("events"))

    def _scan(self, role: str) -> Iterator[TableRow]:
        return self._rows(self._client.scan, TableName=self._tables[role], ConsistentRead=True)

    def _rows(self, call: Callable[..., Any], **arguments: Any) -> Iterator[TableRow]:
        return map(from_item, items_of(call, READ, **arguments))

    def _rows_by_id(self, role: str, ids: Iterable[str]) -> Iterator[TableRow]:
        table, key = self._tables[role], KEYS[role]
        keys = [to_item({key: one}) for one in sorted(set(ids))]
        try:
            with translated(READ):
                yield from map(from_item, get_batch(self._client, table, keys, tries=TRIES_MAX, pause=self._wait))
        except KeysLeftOverError as error:
            raise Unavailable(f"{table} is throttled; nothing was written yet.") from error

    def _put(self, role: str, rows: Sequence[TableRow], progress: Progress) -> None:
        table, done = self._tables[role], 0
        for batch in batches(rows, WRITE_BATCH):
            self._put_batch(table, [{"PutRequest": {"Item": to_item(row)}} for row in batch])
            done += len(batch)
            progress(f"write {role}", done, len(rows))

    def _put_batch(self, table: str, requests: list[Any]) -> None:
        for attempt in range(TRIES_MAX):
            with translated("write the tables"):
                answer = self._client.batch_write_item(RequestItems={table: requests})
            requests = answer.get("UnprocessedItems", {}).get(table, [])
            if not requests:
                return
            self._wait(attempt)
        raise Unavailable(f"{table} is throttled; load the plan again later, it goes on where it stopped.")

    def _update_batch(self, table: str, updates: list[Any]) -> None:
        for attempt in range(TRIES_MAX):
            with translated("write the tables"):
                try:
                    self._client.transact_write_items(TransactItems=updates)
                    return
                except self._client.exceptions.TransactionCanceledException as error:
                    codes = {reason.get("Code") for reason in error.response.get("CancellationReasons", ())}
                    if not codes & PASSING:
                        raise
            self._wait(attempt)
        raise Unavailable(f"{table} is busy or throttled; load the plan again later, it goes on where it stopped.")

    def _wait(self, attempt: int) -> None:
        self._sleep(backoff_seconds(attempt, self._jitter()))


def update_of(table: str, row: TableRow) -> dict[str, Any]:
    """The update that writes a plan's attributes of an event, and leaves the row's others as they are."""
    planned = {name: value for name, value in row.items() if name not in NOT_THE_PLANS}
    return {
        "Update": {
            "TableName": table,
            "Key": to_item({"event_id": row["event_id"]}),
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in planned),
            "ExpressionAttributeNames": {f"#{name}": name for name in planned},
            "ExpressionAttributeValues": to_item({f":{name}": value for name, value in planned.items()}),
        }
    }


def is_live(row: SeatRow, now: int) -> bool:
    """Whether a customer holds or owns the seat. A pinned hold does not lapse with time."""
    if row.status == HOLD:
        return row.pinned or now < row.hold_until + CLOCK_SKEW_MS
    return row.status == BOOKED


def batches(rows: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
