"""The tables and the bucket of DESIGN section 9 in moto, for tests of adapters and handlers.

`TABLES` repeats what the data stack deploys; a test of the templates compares the two.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import Table as MotoTable
from moto.dynamodb.models import dynamodb_backends

from box_office import names
from box_office.settings.shared import CatalogueSettings

Key = tuple[str, str]  # attribute, type: S or N


@dataclass(frozen=True)
class Index:
    name: str
    partition: Key
    sort: Key | None = None
    projection: str = "ALL"
    included: tuple[str, ...] = ()
    local: bool = False  # shares the table's partition, and is read consistently


@dataclass(frozen=True)
class Table:
    partition: Key
    sort: Key | None = None
    indexes: tuple[Index, ...] = field(default=())


TABLES = {
    "movies": Table(
        ("movie_id", "S"), indexes=(Index(names.MOVIES_ON_DISPLAY, ("on_display", "S"), ("title_key", "S")),)
    ),
    "theaters": Table(("theater_id", "S")),
    "rooms": Table(("room_id", "S"), indexes=(Index(names.ROOMS_BY_THEATER, ("theater_id", "S"), ("room_id", "S")),)),
    "events": Table(
        ("event_id", "S"),
        indexes=(
            Index(names.EVENTS_BY_PAIR, ("movie_theater_id", "S"), ("movie_time", "N")),
            Index(names.EVENTS_BY_MOVIE, ("movie_id", "S"), ("movie_time", "N")),
            Index(names.EVENTS_BY_THEATER, ("theater_id", "S"), ("movie_time", "N")),
            Index(names.EVENTS_BY_ROOM, ("room_id", "S"), ("movie_time", "N")),
            Index(names.EVENTS_DUE, ("due_shard", "N"), ("due_at", "N"), "KEYS_ONLY"),
        ),
    ),
    "seats": Table(("event_id", "S"), ("seat_id", "S")),
    "users": Table(("user_id", "S")),
    "orders": Table(
        ("user_id", "S"),
        ("order_key", "S"),
        indexes=(
            Index(names.ORDERS_BY_ID, ("order_id", "S"), projection="KEYS_ONLY"),
            Index(names.ORDERS_DUE, ("due_shard", "N"), ("due_at", "N"), "KEYS_ONLY"),
            Index(
                names.ORDERS_WITH_TICKETS,
                ("ticketed_event", "S"),
                ("changed_at", "N"),
                "INCLUDE",
                included=("order_id", "tickets"),
            ),
            Index(names.ORDERS_BY_TIME, ("user_id", "S"), ("first_held_at", "N"), "KEYS_ONLY", local=True),
        ),
    ),
    "blocks": Table(
        ("source", "S"),
        ("subject", "S"),
        indexes=(Index(names.BLOCKS_BY_END, ("source", "S"), ("ends_at", "N"), local=True),),
    ),
}

made_by_the_api: dict[tuple[str, str], MotoTable] = {}  # by role and name; empty tables
TABLE_NAMES = {role: names.Names("test").table(role) for role in TABLES}
BUCKET = "catalogue-bucket"


def create_tables(client: Any, table_names: Mapping[str, str] = TABLE_NAMES) -> None:
    """`table_names`: role -> name; only the tables named are made. The first time by the API; from then on moto gets
    a copy of the table that it made, which takes a tenth of the time of a test's setup."""
    there = dynamodb_backends[DEFAULT_ACCOUNT_ID][client.meta.region_name].tables
    for role, name in table_names.items():
        if (role, name) in made_by_the_api:
            assert name not in there, f"the table {name} is there already"
            there[name] = copy.deepcopy(made_by_the_api[role, name])
        else:
            client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **schema_of(TABLES[role]))
            made_by_the_api[role, name] = copy.deepcopy(there[name])


def create_bucket(client: Any, bucket: str = BUCKET) -> None:
    client.create_bucket(Bucket=bucket)


def catalogue_settings(**changes: Any) -> CatalogueSettings:
    return CatalogueSettings(
        stage="test",
        movies_table=TABLE_NAMES["movies"],
        theaters_table=TABLE_NAMES["theaters"],
        rooms_table=TABLE_NAMES["rooms"],
        events_table=TABLE_NAMES["events"],
        catalogue_bucket=BUCKET,
    ).model_copy(update=changes)


def schema_of(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"KeySchema": key_schema(table.partition, table.sort)}
    keys = [table.partition, table.sort]
    for index in table.indexes:
        keys += [index.partition, index.sort]
        kind = "LocalSecondaryIndexes" if index.local else "GlobalSecondaryIndexes"
        schema.setdefault(kind, []).append(
            {
                "IndexName": index.name,
                "KeySchema": key_schema(index.partition, index.sort),
                # DynamoDB fetches from the table what a local index lacks; moto does not.
                "Projection": projection_of(index),
            }
        )
    types = dict(key for key in keys if key)
    schema["AttributeDefinitions"] = [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]
    return schema


def projection_of(index: Index) -> dict[str, Any]:
    if index.included:
        return {"ProjectionType": index.projection, "NonKeyAttributes": list(index.included)}
    return {"ProjectionType": "ALL" if index.local else index.projection}


def key_schema(partition: Key, sort: Key | None) -> list[dict[str, str]]:
    ranges = [{"AttributeName": sort[0], "KeyType": "RANGE"}] if sort else []
    return [{"AttributeName": partition[0], "KeyType": "HASH"}, *ranges]
