"""The payment-complete consumer: books a PAID order in the table, then copies its seats into the cache. A message that
comes again changes no order, and repeats the copy."""

from contextlib import suppress
from dataclasses import dataclass

from box_office.domain.catalogue import Event
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.paying import booked
from box_office.ports import (
    CacheDown,
    Clock,
    Counters,
    Events,
    Ids,
    Orders,
    Rooms,
    SeatCache,
    Seats,
    Visitor,
)
from box_office.use_cases.advance_order import commit_with_own_seats
from box_office.use_cases.rounds import in_rounds


@dataclass(frozen=True)
class BookPorts:
    orders: Orders
    events: Events
    seats: Seats
    cache: SeatCache
    counters: Counters
    clock: Clock
    ids: Ids
    rooms: Rooms


def book_order(ref: OrderRef, ports: BookPorts) -> Order | None:
    """Raises Unavailable, OutcomeUnknown, ChangeRefused or ChangeConflicted: the message then comes again."""
    order, event = in_rounds(lambda: book_once(ref, ports))
    if order is not None and event is not None:
        copy_to_cache(order, event, ports)
    return order


def book_once(ref: OrderRef, ports: BookPorts) -> tuple[Order | None, Event | None]:
    now = ports.clock.now_ms()
    order = ports.orders.locate(ref)
    event = ports.events.fresh(ref.event_id)
    if order is None or order.status is not Status.PAID:
        ports.counters.count("DuplicateMessages")
        return order, event
    room = ports.rooms.fresh(event.room_id) if event is not None else None
    change = booked(order, event, now, room)
    return commit_with_own_seats(change, ports.orders, ports.counters, ports.ids, now).after, event


def copy_to_cache(order: Order, event: Event, ports: BookPorts) -> None:
    now = ports.clock.now_ms()
    if event.over(now):
        return
    rows = ports.seats.named(event.event_id, order.selected_seat)
    with suppress(CacheDown):
        ports.cache.copy(event, rows, now)
        ports.cache.purchased(event, Visitor("", order.user_id), order.sale)
