"""The promises of DESIGN section 12, checked over what lies in the tables. Every suite uses this one checker.

Takes plain rows, so that moto, the embedded AWS and a model can all be asked the same. `ledger` is the payment
sandbox's: `payment_intents` (id, amount_received, metadata) and `refunds` (payment_intent, amount, status, metadata).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]

LIVE_SEAT_STATES = ("HELD", "PAYING", "PAID", "BOOKED")
UNFINISHED = ("PAYING", "PAID", "UNRESOLVED", "REFUNDING")
SEAT_STATES = ("empty", "hold", "booked")


def violations(
    seats: Iterable[Row],
    orders: Iterable[Row],
    now: int,
    room_seats: Mapping[str, int],
    ledger: Mapping[str, Any] | None = None,
) -> list[str]:
    """Empty when all is well. `room_seats`: event -> the seats of its room. Money is looked at with a ledger only."""
    seats, orders = list(seats), list(orders)
    found = [*whole_orders(seats, orders, now), *one_owner(orders, now), *rows_in_order(seats, orders)]
    found += [*rooms_add_up(seats, room_seats), *one_newest_order(orders), *one_ticket_a_seat(orders)]
    if ledger is not None:
        found += [*paid_means_captured(orders, ledger), *refunds_in_bounds(orders, ledger), *pins(seats, orders)]
    return found


def assert_kept(
    seats: Iterable[Row],
    orders: Iterable[Row],
    now: int,
    room_seats: Mapping[str, int],
    ledger: Mapping[str, Any] | None = None,
) -> None:
    found = violations(seats, orders, now, room_seats, ledger)
    assert not found, "promises broken:\n" + "\n".join(found)


def holds_seats(order: Row, now: int) -> bool:
    return order["status"] in LIVE_SEAT_STATES and (order["status"] != "HELD" or now < order["hold_until"])


def whole_orders(seats: list[Row], orders: list[Row], now: int) -> Iterable[str]:
    """3: seats of one order move together, or not at all: a live order owns every seat that it names."""
    owner = {(row["event_id"], row["seat_id"]): row for row in seats}
    for order in orders:
        if not holds_seats(order, now):
            continue
        for seat in kept_seats(order):
            row = owner.get((order["event_id"], seat), {})
            if row.get("order_id") != order["order_id"]:
                yield f"partial: {order['status']} order {order['order_id']} lacks {seat}: {dict(row)}"


def kept_seats(order: Row) -> list[str]:
    """Without those whose tickets were refunded: they are on sale again, or will be."""
    refunded = {ticket["seat_id"] for ticket in order.get("tickets", ()) if ticket["status"] == "refunded"}
    return [seat for seat in order["selected_seat"] if seat not in refunded]


def one_owner(orders: list[Row], now: int) -> Iterable[str]:
    """1: at most one live order owns a seat."""
    claims = defaultdict(list)
    for order in orders:
        if holds_seats(order, now):
            for seat in kept_seats(order):
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


def one_ticket_a_seat(orders: list[Row]) -> Iterable[str]:
    """1: at most one live ticket for an event and seat."""
    live = defaultdict(list)
    for order in orders:
        for ticket in order.get("tickets", ()):
            if ticket["status"] != "refunded":
                live[order["event_id"], ticket["seat_id"]].append(ticket["ticket_id"])
    for seat, tickets in live.items():
        if len(tickets) > 1:
            yield f"tickets: {seat} has {tickets}"


def pins(seats: list[Row], orders: list[Row]) -> Iterable[str]:
    """5: whoever pays, or has paid, has all its seats pinned, and nobody else has any."""
    paying = {order["order_id"]: order for order in orders if order["status"] in ("PAYING", "PAID")}
    pinned = defaultdict(set)
    for row in seats:
        if row["pinned"]:
            pinned[row.get("order_id")].add(row["seat_id"])
            if row.get("order_id") not in paying:
                yield f"pin: {row['event_id']} {row['seat_id']} is pinned for nobody who pays: {dict(row)}"
    for order_id, order in paying.items():
        if set(order["selected_seat"]) != pinned[order_id]:
            yield f"pin: {order['status']} {order_id} has only {sorted(pinned[order_id])} pinned"


def captures_of(ledger: Mapping[str, Any]) -> dict[str, list[tuple[Row, int]]]:
    """Order -> its captured intents, each with what was given back of it."""
    back: dict[str, int] = defaultdict(int)
    for refund in ledger["refunds"]:
        if refund["status"] in ("succeeded", "pending"):
            back[refund["payment_intent"]] += refund["amount"]
    captures = defaultdict(list)
    for intent in ledger["payment_intents"]:
        if intent["amount_received"]:
            captures[intent["metadata"].get("order_id")].append((intent, back[intent["id"]]))
    return captures


def paid_means_captured(orders: list[Row], ledger: Mapping[str, Any]) -> Iterable[str]:
    """4, 6: PAID and BOOKED under the attempt whose intent was captured, for the server's price."""
    captures = captures_of(ledger)
    for order in orders:
        if order["status"] not in ("PAID", "BOOKED"):
            continue
        attempt = next((one for one in order.get("attempts", ()) if one["number"] == order["attempt"]), None)
        if attempt is None or attempt["state"] != "CAPTURED":
            yield f"money: {order['status']} {order['order_id']} under an attempt that is not captured: {attempt}"
        elif attempt["method"]["kind"] in ("card", "saved"):
            received = {intent["id"]: intent["amount_received"] for intent, _ in captures[order["order_id"]]}
            if received.get(attempt.get("intent_id")) != order["price"]:
                yield f"money: {order['order_id']} costs {order['price']}, captured {received} by {attempt}"


def refunds_in_bounds(orders: list[Row], ledger: Mapping[str, Any]) -> Iterable[str]:
    """7: refunds never exceed captures; a ticket, and a surplus capture, is refunded once."""
    for captures in captures_of(ledger).values():
        for intent, back in captures:
            if back > intent["amount_received"]:
                yield f"money: {back} given back of {intent}"
    for order in orders:
        tickets = [ticket for refund in order.get("refunds", ()) for ticket in refund["tickets"]]
        if len(tickets) != len(set(tickets)):
            yield f"money: a ticket of {order['order_id']} was refunded twice: {order['refunds']}"
        voided = {one["ticket_id"] for one in order.get("tickets", ()) if one["status"] == "refunded"}
        if voided != set(tickets):
            yield f"money: {order['order_id']} voided {voided}, gives {tickets} back"


def unsettled(orders: Iterable[Row], ledger: Mapping[str, Any]) -> list[str]:
    """8, 11: at rest every order is final, and the money kept, cash included, is the price of the live tickets.

    Aside from what a person settles (`set_apart`) and what was given back at the provider's dashboard without a ticket.
    Empty when all is well.
    """
    found, captures = [], captures_of(ledger)
    orders = list(orders)
    for order in orders:
        name, status = order["order_id"], order["status"]
        if is_unfinished(order):
            found.append(f"rest: {name} is {status}, due at {order.get('due_at')}")
        kept = sum(intent["amount_received"] - back for intent, back in captures[name]) + till_of(order)
        prices = dict(zip(order["selected_seat"], order["seat_prices"], strict=True))
        live = [one["seat_id"] for one in order.get("tickets", ()) if one["status"] != "refunded"]
        by_provider = sum(one["amount"] for one in order.get("refunds", ()) if is_part_given_at_provider(one))
        owing = set_apart(order)
        if kept != max(0, sum(prices[seat] for seat in live) - by_provider) + owing:
            parts = f"a person settles {owing}, given back at the provider {by_provider}"
            found.append(f"rest: {kept} kept for {name} ({status}), whose live tickets are {live}; {parts}")
        unreturned = [one for one in order.get("refunds", ()) if one.get("surplus") and one["state"] in BY_A_PERSON]
        if len([1 for intent, back in captures[name] if back < intent["amount_received"]]) > 1 + len(unreturned):
            found.append(f"rest: more than one capture is kept for {name}")
    strangers = set(captures) - {order["order_id"] for order in orders}
    found += [
        f"rest: {captures[name]} belongs to no order"
        for name in strangers
        if any(back < intent["amount_received"] for intent, back in captures[name])
    ]
    return found


STAYS_OPEN = ("PAYING", "PAID", "UNRESOLVED")  # whatever is owed beside
BY_A_PERSON = ("REFUSED", "SETTLED")


def is_unfinished(order: Row) -> bool:
    """Whether a worker or the reconciler has still to move it on; what a person settles waits for a person."""
    waits_for_a_person = order["status"] not in STAYS_OPEN and is_owed(order)
    return (order["status"] in UNFINISHED or "due_at" in order) and not waits_for_a_person


def cash_attempts(order: Row) -> dict[int, int]:
    """Attempt -> what the till took; cash has no other ledger than the orders."""
    cash = [one for one in order.get("attempts", ()) if one["method"]["kind"] == "cash"]
    return {one["number"]: one["amount"] for one in cash if one["state"] in ("CAPTURED", "REFUNDED")}


def till_of(order: Row) -> int:
    """What lies in the desk's till for this order."""
    cash = cash_attempts(order)
    refunds = [one for one in order.get("refunds", ()) if one["attempt"] in cash]
    paid_out = sum(one["amount"] for one in refunds if one["state"] == "DONE")
    return sum(cash.values()) - paid_out - sum(one["settled"]["paid"] for one in refunds if one.get("settled"))


def is_owed(order: Row) -> bool:
    """Whether a person has to end a refund."""
    return any(is_owed_refund(one, cash_attempts(order)) for one in order.get("refunds", ()))


def is_owed_refund(refund: Row, cash: Mapping[int, int]) -> bool:
    """The provider refused it, or a till owes it."""
    refused = refund["state"] == "REFUSED" and refund.get("origin") != "provider"
    return refused or (refund["state"] == "PENDING" and refund["attempt"] in cash)


def set_apart(order: Row) -> int:
    """What is kept for this order although no live ticket stands for it: refused refunds, cash that is owed, and what
    a person settled otherwise than by the provider."""
    cash, apart = cash_attempts(order), 0
    for one in order.get("refunds", ()):
        if one["state"] == "SETTLED":
            apart += one["amount"] - (one["settled"]["paid"] if one["attempt"] in cash else 0)
        elif is_owed_refund(one, cash):
            apart += one["amount"]
    return apart


def is_part_given_at_provider(refund: Row) -> bool:
    """A part of the tickets' price that went back at the provider's dashboard: the tickets live on."""
    by_provider = refund.get("origin") == "provider" and not refund.get("surplus") and not refund["tickets"]
    return by_provider and refund["state"] in ("PENDING", "DONE")


NEXT_STATES = {
    "HELD": {"PAYING", "RELEASED", "EXPIRED"},
    "PAYING": {"HELD", "PAID", "UNRESOLVED", "EXPIRED"},
    "PAID": {"BOOKED", "REFUNDING"},
    "UNRESOLVED": {"PAID", "REFUNDING", "EXPIRED"},
    "BOOKED": {"REFUNDING"},
    "REFUNDING": {"REFUNDED"},
    "REFUNDED": {"REFUNDING"},  # a bank returned a refund that was done
}


def steps(before: Iterable[Row], after: Iterable[Row]) -> list[str]:
    """4, 9: what no order may do from one snapshot to the next, taken after every single write."""
    was = {order["order_id"]: order for order in before}
    found = []
    for order in after:
        old = was.get(order["order_id"])
        if old is None or old["status"] == order["status"]:
            continue
        name = order["order_id"]
        if order["status"] not in NEXT_STATES.get(old["status"], ()):
            found.append(f"step: {name} went from {old['status']} to {order['status']}")
        if order["status"] in ("PAID", "BOOKED") and old["attempt"] != order["attempt"]:
            found.append(f"step: {name} became {order['status']} under another attempt")
    return found
