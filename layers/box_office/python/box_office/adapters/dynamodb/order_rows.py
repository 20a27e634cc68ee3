"""Orders and seats as rows of the tables, and back."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from box_office.adapters.dynamodb.values import Item, TableRow, from_item
from box_office.domain.order_keys import parse_order_key
from box_office.domain.orders import KeyRecord, Order, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method, Origin, Refund, RefundState, Settlement
from box_office.domain.seats import SeatRow, status_of
from box_office.names import DUE_SHARDS


def order_row(order: Order) -> TableRow:
    """The item of table `orders`; optional members that are empty are left out."""
    row: TableRow = {
        "user_id": order.user_id,
        "order_key": order.key,
        "order_id": order.order_id,
        "event_id": order.event_id,
        "movie_id": order.movie_id,
        "theater_id": order.theater_id,
        "movie_time": order.movie_time,
        "status": str(order.status),
        "selected_seat": list(order.selected_seat),
        "seat_prices": list(order.seat_prices.values()),
        "price": order.price,
        "currency": order.currency,
        "revision": order.revision,
        "hold_until": order.hold_until,
        "first_held_at": order.first_held_at,
        "earlier_tickets": order.earlier_tickets,
        "refunded": order.refunded,
        "attempt": order.attempt,
        "changed_at": order.changed_at,
        "tickets": [dict(ticket) for ticket in order.tickets],
    }
    optional: dict[str, str | int | None] = {
        "room_id": order.room_id,
        "sale": order.sale,
        "lane": order.lane,
        "pinned_at": order.pinned_at,
        "asked_at": order.asked_at,
        "due_at": order.due_at,
        "reason": order.reason,
    }
    row |= {name: value for name, value in optional.items() if value is not None}
    if order.due_at is not None:
        row["due_shard"] = due_shard(order.order_id)  # the index of due orders has only rows with a shard
    if order.tickets:
        row["ticketed_event"] = order.event_id  # sparse too: what a gate lists are orders with tickets
    lists: dict[str, Sequence[object]] = {
        "earlier_wheelchairs": list(order.earlier_wheelchairs),
        "earlier_companions": list(order.earlier_companions),
        "attempts": [attempt_row(attempt) for attempt in order.attempts],
        "refunds": [without_empty(asdict(refund)) for refund in order.refunds],
        "kept_keys": [key_row(record) for record in order.keys],
    }
    row |= {name: values for name, values in lists.items() if values}
    return row


def attempt_row(attempt: Attempt) -> TableRow:
    row = without_empty(asdict(attempt))
    for method in (row["method"], row.get("replaced_by", {})):
        if method.get("kind") == Kind.EXTERNAL:
            # Releases of before 2026-11-29 read no other kind, and treat the two alike: `reference` tells them apart.
            method["kind"] = Kind.CASH
    return row


def key_row(record: KeyRecord) -> list[object]:
    """Without the names of its members, which would make the row of a sale of two seats longer than a kilobyte."""
    return [record.route, record.key, record.fingerprint, record.status_code, without_empty(record.answer)]


def due_shard(order_id: str) -> int:
    return zlib.crc32(order_id.encode()) % DUE_SHARDS


def without_empty(members: Mapping[str, object]) -> TableRow:
    """The members without None and False: every byte of a row is paid for."""
    return {
        name: without_empty(value) if isinstance(value, Mapping) else value
        for name, value in members.items()
        if value is not None and value is not False
    }


def order_from(item: Item) -> Order:
    row = from_item(item)
    return Order(
        user_id=row["user_id"],
        order_id=row["order_id"],
        event_id=row["event_id"],
        movie_id=row["movie_id"],
        theater_id=row["theater_id"],
        movie_time=row["movie_time"],
        status=Status(row["status"]),
        seat_prices=dict(zip(row["selected_seat"], row["seat_prices"], strict=True)),
        currency=row["currency"],
        revision=row["revision"],
        hold_until=row["hold_until"],
        first_held_at=row["first_held_at"],
        room_id=row.get("room_id"),
        sale=row.get("sale"),
        earlier_tickets=row["earlier_tickets"],
        earlier_wheelchairs=tuple(row.get("earlier_wheelchairs", ())),
        earlier_companions=tuple(row.get("earlier_companions", ())),
        superseded=parse_order_key(row["order_key"]).is_archive,
        lane=row.get("lane"),
        attempt=row.get("attempt", 0),
        attempts=tuple(map(attempt_from, row.get("attempts", ()))),
        changed_at=row.get("changed_at", 0),
        pinned_at=row.get("pinned_at"),
        asked_at=row.get("asked_at"),
        due_at=row.get("due_at"),
        reason=row.get("reason"),
        refunds=tuple(map(refund_from, row.get("refunds", ()))),
        tickets=tuple(row["tickets"]),
        keys=keys_from(row),
    )


def keys_from(row: TableRow) -> tuple[KeyRecord, ...]:
    if "kept_keys" in row:
        return tuple(KeyRecord(*record[: len(fields(KeyRecord))]) for record in row["kept_keys"])
    # Releases of before 2026-11-29 wrote `keys`, with names. They do not read `kept_keys`: while one of them is back, a
    # request that comes again under its key is judged anew.
    return tuple(KeyRecord(**known_members(KeyRecord, record)) for record in row.get("keys", ()))


def known_members(kind: type[Any], row: TableRow) -> TableRow:
    """The row's members that `kind` has: a later release may have written others before it was rolled back."""
    return {name: value for name, value in row.items() if name in kind.__dataclass_fields__}


def attempt_from(row: TableRow) -> Attempt:
    replaced_by = method_from(row["replaced_by"]) if "replaced_by" in row else None
    typed = {"state": AttemptState(row["state"]), "method": method_from(row["method"]), "replaced_by": replaced_by}
    return Attempt(**{**known_members(Attempt, row), **typed})


def method_from(row: TableRow) -> Method:
    kind = Kind.EXTERNAL if row["kind"] == Kind.CASH and row.get("reference") is not None else Kind(row["kind"])
    return Method(**{**known_members(Method, row), "kind": kind})


def refund_from(row: TableRow) -> Refund:
    settled = Settlement(**known_members(Settlement, row["settled"])) if "settled" in row else None
    state = RefundState(row["state"])
    if "origin" not in row:  # written before 2026-11-28, when a refund that is ASKED now was called PENDING
        state = RefundState.ASKED if state is RefundState.PENDING else state
    by_system = row["asked_by"] == Origin.SYSTEM
    origin = Origin(row.get("origin", Origin.SYSTEM if by_system else Origin.CUSTOMER))
    typed = {"state": state, "tickets": tuple(row["tickets"]), "settled": settled, "origin": origin}
    return Refund(**{**known_members(Refund, row), **typed})


def seat_from(item: Item) -> SeatRow:
    row = from_item(item)
    status = status_of(row["status"])
    return SeatRow(
        seat_id=row["seat_id"],
        status=status,
        version=row["version"],
        order_id=row.get("order_id"),
        user_id=row.get("user_id"),
        order_key=row.get("order_key"),
        hold_until=row.get("hold_until", 0),
        pinned=row["pinned"] or status != row["status"],
    )
