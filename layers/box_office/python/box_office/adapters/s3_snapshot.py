"""The catalogue as the loader last wrote it, in S3: functions read it when the tables cannot be reached.

    snapshot/manifest.json                     {"version", "as_of", "buckets": {kind: n}, "pages": [[title_key, id]]}
    snapshot/{version}/{kind}/{bucket}.json    {key: value}; the bucket is a hash of the key
    snapshot/{version}/displayed/{page}.json   [film, ...]; `pages` has the last film of every page

The manifest is written last, so a reader sees one version or the other, never half. A look-up reads the manifest, at
most once a minute, and one object, whatever the size of the catalogue.
"""

import hashlib
import json
import logging
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.adapters.catalogue_cursor import Position
from box_office.adapters.catalogue_rows import displayed_movie_of, event_of, movie_of, room_of, theater_of, title_key
from box_office.adapters.dynamodb.catalogue import DisplayPage
from box_office.adapters.dynamodb.values import TableRow
from box_office.domain.catalogue import Event, Movie, Room, Theater
from box_office.domain.errors import Unavailable
from box_office.domain.programme import of_first_days, with_later_times
from box_office.names import CATALOGUE_SNAPSHOT_PREFIX as PREFIX

logger = logging.getLogger(__name__)

MANIFEST_KEY = PREFIX + "manifest.json"
MANIFEST_FRESH_MS = 60_000
PAUSE_MS = 5_000  # after a failure, as for the tables
OBJECTS_MAX = 24  # parsed objects kept: a few MB


class SnapshotGone(Exception):
    """The version was replaced while it was being read."""


@dataclass(frozen=True)
class Manifest:
    version: str
    as_of: int
    buckets: Mapping[str, int]
    pages: Sequence[Position]


def object_key(version: str, kind: str, number: int) -> str:
    return f"{PREFIX}{version}/{kind}/{number}.json"


def bucket_of(key: str, count: int) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % count


def position_of(row: TableRow) -> Position:
    return Position(title_key(row["title"], row["movie_id"]), row["movie_id"])


@contextmanager
def missing_is_gone() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error_code(error) != "NoSuchKey":
            raise
        raise SnapshotGone from error


class SnapshotReader:
    """The look-ups of DynamoDBCatalogue, each with the snapshot's age in epoch milliseconds. Raises Unavailable."""

    def __init__(self, client: AwsClient, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._manifest: Manifest | None = None
        self._manifest_fresh_until = 0
        self._objects: OrderedDict[str, Any] = OrderedDict()
        self._pause_until = 0

    def displayed(self, after: Position | None, now: int) -> tuple[DisplayPage, int]:
        """What is left of one object, which says where to go on."""
        manifest = self._current(now)
        number = 0 if after is None else bisect_right(manifest.pages, after)
        if number >= len(manifest.pages):
            return DisplayPage((), (), None), manifest.as_of
        rows, as_of = self._object("displayed", number, now)
        places = tuple(map(position_of, rows))
        start = 0 if after is None else bisect_right(places, after)
        shown = map(displayed_movie_of, rows[start:])
        movies = (with_later_times(one, now, lambda movie_id: self._later_events(movie_id, now)) for one in shown)
        last = places[-1] if number + 1 < len(manifest.pages) else None
        return DisplayPage(tuple(movies), places[start:], last), as_of

    def _later_events(self, movie_id: str, now: int) -> Sequence[Event]:
        try:
            return self.events_of_movie(movie_id, now)[0]
        except Unavailable as error:  # the page is answered without this film's later times
            logger.warning("the later times of film %s are out of reach: %r", movie_id, error.__cause__)
            return ()

    def movie(self, movie_id: str, now: int) -> tuple[Movie | None, int]:
        row, as_of = self._look_up("movies", movie_id, now)
        return row and movie_of(row), as_of

    def theater(self, theater_id: str, now: int) -> tuple[Theater | None, int]:
        row, as_of = self._look_up("theaters", theater_id, now)
        return row and theater_of(row), as_of

    def all_theaters(self, key: str, now: int) -> tuple[Sequence[Theater], int]:
        """An object for each 256 of them."""
        found: list[Theater] = []
        for number in range(self._current(now).buckets["theaters"]):
            content, _ = self._object("theaters", number, now)
            found += map(theater_of, content.values())
        return found, self._current(now).as_of

    def room(self, room_id: str, now: int) -> tuple[Room | None, int]:
        row, as_of = self._look_up("rooms", room_id, now)
        return row and room_of(row), as_of

    def rooms_of(self, theater_id: str, now: int) -> tuple[Sequence[Room], int]:
        rows, as_of = self._look_up("rooms_of_theater", theater_id, now)
        return tuple(room_of(row) for row in rows or ()), as_of

    def event(self, event_id: str, now: int) -> tuple[Event | None, int]:
        row, as_of = self._look_up("events", event_id, now)
        return row and event_of(row), as_of

    def events_of_movie(self, movie_id: str, now: int) -> tuple[Sequence[Event], int]:
        rows, as_of = self._look_up("events_of_movie", movie_id, now)
        return tuple(event_of(row) for row in rows or ()), as_of

    def coming_events(self, key: tuple[str, str], now: int) -> tuple[Sequence[Event], int]:
        theater_id, time_zone = key
        events, as_of = self._events_of_theater(theater_id, now)
        return tuple(of_first_days((event for event in events if not event.over(now)), time_zone, now)), as_of

    def events_between(self, key: tuple[str, int, int], now: int) -> tuple[Sequence[Event], int]:
        theater_id, start, end = key
        events, as_of = self._events_of_theater(theater_id, now)
        return tuple(event for event in events if start <= event.movie_time < end), as_of

    def _events_of_theater(self, theater_id: str, now: int) -> tuple[Sequence[Event], int]:
        rows, as_of = self._look_up("events_of_theater", theater_id, now)
        return tuple(event_of(row) for row in rows or ()), as_of

    def events_of_pair(self, pair: tuple[str, str], now: int) -> tuple[Sequence[Event], int]:
        movie_id, theater_id = pair
        events, as_of = self.events_of_movie(movie_id, now)
        return tuple(event for event in events if event.theater_id == theater_id), as_of

    def _look_up(self, kind: str, key: str, now: int) -> tuple[Any, int]:
        buckets = self._current(now).buckets
        if kind not in buckets:
            raise Unavailable("The catalogue was last loaded by a release that did not write this.")
        content, as_of = self._object(kind, bucket_of(key, buckets[kind]), now)
        return content.get(key), as_of

    def _object(self, kind: str, number: int, now: int) -> tuple[Any, int]:
        manifest = self._current(now)
        key = object_key(manifest.version, kind, number)
        if key not in self._objects:
            try:
                self._objects[key] = self._read(key, now)
            except SnapshotGone as error:
                self._manifest_fresh_until = 0  # the next request finds the version that took its place
                raise Unavailable("The catalogue is being replaced.") from error
            except Unavailable:
                self._manifest_fresh_until = 0  # without the right to list a bucket, S3 answers 403 for a missing key
                raise
            if len(self._objects) > OBJECTS_MAX:
                self._objects.popitem(last=False)
        self._objects.move_to_end(key)
        return self._objects[key], manifest.as_of

    def _current(self, now: int) -> Manifest:
        if self._manifest is not None and now < self._manifest_fresh_until:
            return self._manifest
        try:
            raw = self._read(MANIFEST_KEY, now)
        except SnapshotGone as error:
            raise Unavailable("There is no snapshot of the catalogue.") from error
        except Unavailable:
            if self._manifest is None:
                raise
            logger.warning("snapshot out of reach, using what was read of it before")
            return self._manifest
        pages = [Position(*page) for page in raw["pages"]]
        self._manifest = Manifest(raw["version"], raw["as_of"], raw["buckets"], pages)
        self._manifest_fresh_until = now + MANIFEST_FRESH_MS
        return self._manifest

    def _read(self, key: str, now: int) -> Any:
        if now < self._pause_until:
            raise Unavailable("Cannot read the catalogue just now.")
        try:
            with translated("read the catalogue"), missing_is_gone():
                return json.loads(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except Unavailable:
            self._pause_until = now + PAUSE_MS
            raise
