"""Plans for tests, and a place to load them into: moto's tables and bucket, with every call counted."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from box_office.adapters.aws_clients import client
from box_office.adapters.dynamodb.catalogue import CatalogueTables
from box_office.adapters.dynamodb.orders import DynamoDBOrders
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.ports import Clock
from operations.catalogue.dynamodb_store import DynamoDBCatalogueStore
from operations.catalogue.eventbridge_schedules import EventBridgeSchedules
from operations.catalogue.load import Loaded, PlanRefused, Waits, load_catalogue, look_again
from operations.catalogue.plan_document import read_plan
from operations.catalogue.planning.plan import Plan, Problem
from operations.catalogue.snapshot_writer import SnapshotWriter
from tests import moto_aws

NOW = 1_795_428_000_000  # 2026-11-23T10:00:00Z
PRICES = {"standard": 11.5, "premium": 15, "wheelchair": 11.5, "companion": 0}
HOUR = 3_600_000
GROUP = "event-ends"
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:event-ends"
ROLE_ARN = "arn:aws:iam::123456789012:role/scheduler"
WAITS = Waits(memory=60, queued=120)
WRITES = ("BatchWriteItem", "PutItem", "PutObject", "TransactWriteItems", "CreateSchedule", "UpdateSchedule")


def no_progress(stage: str, done: int, total: int | None) -> None: ...


def movie(movie_id: str = "metropolis", **changes: Any) -> dict[str, Any]:
    facts = {
        "movie_id": movie_id,
        "title": movie_id.capitalize(),
        "details": "A city above, a city below.",
        "length": 153,
        "certificate": "PG",
        "year": 1927,
        "director": "Fritz Lang",
    }
    return facts | changes


def theater(theater_id: str = "lisboa", **changes: Any) -> dict[str, Any]:
    facts = {
        "theater_id": theater_id,
        "name": "Cine Tejo",
        "address": "Rua do Cais 4, Lisboa",
        "info": "Bar opens an hour before.",
        "time_zone": "Europe/Lisbon",
        "currency": "EUR",
    }
    return facts | changes


def room(room_id: str = "lisboa-3", theater_id: str = "lisboa", **changes: Any) -> dict[str, Any]:
    rows = [{"row": "A", "category": "sspp", "gaps": [2]}, {"row": "B", "category": "wcss"}]
    return {"room_id": room_id, "theater_id": theater_id, "room_name": "3", "rows": rows} | changes


def event(event_id: str = "ev_1", **changes: Any) -> dict[str, Any]:
    facts = {
        "event_id": event_id,
        "movie_id": "metropolis",
        "room_id": "lisboa-3",
        "movie_time": "2026-11-25T19:30:00Z",
        "prices": PRICES,
    }
    return {name: value for name, value in (facts | changes).items() if value is not None}


def plan(**changes: Any) -> dict[str, Any]:
    """A small plan in which everything is right; `changes` replace whole parts."""
    return {"movies": [movie()], "theaters": [theater()], "rooms": [room()], "events": [event()]} | changes


def read(document: Any) -> tuple[Plan | None, list[Problem]]:
    return read_plan(decimals(document))


def decimals(value: Any) -> Any:
    """Fractions as the plan's reader gives them."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {name: decimals(one) for name, one in value.items()}
    return [decimals(one) for one in value] if isinstance(value, list) else value


def many_films(count: int) -> dict[str, Any]:
    """Films that each play once, in as many rooms as that takes."""
    ids = [f"film-{number:06d}" for number in range(count)]
    rooms = [room(f"room-{number}", rows=[{"row": "A", "category": "ss"}]) for number in range(-(-count // 7))]
    events = [
        event(
            f"ev-{one}", movie_id=one, room_id=f"room-{number // 7}", movie_time=f"2026-11-{24 + number % 7}T19:30:00Z"
        )
        for number, one in enumerate(ids)
    ]
    return plan(movies=[movie(one) for one in ids], rooms=rooms, events=events)


class Tables:
    """Moto's tables and bucket. `calls` counts what the clients made here have asked for, by operation."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.dynamodb = client("dynamodb")
        self.s3 = client("s3")
        moto_aws.create_tables(self.dynamodb)
        moto_aws.create_bucket(self.s3)
        self.scheduler = client("scheduler")
        self.scheduler.create_schedule_group(Name=GROUP)
        for one in (self.dynamodb, self.s3, self.scheduler):
            one.meta.events.register("before-call", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.calls[model.name] += 1

    @property
    def writes(self) -> int:
        return sum(count for name, count in self.calls.items() if name in WRITES)

    @property
    def schedules(self) -> dict[str, dict[str, Any]]:
        """Each event's, as the scheduler has it."""
        pages = self.scheduler.get_paginator("list_schedules").paginate(GroupName=GROUP)
        names = [one["Name"] for page in pages for one in page["Schedules"]]
        return {name: self.scheduler.get_schedule(GroupName=GROUP, Name=name) for name in names}

    @property
    def store(self) -> DynamoDBCatalogueStore:
        names = moto_aws.TABLE_NAMES
        catalogue = CatalogueTables(names["movies"], names["theaters"], names["rooms"], names["events"])
        return DynamoDBCatalogueStore(self.dynamodb, catalogue, names["seats"], lambda seconds: None, lambda: 0.5)

    @property
    def orders(self) -> DynamoDBOrders:
        return DynamoDBOrders(self.dynamodb, moto_aws.TABLE_NAMES["orders"])

    def load(self, document: Mapping[str, Any], now: int = NOW) -> Loaded:
        wanted, problems = read(document)
        if wanted is None:
            raise PlanRefused(problems)
        schedules = EventBridgeSchedules(
            self.scheduler, GROUP, QUEUE_ARN, ROLE_ARN, f"{QUEUE_ARN}-dlq", lambda seconds: None, lambda: 0.5
        )
        with SnapshotWriter(self.s3, moto_aws.BUCKET, now) as snapshot:
            return load_catalogue(wanted, self.store, self.orders, schedules, snapshot, now, no_progress)

    def look_again(self, loaded: Loaded, clock: Clock) -> Sequence[str]:
        return look_again(loaded, self.store, self.orders, clock, WAITS, no_progress)

    def rows(self, role: str) -> list[dict[str, Any]]:
        items = self.dynamodb.scan(TableName=moto_aws.TABLE_NAMES[role])["Items"]
        return sorted(map(from_item, items), key=lambda row: json.dumps(row, sort_keys=True))

    def state(self) -> dict[str, list[dict[str, Any]]]:
        return {role: self.rows(role) for role in ("movies", "theaters", "rooms", "events")}

    def put(self, role: str, row: Mapping[str, Any]) -> None:
        self.dynamodb.put_item(TableName=moto_aws.TABLE_NAMES[role], Item=to_item(row))

    def objects(self) -> list[str]:
        return [one["Key"] for one in self.s3.list_objects_v2(Bucket=moto_aws.BUCKET).get("Contents", ())]


def write_file(path: Path, document: Mapping[str, Any]) -> Path:
    path.write_text(json.dumps(document, indent=1))
    return path
