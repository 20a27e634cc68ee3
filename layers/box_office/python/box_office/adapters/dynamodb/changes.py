"""The lock: one conditional transaction over an order and all its seats (docs/seat-contention.md).

read or guess the newest order (revision r)                        another request of this user, or another customer
  |                                                                  |
  | TransactWriteItems                                               | takes a seat, replaces the selection,
  |   order:  still none / still this id at revision r               | releases: revision r + 1
  |   seats:  may be taken / still name this order                   |
  v                                                                  v
DynamoDB writes all of it, or none. The request that comes second fails on a condition that no longer holds, and gets
the rows that failed it.
"""

import re
from dataclasses import dataclass
from functools import cache

from botocore.exceptions import ClientError

from box_office.adapters.aws_clients import AwsClient
from box_office.adapters.aws_errors import NO_ANSWER
from box_office.adapters.dynamodb.change_outcomes import outcome, written_before
from box_office.adapters.dynamodb.order_rows import order_row
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.orders import Order
from box_office.domain.seats import BOOKED, EMPTY, HOLD, Change, SeatAct, row_expires_at
from box_office.names import SEAT_EXPIRES_AT
from box_office.ports import ChangeRefused, Clock, Ids, OutcomeUnknown

TRIES_MAX = 3
PATIENCE_MS = 4_500  # so long after `now` no other try begins: one that gets no answer takes five to seven seconds
BACKOFF_SECONDS = 0.08
Arguments = dict[str, object]  # of one write or check
Operation = dict[str, Arguments]  # by its kind: Put, Update, ConditionCheck
PLACEHOLDERS = re.compile(r"[:#]\w+")

# No write takes a pinned or booked seat. A hold may be taken `clock_skew_ms` after it lapsed.
MAY_BE_TAKEN = (
    "attribute_not_exists(seat_id) OR #status = :empty"
    " OR (#status = :hold AND pinned = :false AND hold_until <= :lapsed)"
)
# The user's own earlier hold needs no such margin: this same transaction supersedes its order. A booked seat of that
# order keeps its ticket: only a hold is taken over.
MAY_BE_TAKEN_OVER = f"{MAY_BE_TAKEN} OR (#status = :hold AND order_id = :earlier AND pinned = :false)"
# A write that keeps or frees a seat never changes the seat of a newer owner.
STILL_THE_ORDERS = "order_id = :order AND #status = :hold AND pinned = :false"
STILL_PINNED = "order_id = :order AND pinned = :true"
STILL_BOOKED = "order_id = :order AND #status = :booked"
STILL_BOOKED_OR_EXPIRED = f"attribute_not_exists(seat_id) OR ({STILL_BOOKED})"
# After a restore, or an edit by hand, a seat is its order's if its row names the order, whatever else the row says.
STILL_NAMES_THE_ORDER = "order_id = :order"
# One open order, and the caps: a change of the newest item since it was read fails this transaction.
NO_ORDER_YET = "attribute_not_exists(order_key)"
NOT_THIS_ORDER = "attribute_not_exists(order_key) OR order_id <> :order"
SAME_REVISION = "order_id = :order AND revision = :revision"
# Under an order's archive key lies nothing, or the end of a queued hold whose write of unknown outcome was made after
# all. That end is an older state of this same order: it is overwritten, so that the user can hold seats anew.
NOTHING_AS_NEW = "attribute_not_exists(order_key) OR revision < :revision"

NEXT_VERSION = f"version = if_not_exists(version, :zero) + :one, {SEAT_EXPIRES_AT} = :expires"
OWN_SEAT = "SET #status = :hold, order_id = :order, user_id = :user, order_key = :key, hold_until = :until"
HOLD_SEAT = f"{OWN_SEAT}, pinned = :false, {NEXT_VERSION}"
PINNED_SEAT = f"{OWN_SEAT}, pinned = :true, {NEXT_VERSION}"
EXTEND_SEAT = f"SET hold_until = :until, pinned = :false, {NEXT_VERSION}"
PIN_SEAT = f"SET pinned = :true, {NEXT_VERSION}"
BOOK_SEAT = f"SET #status = :booked, pinned = :false, {NEXT_VERSION}"
FREE_SEAT = f"SET #status = :empty, pinned = :false, {NEXT_VERSION} REMOVE order_id, user_id, order_key, hold_until"
# The values of placeholders that mean the same in every change.
SAME_VALUES = to_item({":empty": EMPTY, ":hold": HOLD, ":booked": BOOKED}) | to_item(
    {":true": True, ":false": False, ":zero": 0, ":one": 1}
)
COUNT_TICKETS = (
    "SET earlier_tickets = :count, earlier_wheelchairs = :wheelchairs, earlier_companions = :companions,"
    " revision = :next"
)


@dataclass(frozen=True)
class Tables:
    seats: str
    orders: str


class DynamoDBChanges:
    """Commits changes; the SDK's errors become those of ports.Orders."""

    def __init__(self, client: AwsClient, tables: Tables, clock: Clock, ids: Ids, clock_skew_ms: int) -> None:
        self._client = client
        self._tables = tables
        self._clock = clock
        self._ids = ids
        self._clock_skew_ms = clock_skew_ms

    def commit(self, change: Change, now: int, token: str) -> None:
        """Every try sends the identical request: with the same token DynamoDB writes it at most once, and refuses
        another request under that token as a parameter mismatch. Raises as ports.Orders.commit says."""
        items = transaction(change, self._tables, now, self._clock_skew_ms, token)
        trouble: Exception | None = None
        unknown = False
        for attempt in range(TRIES_MAX):
            if attempt and not self._wait(attempt, now):
                break
            try:
                self._write(items, token)
                return
            except (ClientError, *NO_ANSWER) as error:
                if written_before(error, token):
                    return
                trouble = outcome(error, change)
                if isinstance(trouble, ChangeRefused):
                    raise trouble from error
                unknown = unknown or isinstance(trouble, OutcomeUnknown)
        assert trouble is not None
        if unknown:
            raise OutcomeUnknown from trouble
        raise trouble

    def _write(self, items: list[Operation], token: str) -> None:
        if len(items) == 1:
            self._client.put_item(**items[0]["Put"])  # half the price; a repeat is recognized by its change_token
        else:
            self._client.transact_write_items(TransactItems=items, ClientRequestToken=token)

    def _wait(self, attempt: int, began_at: int) -> bool:
        """Sleeps before another try, with jitter; False if no other try may begin."""
        if self._clock.now_ms() - began_at >= PATIENCE_MS:
            return False
        self._clock.sleep(BACKOFF_SECONDS * 2**attempt * (0.5 + self._ids.jitter()))
        return True


def transaction(change: Change, tables: Tables, now: int, clock_skew_ms: int, token: str) -> list[Operation]:
    """The order first, then other orders if any, then the seats: DynamoDB's reasons come back in this order."""
    items = [{"Put": put_order(change, tables.orders, now, token)}]
    if change.superseded is not None:
        named = to_item({":revision": change.superseded.revision})
        row = to_item(order_row(change.superseded))
        put = conditional(tables.orders, NOTHING_AS_NEW, Item=row, ExpressionAttributeValues=named)
        items.append({"Put": put})
    if change.must_not_be_current:
        key = {"user_id": change.after.user_id, "order_key": change.after.current_key}
        named = to_item({":order": change.after.order_id})
        check = conditional(tables.orders, NOT_THIS_ORDER, Key=to_item(key), ExpressionAttributeValues=named)
        items.append({"ConditionCheck": check})
    if change.must_not_be_archived:
        key = {"user_id": change.after.user_id, "order_key": change.after.archive_key}
        items.append({"ConditionCheck": conditional(tables.orders, NO_ORDER_YET, Key=to_item(key))})
    if change.recounted is not None:
        items.append({"Update": count_tickets(change.recounted, tables.orders)})
    items += [seat_item(change, seat, act, tables.seats, now - clock_skew_ms) for seat, act in change.acts.items()]
    return items


def put_order(change: Change, table: str, now: int, token: str) -> Arguments:
    # By the token a repeated try sees whether its own earlier try was written, or another device's change.
    item = to_item({**order_row(change.after), "changed_at": change.changed_at(now), "change_token": token})
    if change.before is None:
        return conditional(table, NO_ORDER_YET, Item=item)
    values = {":order": change.before.order_id, ":revision": change.before.revision}
    return conditional(table, SAME_REVISION, Item=item, ExpressionAttributeValues=to_item(values))


def count_tickets(newest: Order, table: str) -> Arguments:
    """The new count comes with a new revision, so that a write decided by the old count fails on its condition."""
    values: dict[str, object] = {":order": newest.order_id, ":revision": newest.revision - 1, ":next": newest.revision}
    values |= {":count": newest.earlier_tickets}
    values |= {":wheelchairs": list(newest.earlier_wheelchairs), ":companions": list(newest.earlier_companions)}
    return conditional(
        table,
        SAME_REVISION,
        Key=to_item({"user_id": newest.user_id, "order_key": newest.key}),
        UpdateExpression=COUNT_TICKETS,
        ExpressionAttributeValues=to_item(values),
    )


def seat_item(change: Change, seat: str, act: SeatAct, table: str, lapsed: int) -> Operation:
    order = change.after
    taken_over = change.superseded is not None and seat in change.superseded.seat_prices
    condition, expression = seat_rule(act, taken_over)
    expires_at = row_expires_at(order.movie_time)
    if act is SeatAct.FREE_BOOKED and expires_at <= lapsed:
        condition = STILL_BOOKED_OR_EXPIRED  # a late refund: DynamoDB may have removed the row
    values = {
        ":order": order.order_id,
        ":earlier": change.superseded.order_id if change.superseded is not None else "",
        ":user": order.user_id,
        ":key": order.current_key,
        ":until": order.hold_until,
        ":lapsed": lapsed,
        ":expires": expires_at // 1000,
    }
    used = placeholders_in(condition, expression or "")
    arguments: Arguments = {
        "Key": to_item({"event_id": order.event_id, "seat_id": seat}),
        "ExpressionAttributeValues": {
            name: value for name, value in {**to_item(values), **SAME_VALUES}.items() if name in used
        },
    }
    if "#status" in used:
        arguments["ExpressionAttributeNames"] = {"#status": "status"}
    if expression is None:
        return {"ConditionCheck": conditional(table, condition, **arguments)}
    return {"Update": conditional(table, condition, UpdateExpression=expression, **arguments)}


@cache
def placeholders_in(condition: str, expression: str) -> frozenset[str]:
    return frozenset(PLACEHOLDERS.findall(f"{condition} {expression}"))


def seat_rule(act: SeatAct, taken_over: bool) -> tuple[str, str | None]:
    """The condition of an act, and the update that it writes; None: it only checks the condition."""
    if act is SeatAct.TAKE:
        return (MAY_BE_TAKEN_OVER if taken_over else MAY_BE_TAKEN), HOLD_SEAT
    return {
        SeatAct.KEEP: (STILL_THE_ORDERS, None),
        SeatAct.EXTEND: (STILL_THE_ORDERS, EXTEND_SEAT),
        SeatAct.FREE: (STILL_THE_ORDERS, FREE_SEAT),
        SeatAct.PIN: (STILL_THE_ORDERS, PIN_SEAT),
        SeatAct.UNPIN: (STILL_PINNED, EXTEND_SEAT),
        SeatAct.FREE_PINNED: (STILL_PINNED, FREE_SEAT),
        SeatAct.REPIN: (MAY_BE_TAKEN, PINNED_SEAT),
        SeatAct.BOOK: (STILL_PINNED, BOOK_SEAT),
        SeatAct.FREE_BOOKED: (STILL_BOOKED, FREE_SEAT),
        SeatAct.BOOK_OWN: (STILL_NAMES_THE_ORDER, BOOK_SEAT),
        SeatAct.FREE_OWN: (STILL_NAMES_THE_ORDER, FREE_SEAT),
    }[act]


def conditional(table: str, condition: str, **arguments: object) -> Arguments:
    # The row that failed the condition comes back with the failure, and repairs the cache without a read.
    return {
        "TableName": table,
        "ConditionExpression": condition,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        **arguments,
    }
