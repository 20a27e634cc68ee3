"""The promises of DESIGN section 12, checked over what lies in the tables. Every suite uses this one checker.

Takes plain rows, so that moto, the embedded AWS and a model can all be asked the same. What only payments bring
(captures, refunds) joins with them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

LIVE_SEAT_STATES = ("HELD", "PAYING", "PAID", "BOOKED", "REFUNDING")
SEAT_STATES = ("empty", "hold", "booked")


def violations(seats: Iterable[Row], orders: Iterable[Row], now: int, room_seats: Mapping[str, int]) -> list[str]:
    """Empty when all is well. `room_seats`: event -> the seats of its room."""
    seats, orders = list(seats), list(orders)
    found = [*whole_orders(seats, orders, now), *one_owner(orders, now), *rows_in_order(seats, orders)]
    return found + [*rooms_add_up(seats, room_seats), *one_newest_order(orders)]


def assert_kept(seats: Iterable[Row], orders: Iterable[Row], now: int, room_seats: Mapping[str, int]) -> None:
    found = violations(seats, orders, now, room_seats)
    assert not found, "promises broken:\n" + "\n".join(found)


def holds_seats(order: Row, now: int) -> bool:
    return order["status"] in LIVE_SEAT_STATES and (order["status"] != "HELD" or now < order["hold_until"])


def whole_orders(seats: list[Row], orders: list[Row], now: int) -> Iterable[str]:
    """3: seats of one order move together, or not at all: a live order owns every seat that it names."""
    owner = {(row["event_id"], row["seat_id"]): row for row in seats}
    for order in orders:
        if not holds_seats(order, now):
            continue
        refunded = {ticket["seat_id"] for ticket in order.get("tickets", ()) if ticket["status"] == "refunded"}
        for seat in set(order["selected_seat"]) - refunded:
            row = owner.get((order["event_id"], seat), {})
            if row.get("order_id") != order["order_id"]:
                yield f"partial: {order['status']} order {order['order_id']} lacks {seat}: {dict(row)}"


def one_owner(orders: list[Row], now: int) -> Iterable[str]:
    """1: at most one live order owns a seat."""
    claims = defaultdict(list)
    for order in orders:
        if holds_seats(order, now):
            for seat in order["selected_seat"]:
                claims[order["event_id"], seat].append(order["order_id"])
    for seat, claimed in claims.items():
        if len(claimed) > 1:
            yield f"double: {seat} is held by {claimed}"


def rows_in_order(seats: list[Row], orders: list[Row]) -> Iterable[str]:
    """A row says who owns it, and the order that it names knows of it."""
    named = {(order["event_id"], order["order_id"]): order for order in orders}
    for row in seats:
        where = f"{row['event_id']} {row['seat_id']}"
        if row["status"] not in SEAT_STATES or not isinstance(row.get("pinned"), bool) or row["version"] < 1:
            yield f"row: {where} is malformed: {dict(row)}"
        elif row["status"] == "empty":
            if "order_id" in row or row["pinned"]:
                yield f"row: {where} is empty and still owned: {dict(row)}"
        else:
            order = named.get((row["event_id"], row["order_id"]))
            if order is None:
                yield f"row: {where} names an order that does not exist: {dict(row)}"
            elif row["user_id"] != order["user_id"]:
                yield f"row: {where} names another user than its order: {dict(row)}"
            elif order["status"] == "HELD" and row["seat_id"] not in order["selected_seat"]:
                yield f"row: {where} is held for {order['order_id']}, which does not name it"


def rooms_add_up(seats: list[Row], room_seats: Mapping[str, int]) -> Iterable[str]:
    """12: free + held + pinned + booked = the room's seats; rows of seats nobody touched do not exist."""
    rows = defaultdict(set)
    for row in seats:
        if row["seat_id"] in rows[row["event_id"]]:
            yield f"room: {row['event_id']} {row['seat_id']} has two rows"
        rows[row["event_id"]].add(row["seat_id"])
    for event_id, named in rows.items():
        if event_id in room_seats and len(named) > room_seats[event_id]:
            yield f"room: {event_id} has {len(named)} seats of {room_seats[event_id]}"


def one_newest_order(orders: list[Row]) -> Iterable[str]:
    """One open order a user and event (and sale): whatever was set aside is final."""
    for order in orders:
        if "#" in order["order_key"] and order["status"] in ("HELD", "PAYING", "PAID"):
            yield f"order: {order['order_id']} was set aside and is still {order['status']}"
