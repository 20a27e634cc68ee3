"""An event's and a room's own row, read consistently."""

from collections.abc import Sequence

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import translated
from box_office.adapters.catalogue_rows import event_of, room_of
from box_office.adapters.dynamodb.order_rows import due_shard
from box_office.adapters.dynamodb.reads import due_items
from box_office.adapters.dynamodb.values import Item, from_item, to_item
from box_office.domain.catalogue import Event, Room
from box_office.domain.errors import UnknownEvent
from box_office.names import EVENTS_DUE


class DynamoDBEvents:
    """ports.Events."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def fresh(self, event_id: str) -> Event | None:
        with translated("read the showing"):
            item = self._client.get_item(TableName=self._table, Key=key_of(event_id), ConsistentRead=True).get("Item")
        return event_of(from_item(item)) if item else None

    def cancel(self, event_id: str, now: int) -> Event:
        values = {":now": now, ":shard": due_shard(event_id)}
        with translated("cancel the showing"):
            try:
                # The first cancellation's time stands. A second run sets `due_at` again: the reconciler then goes on.
                item = self._client.update_item(
                    TableName=self._table,
                    Key=key_of(event_id),
                    UpdateExpression="SET cancelled_at = if_not_exists(cancelled_at, :now),"
                    " due_at = :now, due_shard = :shard",
                    ConditionExpression="attribute_exists(event_id)",
                    ExpressionAttributeValues=to_item(values),
                    ReturnValues="ALL_NEW",
                )["Attributes"]
            except self._client.exceptions.ConditionalCheckFailedException as error:
                raise UnknownEvent("There is no such showing.") from error
        return event_of(from_item(item))

    def cancelled_due(self, shard: int, now: int, limit: int) -> Sequence[Event]:
        items = due_items(self._client, self._table, EVENTS_DUE, ("event_id",), shard, now, limit)
        return [event_of(from_item(item)) for item in items]

    def cancellation_done(self, event_id: str) -> None:
        with translated("close a cancellation"):
            self._client.update_item(
                TableName=self._table, Key=key_of(event_id), UpdateExpression="REMOVE due_at, due_shard"
            )


class DynamoDBRooms:
    """ports.Rooms."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def fresh(self, room_id: str) -> Room | None:
        key = to_item({"room_id": room_id})
        with translated("read the room"):
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return room_of(from_item(item)) if item else None


def key_of(event_id: str) -> Item:
    return to_item({"event_id": event_id})
