"""Orders and seats as rows of the tables, and back."""

from collections.abc import Mapping
from typing import Any

from box_office.adapters.dynamodb_values import from_item
from box_office.domain.orders import KeyRecord, Order, Status
from box_office.domain.seats import SeatRow


def order_row(order: Order, order_key: str) -> dict[str, Any]:
    """The item of table `orders`; members that say nothing are left out."""
    row: dict[str, Any] = {
        "user_id": order.user_id,
        "order_key": order_key,
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
        "tickets": [dict(ticket) for ticket in order.tickets],
    }
    if order.sale is not None:
        row["sale"] = order.sale
    if order.reason is not None:
        row["reason"] = order.reason
    if order.keys:
        row["keys"] = [key_row(record) for record in order.keys]
    return row


def key_row(record: KeyRecord) -> dict[str, Any]:
    return {
        "route": record.route,
        "key": record.key,
        "fingerprint": record.fingerprint,
        "status_code": record.status_code,
        "answer": dict(record.answer),
    }


def order_from(item: Mapping[str, Any]) -> Order:
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
        sale=row.get("sale"),
        earlier_tickets=row["earlier_tickets"],
        reason=row.get("reason"),
        refunded=row["refunded"],
        tickets=tuple(row["tickets"]),
        keys=tuple(KeyRecord(**record) for record in row.get("keys", ())),
    )


def seat_from(item: Mapping[str, Any]) -> SeatRow:
    row = from_item(item)
    return SeatRow(
        seat_id=row["seat_id"],
        status=row["status"],
        version=row["version"],
        order_id=row.get("order_id"),
        user_id=row.get("user_id"),
        order_key=row.get("order_key"),
        hold_until=row.get("hold_until", 0),
        pinned=row["pinned"],
    )
