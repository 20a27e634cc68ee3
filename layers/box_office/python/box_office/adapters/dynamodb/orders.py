"""Reads of orders and seats, each bounded, by key or by an index; the rows themselves are read consistently."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import error_code, translated
from box_office.adapters.cursors import cursor_of, keys_of
from box_office.adapters.dynamodb.changes import DynamoDBChanges
from box_office.adapters.dynamodb.order_rows import order_from, seat_from
from box_office.adapters.dynamodb.reads import BATCH_MAX, due_items, get_batch, items_of
from box_office.adapters.dynamodb.values import Item, from_item, to_item
from box_office.domain.errors import InvalidRequest, Unavailable
from box_office.domain.order_keys import archive_key, current_key, key_prefix_of_sales, parse_order_key
from box_office.domain.orders import Order, OrderRef
from box_office.domain.seats import Change, SeatRow
from box_office.names import ORDERS_BY_ID, ORDERS_BY_TIME, ORDERS_DUE, ORDERS_WITH_TICKETS
from box_office.ports import ORDERS_READ_MAX, Due, TicketedOrder

ORDER_KEY_LENGTH_MAX = 200  # two ids and what joins them
TICKETED_READ_MAX = 260  # orders of a showing in one read: of two tickets each they fill a page
PLACES_MAX = 2  # an order lies under the current or its archive key; under both if a queued hold was made after its end

# Another writer changed the order first, or is changing it: that write sets `due_at` itself.
CHANGED_MEANWHILE = {"ConditionalCheckFailedException", "TransactionConflictException"}

logger = logging.getLogger(__name__)


class DynamoDBOrders:
    """ports.Orders."""

    def __init__(self, client: AwsClient, table: str, changes: DynamoDBChanges | None = None) -> None:
        self._client = client
        self._table = table
        self._changes = changes

    def newest(self, user_id: str, event_id: str, sale: str | None) -> Order | None:
        return self._get(user_id, current_key(event_id, sale))

    def newest_of_events(self, user_id: str, event_ids: Sequence[str]) -> Sequence[Order]:
        keys = [to_item({"user_id": user_id, "order_key": current_key(event_id)}) for event_id in event_ids]
        with translated("read your bookings"):
            return [order_from(item) for item in get_batch(self._client, self._table, keys)]

    def current(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        order = self._get(user_id, current_key(event_id))
        if order is not None and order.order_id == order_id:
            return order
        return self._find_in_sales(user_id, event_id, order_id)

    def find(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        # The current key first: most orders that a customer asks for lie there.
        order = self._get(user_id, current_key(event_id))
        if order is not None and order.order_id == order_id:
            return order
        order = None
        with suppress(Unavailable):  # the index may be throttled where the table is not
            order = self.by_id(order_id)  # a clerk's sale, or a superseded order
        if order is not None:
            return order if (order.user_id, order.event_id) == (user_id, event_id) else None
        # The index lags: a sale of this very moment is looked for among all the others.
        return self._find_in_sales(user_id, event_id, order_id) or self._get(user_id, archive_key(event_id, order_id))

    def locate(self, ref: OrderRef) -> Order | None:
        for key in (current_key(ref.event_id, ref.sale), archive_key(ref.event_id, ref.order_id)):
            order = self._get(ref.user_id, key)
            if order is not None and order.order_id == ref.order_id:
                return order
        return None

    def archived(self, ref: OrderRef) -> Order | None:
        return self._get(ref.user_id, archive_key(ref.event_id, ref.order_id))

    def by_id(self, order_id: str) -> Order | None:
        with translated("read the order"):
            page = self._client.query(
                TableName=self._table,
                IndexName=ORDERS_BY_ID,
                KeyConditionExpression="order_id = :order",
                ExpressionAttributeValues=to_item({":order": order_id}),
                Limit=PLACES_MAX,
            )
        if not page["Items"]:
            return None
        # The current key names the sale; the archive key does not.
        found = [(row["user_id"], parse_order_key(row["order_key"])) for row in map(from_item, page["Items"])]
        user_id, key = min(found, key=lambda place: place[1].is_archive)
        # The index lags: a newer order may lie under the key that it names.
        return self.locate(OrderRef(user_id, key.event_id, order_id, key.sale))

    def located(self, refs: Sequence[OrderRef]) -> Sequence[Order]:
        wanted = {ref.order_id for ref in refs}
        keys = [
            to_item({"user_id": ref.user_id, "order_key": key})
            for ref in refs
            for key in (current_key(ref.event_id, ref.sale), archive_key(ref.event_id, ref.order_id))
        ]
        with translated("read the bookings"):
            found = [order_from(item) for item in get_batch(self._client, self._table, distinct(keys))]
        return each_once([order for order in found if order.order_id in wanted])

    def with_tickets(self, event_id: str, since: int | None = None) -> Iterator[TicketedOrder]:
        condition, bounds = "ticketed_event = :event", dict[str, object]()
        values: dict[str, str | int] = {":event": event_id}
        if since is not None:
            condition, values = f"{condition} AND changed_at >= :since", values | {":since": since}
            bounds = {"Limit": TICKETED_READ_MAX}
        items = items_of(
            self._client.query,
            "read the tickets",
            TableName=self._table,
            IndexName=ORDERS_WITH_TICKETS,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_item(values),
            **bounds,
        )
        rows = map(from_item, items)
        return (TicketedOrder(row["order_id"], row["changed_at"], row["tickets"]) for row in rows)

    def due(self, shard: int, now: int, limit: int) -> Due:
        items = due_items(self._client, self._table, ORDERS_DUE, ("user_id", "order_key"), shard, now, limit)
        orders = [order for item in items if (order := readable(item)) is not None]
        return Due(orders, len(items) - len(orders))

    def postpone(self, order: Order, due_at: int) -> None:
        values = {":order": order.order_id, ":revision": order.revision, ":due": due_at}
        with translated("postpone an order"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item({"user_id": order.user_id, "order_key": order.key}),
                    UpdateExpression="SET due_at = :due",
                    ConditionExpression="order_id = :order AND revision = :revision AND attribute_exists(due_shard)",
                    ExpressionAttributeValues=to_item(values),
                )
            except ClientError as error:
                if error_code(error) not in CHANGED_MEANWHILE:
                    raise

    def history(self, user_id: str, limit: int, cursor: str | None) -> tuple[Sequence[Order], str | None]:
        start = {"ExclusiveStartKey": decode_cursor(cursor, user_id)} if cursor is not None else {}
        with translated("read your bookings"):
            page = self._client.query(
                **self._by_time("user_id = :user", {":user": user_id}), ScanIndexForward=False, Limit=limit, **start
            )
        last = page.get("LastEvaluatedKey")
        return each_once([order_from(item) for item in page["Items"]]), encode_cursor(last) if last else None

    def in_theater(
        self, user_id: str, theater_id: str, limit: int, cursor: str | None
    ) -> tuple[Sequence[Order], str | None]:
        start = {"ExclusiveStartKey": decode_cursor(cursor, user_id)} if cursor is not None else {}
        query = self._by_time("user_id = :user", {":user": user_id}) | {"ScanIndexForward": False, "Limit": BATCH_MAX}
        items = items_of(self._client.query, "read the bookings", **query, **start)
        read = map(order_from, islice(items, ORDERS_READ_MAX))
        return page_of((order for order in read if order.theater_id == theater_id), limit)

    def live_holds(self, user_id: str, since: int, now: int) -> Sequence[Order]:
        query = self._by_time("user_id = :user AND first_held_at > :since", {":user": user_id, ":since": since})
        with translated("read your bookings"):
            page = self._client.query(**query, ScanIndexForward=False, Limit=BATCH_MAX)
        return [order for item in page["Items"] if (order := order_from(item)).holds_seats(now)]

    def commit(self, change: Change, now: int, token: str) -> None:
        assert self._changes is not None, "a reader of orders was asked to write"
        self._changes.commit(change, now, token)

    def _get(self, user_id: str, order_key: str) -> Order | None:
        key = to_item({"user_id": user_id, "order_key": order_key})
        with translated("read your booking"):
            item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        return order_from(item) if item else None

    def _find_in_sales(self, user_id: str, event_id: str, order_id: str) -> Order | None:
        """The order among all the sales of one event that a desk clerk ever began."""
        arguments: dict[str, object] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": "user_id = :user AND begins_with(order_key, :sales)",
            "FilterExpression": "order_id = :order",
            "ExpressionAttributeValues": to_item(
                {":user": user_id, ":sales": key_prefix_of_sales(event_id), ":order": order_id}
            ),
        }
        with translated("read your booking"):
            while True:
                page = self._client.query(**arguments)
                if page["Items"]:
                    return order_from(page["Items"][0])
                if "LastEvaluatedKey" not in page:
                    return None
                arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _by_time(self, condition: str, values: Mapping[str, object]) -> dict[str, object]:
        return {
            "TableName": self._table,
            "IndexName": ORDERS_BY_TIME,
            "Select": "ALL_ATTRIBUTES",
            "ConsistentRead": True,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": to_item(values),
        }


class DynamoDBSeats:
    """ports.Seats."""

    def __init__(self, client: AwsClient, table: str) -> None:
        self._client = client
        self._table = table

    def of_event(self, event_id: str) -> Sequence[SeatRow]:
        items = items_of(
            self._client.query,
            "read the seats",
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="event_id = :event",
            ExpressionAttributeValues=to_item({":event": event_id}),
        )
        return list(map(seat_from, items))

    def named(self, event_id: str, seat_ids: Sequence[str]) -> Sequence[SeatRow]:
        keys = [to_item({"event_id": event_id, "seat_id": seat}) for seat in seat_ids]
        with translated("read the seats"):
            return [seat_from(item) for item in get_batch(self._client, self._table, keys)]


def each_once(orders: Sequence[Order]) -> list[Order]:
    """Each order once: where a queued hold was made after its end was written, the order that was made."""
    current = {order.order_id for order in orders if not order.superseded}
    return [order for order in orders if not order.superseded or order.order_id not in current]


def distinct(keys: Sequence[Item]) -> list[Item]:
    """DynamoDB refuses a batch that names a key twice."""
    return list({(key["user_id"]["S"], key["order_key"]["S"]): key for key in keys}.values())


def page_of(orders: Iterable[Order], limit: int) -> tuple[Sequence[Order], str | None]:
    """The first of them, and the cursor after which the rest follows. Takes no more than tell whether there is one."""
    found: list[Order] = []
    for order in orders:
        found = each_once([*found, order])
        if len(found) > limit:
            last = found[limit - 1]
            return found[:limit], cursor_of([last.key, last.first_held_at])
    return found, None


def readable(item: Item) -> Order | None:
    """None if the row cannot be parsed, as after an edit by hand: it must not hide the others of its shard."""
    try:
        return order_from(item)
    except (KeyError, TypeError, ValueError):
        logger.exception("an order's row that cannot be read", extra={"order_id": item.get("order_id", {}).get("S")})
        return None


def encode_cursor(key: Item) -> str:
    row = from_item(key)
    return cursor_of([row["order_key"], row["first_held_at"]])


def decode_cursor(cursor: str, user_id: str) -> Item:
    """The key always names the caller's own user id, so that another user's cursor never shows that user's orders."""
    try:
        order_key, first_held_at = keys_of(cursor)
        if not isinstance(order_key, str) or not 0 < len(order_key) <= ORDER_KEY_LENGTH_MAX:
            raise ValueError("not an order of ours")
        if type(first_held_at) is not int or not 0 <= first_held_at < 2**53:
            raise ValueError("not a time of ours")
    except ValueError as error:
        raise InvalidRequest("cursor is not one that this list gave.", "cursor") from error
    return to_item({"user_id": user_id, "order_key": order_key, "first_held_at": first_held_at})
