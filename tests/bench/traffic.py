"""Counts what leaves the process while handlers run: round trips in sequence, and the capacity units of each."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient

from box_office.adapters.valkey.connection import Call, ValkeyConnection
from tests.bench.capacity import Item, key_names, read_units_of_gets, read_units_of_query, write_units
from tests.moto_aws import TABLE_NAMES, TABLES, Table

TABLE_OF = {name: TABLES[role] for role, name in TABLE_NAMES.items()}
ROLE_OF = {name: role for role, name in TABLE_NAMES.items()}
QUEUE_LOOK = "sqs GetQueueAttributes"
READS = {"GetItem", "BatchGetItem", "Query"}
OF_LAMBDA = {"ReceiveMessage", "DeleteMessage"}  # an event source mapping's own calls: no function makes them


@dataclass
class Traffic:
    """`trips`: what was waited for, one after the other, such as `cache`, `TransactWriteItems 1 orders + 2 seats` or
    `sqs SendMessage`."""

    trips: list[str] = field(default_factory=list)
    read_units: float = 0
    written: Counter[str] = field(default_factory=Counter)  # write units, by `table` and by `table.index`

    @property
    def write_units(self) -> int:
        return self.written.total()

    @property
    def item_write_units(self) -> int:
        return self.write_units - self.index_write_units

    @property
    def index_write_units(self) -> int:
        return sum(units for what, units in self.written.items() if "." in what)

    @property
    def cache_trips(self) -> int:
        return self.trips.count("cache")

    @property
    def table_reads(self) -> int:
        return sum(trip.split()[0] in READS for trip in self.trips)

    @property
    def sends(self) -> int:
        """To queues and topics."""
        return sum(trip.split()[0] in ("sqs", "sns") for trip in self.trips) - self.queue_looks

    @property
    def queue_looks(self) -> int:
        """How long a queue is: asked once a second, whatever the number of requests."""
        return self.trips.count(QUEUE_LOOK)

    @property
    def table_writes(self) -> int:
        return len(self.trips) - self.cache_trips - self.table_reads - self.sends - self.queue_looks

    def in_words(self) -> str:
        return ", ".join(self.trips) or "none"


@contextmanager
def counted() -> Iterator[Traffic]:
    """Traffic of the block. Nothing here is concurrent, so every call is a round trip that somebody waits for."""
    traffic = Traffic()
    api_call, send = BaseClient._make_api_call, ValkeyConnection._send

    def counted_call(client: BaseClient, operation: str, arguments: Mapping[str, Any]) -> Any:
        if client.meta.service_model.service_name != "dynamodb":
            if operation in OF_LAMBDA:
                return api_call(client, operation, arguments)
            traffic.trips.append(f"{client.meta.service_model.service_name} {operation}")
            return api_call(client, operation, arguments)

        def row(table: str, key: Item) -> Item | None:
            wanted = {"TableName": table, "Key": key, "ConsistentRead": True}
            return api_call(client, "GetItem", wanted).get("Item")

        keys = [(write["TableName"], key_of(write)) for write in writes_of(operation, arguments)]
        traffic.trips.append(in_words(operation, arguments, [table for table, _ in keys]))
        before = [row(*key) for key in keys]
        try:
            answer = api_call(client, operation, arguments)
        finally:  # a transaction that is cancelled is charged as well
            for (table, key), old in zip(keys, before, strict=True):
                charge(traffic, TABLE_OF[table], old, row(table, key), operation)
        traffic.read_units += read_units(operation, arguments, answer)
        return answer

    def counted_send(connection: ValkeyConnection, calls: Sequence[Call], by_digest: bool) -> list[Any]:
        traffic.trips.append("cache")
        return send(connection, calls, by_digest)

    cache = patch.object(ValkeyConnection, "_send", counted_send)
    with patch.object(BaseClient, "_make_api_call", counted_call), cache:
        yield traffic


def charge(traffic: Traffic, table: Table, before: Item | None, after: Item | None, operation: str) -> None:
    item, entries = write_units(before, after, table, transactional=operation == "TransactWriteItems")
    role = next(role for role, known in TABLES.items() if known is table)
    traffic.written[role] += item
    traffic.written.update({f"{role}.{index}": units for index, units in entries.items()})


def writes_of(operation: str, arguments: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The writes of one call, each with its table and its key or item."""
    if operation == "TransactWriteItems":
        return [write for item in arguments["TransactItems"] for write in item.values()]
    return [arguments] if operation in {"PutItem", "UpdateItem", "DeleteItem"} else []


def key_of(write: Mapping[str, Any]) -> Item:
    row = write.get("Key") or write["Item"]
    return {name: row[name] for name in key_names(TABLE_OF[write["TableName"]])}


def in_words(operation: str, arguments: Mapping[str, Any], written: Sequence[str]) -> str:
    roles = [ROLE_OF[table] for table in written]
    if roles:
        return f"{operation} " + " + ".join(f"{roles.count(role)} {role}" for role in dict.fromkeys(roles))
    tables = arguments.get("RequestItems") or [arguments["TableName"]]
    index = f".{arguments['IndexName']}" if "IndexName" in arguments else ""
    return f"{operation} " + " + ".join(ROLE_OF[table] + index for table in tables)


def read_units(operation: str, arguments: Mapping[str, Any], answer: Mapping[str, Any]) -> float:
    if operation == "GetItem":
        return read_units_of_gets([answer.get("Item")], arguments.get("ConsistentRead", False))
    if operation == "Query":
        table = TABLE_OF[arguments["TableName"]]
        index = next((index for index in table.indexes if index.name == arguments.get("IndexName")), None)
        return read_units_of_query(answer["Items"], index, table, arguments.get("ConsistentRead", False))
    if operation == "BatchGetItem":
        asked = arguments["RequestItems"].items()
        return sum(batch_units(answer["Responses"].get(table, []), wanted) for table, wanted in asked)
    return 0


def batch_units(found: Sequence[Item], wanted: Mapping[str, Any]) -> float:
    absent = [None] * (len(wanted["Keys"]) - len(found))
    return read_units_of_gets([*found, *absent], wanted.get("ConsistentRead", False))
