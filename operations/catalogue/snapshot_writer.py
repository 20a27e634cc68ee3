"""Writes the snapshot that s3_snapshot.py reads, in bounded memory: rows are kept in a scratch directory.

Rows are first spread over a fixed number of scratch files by the hash of their key. Bucket counts are powers of two,
so every bucket is part of one scratch file, or made of whole ones.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.adapters.catalogue_rows import event_row, movie_row, room_row, theater_row
from box_office.adapters.dynamodb.values import TableRow
from box_office.adapters.s3_snapshot import MANIFEST_KEY, bucket_of, object_key, position_of
from box_office.domain.catalogue import Event, Room, Theater
from box_office.domain.programme import Display, DisplayedMovie
from box_office.names import CATALOGUE_SNAPSHOT_PREFIX as PREFIX
from operations.catalogue.ports import Progress

SPREAD = 64  # scratch files a kind
BUCKET_ROWS = 256  # rows that a bucket should hold: some 80 kB of showings
BUCKETS_MAX = 4_096
PAGE_MOVIES = 100  # films in one object of the list: 1.5 MB at most, with a thousand start times each

KINDS = ("movies", "theaters", "rooms", "events", "events_of_movie", "rooms_of_theater")
LISTS = {"events_of_movie", "rooms_of_theater"}  # several rows a key


class SnapshotWriter:
    """ports.Snapshot. A context manager: leaving it removes the scratch files."""

    def __init__(self, client: AwsClient, bucket: str, now: int) -> None:
        self._client = client
        self._bucket = bucket
        self._as_of = now
        self._version = str(now)
        self._written = 0
        self._counts = dict.fromkeys(KINDS, 0)
        self._files: dict[tuple[str, int], Any] = {}
        self._open_files = ExitStack()

    def __enter__(self) -> Self:
        scratch = self._open_files.enter_context(tempfile.TemporaryDirectory(prefix="box-office-snapshot-"))
        self._directory = Path(scratch)
        self._displayed = self._open_files.enter_context((self._directory / "displayed").open("w+b"))
        self._displayed_at: list[tuple[tuple[str, str], int]] = []
        return self

    def __exit__(self, *exception: object) -> None:
        self._open_files.close()

    def add_movie(self, movie: DisplayedMovie) -> None:
        self._spool("movies", movie.movie.movie_id, movie_row(movie.movie, Display()))
        row = movie_row(movie.movie, movie.display)
        if movie.display.times:
            position = position_of(row)
            self._displayed_at.append(((position.title_key, position.movie_id), self._displayed.tell()))
            self._displayed.write(line_of(row))

    def add_theater(self, theater: Theater) -> None:
        self._spool("theaters", theater.theater_id, theater_row(theater))

    def add_room(self, room: Room) -> None:
        row = room_row(room)
        self._spool("rooms", room.room_id, row)
        self._spool("rooms_of_theater", room.theater_id, row)

    def add_event(self, event: Event) -> None:
        row = event_row(event)
        self._spool("events", event.event_id, row)
        self._spool("events_of_movie", event.movie_id, row)

    def publish(self, progress: Progress) -> None:
        """Raises Unavailable; until the manifest is written, readers keep the version they have."""
        previous = self._current_version()
        buckets = {kind: bucket_count(count) for kind, count in self._counts.items()}
        pages = -(-len(self._displayed_at) // PAGE_MOVIES)
        total = sum(buckets.values()) + pages
        for kind, count in buckets.items():
            for number, content in self._contents(kind, count):
                self._write(object_key(self._version, kind, number), content)
                progress("write snapshot", self._written, total)
        lasts = []
        for number, page in enumerate(self._pages()):
            self._write(object_key(self._version, "displayed", number), page)
            progress("write snapshot", self._written, total)
            last = position_of(page[-1])
            lasts.append([last.title_key, last.movie_id])
        manifest = {"version": self._version, "as_of": self._as_of, "buckets": buckets, "pages": lasts}
        self._write(MANIFEST_KEY, manifest)
        self._remove_versions_but({self._version, previous})

    def _spool(self, kind: str, key: str, row: TableRow) -> None:
        self._counts[kind] += 1
        number = bucket_of(key, SPREAD)
        if (kind, number) not in self._files:
            path = self._directory / f"{kind}-{number}"
            self._files[kind, number] = self._open_files.enter_context(path.open("w+b"))
        self._files[kind, number].write(line_of([key, row]))

    def _contents(self, kind: str, count: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """Every bucket of one kind, also those that stay empty, each once."""
        for first in range(min(count, SPREAD)):
            own: dict[int, dict[str, Any]] = {number: {} for number in range(first, count, SPREAD)}
            for spread in range(first, SPREAD, count) if count < SPREAD else (first,):
                for key, row in self._spooled(kind, spread):
                    bucket = own[bucket_of(key, count)]
                    if kind in LISTS:
                        bucket.setdefault(key, []).append(row)
                    else:
                        bucket[key] = row
            for number, content in own.items():
                for rows in content.values() if kind in LISTS else ():
                    rows.sort(key=lambda row: (row.get("movie_time", 0), row.get("event_id") or row["room_id"]))
                yield number, content

    def _spooled(self, kind: str, number: int) -> Iterator[Any]:
        file = self._files.get((kind, number))
        if file is not None:
            file.seek(0)
            yield from map(json.loads, file)

    def _pages(self) -> Iterator[list[Any]]:
        self._displayed_at.sort()
        for start in range(0, len(self._displayed_at), PAGE_MOVIES):
            page = []
            for _, offset in self._displayed_at[start : start + PAGE_MOVIES]:
                self._displayed.seek(offset)
                page.append(json.loads(self._displayed.readline()))
            yield page

    def _write(self, key: str, content: Any) -> None:
        with translated("write the snapshot"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=line_of(content), ContentType="application/json")
        self._written += 1

    def _current_version(self) -> str | None:
        with translated("read the snapshot"):
            try:
                manifest = self._client.get_object(Bucket=self._bucket, Key=MANIFEST_KEY)["Body"].read()
                return str(json.loads(manifest)["version"])
            except ClientError as error:
                if error_code(error) != "NoSuchKey":
                    raise
                return None

    def _remove_versions_but(self, kept: set[str | None]) -> None:
        """Keeps the previous version for functions that have its manifest: they read the new one within a minute."""
        keep = (MANIFEST_KEY, *(f"{PREFIX}{version}/" for version in kept if version))
        with translated("tidy the snapshot"):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=PREFIX):
                old = [{"Key": one["Key"]} for one in page.get("Contents", ()) if not one["Key"].startswith(keep)]
                if old:
                    self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": old, "Quiet": True})


def bucket_count(rows: int) -> int:
    """The power of two with which each bucket has about BUCKET_ROWS."""
    return min(BUCKETS_MAX, 1 << max(0, (rows - 1) // BUCKET_ROWS).bit_length())


def line_of(content: Any) -> bytes:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
