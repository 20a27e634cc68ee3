"""Reads that take several calls: pages, batches of keys, due rows. They return items in DynamoDB's own form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated
from box_office.adapters.dynamodb.values import Item, to_item
from box_office.domain.errors import Unavailable

BATCH_MAX = 100  # DynamoDB's own bound of a BatchGetItem
TRIES_MAX = 5  # of a batch that comes back with keys left over, while a request waits


def at_once(attempt: int) -> None:
    """The pause of a request: a customer waits."""


def items_of(call: Callable[..., Any], doing: str, **arguments: object) -> Iterator[Item]:
    """All items of a Query or Scan, page by page: DynamoDB ends a page at 1 MB.

    The next page is read when its first item is wanted. Raises Unavailable.
    """
    start: Mapping[str, object] = {}  # beyond what `arguments` may begin with
    while True:
        with translated(doing):
            page = call(**{**arguments, **start})
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


class KeysLeftOverError(Unavailable):
    """DynamoDB had no capacity for some keys of a batch at any of the tries."""


def get_batch(
    client: AwsClient,
    table: str,
    keys: Sequence[Item],
    *,
    consistent: bool = True,
    tries: int = TRIES_MAX,
    pause: Callable[[int], object] = at_once,
) -> Iterator[Item]:
    """As `get_batch_of_tables`, from one table."""
    found = get_batch_of_tables(client, {table: keys}, consistent=consistent, tries=tries, pause=pause)
    return (item for _, item in found)


def get_batch_of_tables(
    client: AwsClient,
    wanted: Mapping[str, Sequence[Item]],
    *,
    consistent: bool = True,
    tries: int = TRIES_MAX,
    pause: Callable[[int], object] = at_once,
) -> Iterator[tuple[str, Item]]:
    """Any number of keys by table, in as few calls as DynamoDB takes them; absent ones are left out. `pause` is called
    between two tries, with the number of the first, from 0. Raises KeysLeftOverError."""
    keys = [(table, key) for table, of_table in wanted.items() for key in of_table]
    for start in range(0, len(keys), BATCH_MAX):
        pending: dict[str, Any] = {}
        for table, key in keys[start : start + BATCH_MAX]:
            pending.setdefault(table, {"Keys": [], "ConsistentRead": consistent})["Keys"].append(key)
        for attempt in range(tries):
            if attempt:
                pause(attempt - 1)
            answer = client.batch_get_item(RequestItems=pending)
            for table, items in answer["Responses"].items():
                yield from ((table, item) for item in items)
            pending = answer.get("UnprocessedKeys") or {}
            if not pending:
                break
        else:
            raise KeysLeftOverError("The table answers too slowly just now.")


def due_items(
    client: AwsClient, table: str, index: str, key: Sequence[str], shard: int, now: int, limit: int
) -> Sequence[Item]:
    """The rows that one shard of a sparse, keys-only index has due, each read consistently. Raises Unavailable."""
    with translated("read what is due"):
        page = client.query(
            TableName=table,
            IndexName=index,
            KeyConditionExpression="due_shard = :shard AND due_at <= :now",
            ExpressionAttributeValues=to_item({":shard": shard, ":now": now}),
            Limit=limit,
        )
        return list(get_batch(client, table, [{name: item[name] for name in key} for item in page["Items"]]))
