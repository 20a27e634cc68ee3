"""What HoldSeat and ReleaseSeat do to the user's newest order of an event. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from box_office.domain.catalogue import Event, Room, seats_off_sale
from box_office.domain.errors import (
    AlreadyBooked,
    CompanionWithoutWheelchair,
    DuplicateSeat,
    EventCancelled,
    HoldLimitReached,
    IdempotencyKeyReused,
    InvalidRequest,
    PaymentInProgress,
    SalesClosed,
    SeatsOffSale,
    TooManySeats,
    UnknownSeat,
)
from box_office.domain.orders import BEING_PAID, KEPT_KEYS_MAX, KeyRecord, Order, Status
from box_office.domain.seats import Change, SeatAct

HOLD_ROUTE = "HoldSeat"
WHEELCHAIR, COMPANION = "wheelchair", "companion"


@dataclass(frozen=True)
class HoldLimits:
    hold_ms: int
    hold_ms_max: int  # from the order's first hold to the latest end of its holds
    hold_ms_min: int  # so long before that latest end no seats can be added any more
    seats_per_order_max: int
    seats_per_event_max: int
    clock_skew_ms: int


@dataclass(frozen=True)
class HoldRequest:
    """Some seats of one event, wanted by one user. `sale` names one of a desk clerk's open sales."""

    user_id: str
    event: Event
    seat_prices: Mapping[str, int]  # the whole selection, in the room's order
    order_id: str  # of the order that this request begins, if it begins one
    category_of: Mapping[str, str] = field(default_factory=dict)  # of every seat of the room
    lane: str | None = None  # of the user's session
    sale: str | None = None
    desk: bool = False
    key: str | None = None  # Idempotency-Key
    fingerprint: str = ""

    def of_category(self, category: str, seats: Iterable[str]) -> tuple[str, ...]:
        return tuple(seat for seat in seats if self.category_of.get(seat) == category)

    @property
    def wheelchairs(self) -> tuple[str, ...]:
        return self.of_category(WHEELCHAIR, self.seat_prices)

    @property
    def companions(self) -> tuple[str, ...]:
        return self.of_category(COMPANION, self.seat_prices)

    @property
    def needs_earlier_tickets(self) -> bool:
        """Whether the selection is allowed only if the customer has bought a wheelchair place before."""
        return len(self.companions) > len(self.wheelchairs)


@dataclass(frozen=True)
class SameHold:
    """Nothing to write: the user's order has these very seats already."""

    order: Order


@dataclass(frozen=True)
class Replay:
    """Nothing to write: a request with this idempotency key was committed before, and its answer is repeated."""

    order: Order
    record: KeyRecord


def check_seat_names(seats: Sequence[str], limits: HoldLimits) -> None:
    """Checks that need no room: raises InvalidRequest, DuplicateSeat, TooManySeats."""
    if not seats:
        raise InvalidRequest("selected_seat must name at least one seat.", "selected_seat")
    if len(set(seats)) < len(seats):
        raise DuplicateSeat("selected_seat names a seat twice.", "selected_seat")
    if len(seats) > limits.seats_per_order_max:
        raise TooManySeats(f"An order can have at most {limits.seats_per_order_max} seats.", "selected_seat")


def priced_selection(event: Event, room: Room, seats: Sequence[str]) -> dict[str, int]:
    """The selection in the room's order, with the event's prices in minor units. Raises UnknownSeat, SeatsOffSale."""
    if unknown := sorted(seat for seat in seats if seat not in room.category_of):
        raise UnknownSeat(f"Room {room.room_name} has no seat {', '.join(unknown)}.")
    if off_sale := sorted(seats_off_sale(event, room).intersection(seats)):
        raise SeatsOffSale(off_sale)
    return {seat: event.prices[room.category_of[seat]] for seat in sorted(seats, key=room.place_of.__getitem__)}


def decide_hold(
    current: Order | None, request: HoldRequest, now: int, limits: HoldLimits
) -> SameHold | Replay | Change:
    """`current` is the user's newest order of the event, or None if there never was one."""
    record = recorded(current, request) if current is not None else None
    if current is not None and record is not None:
        return Replay(current, record)
    if request.event.cancelled_at is not None:
        raise EventCancelled("This showing is cancelled.")
    if current is None:
        return begin_order(None, request, now, limits)
    # Checked before the cap of seats, which these very tickets may have reached.
    check_not_booked_already([current], request)
    if current.status in BEING_PAID:
        if set(current.seat_prices) == set(request.seat_prices):
            return SameHold(current)
        raise PaymentInProgress("Your payment for other seats of this showing is being processed.")
    if not current.holds_seats(now):
        return begin_order(current, request, now, limits)
    if set(current.seat_prices) == set(request.seat_prices):
        return SameHold(current)
    return replace_selection(current, request, now, limits)


def check_not_booked_already(orders: Iterable[Order], request: HoldRequest) -> None:
    """Raises AlreadyBooked if these orders of the customer have live tickets for all the wanted seats. A seat's row is
    no sign of that: it stays booked, after its ticket was given back, until the refund is answered."""
    if request.seat_prices.keys() <= {seat for order in orders for seat in order.seats_with_tickets}:
        raise AlreadyBooked("You have booked these seats already.")


def recorded(current: Order, request: HoldRequest) -> KeyRecord | None:
    """The record of the request that committed this key, if any. Raises IdempotencyKeyReused if that was another
    request."""
    record = current.key_record(HOLD_ROUTE, request.key) if request.key is not None else None
    if record is not None and record.fingerprint != request.fingerprint:
        raise IdempotencyKeyReused("This Idempotency-Key came with another request before.")
    return record


def order_of(
    request: HoldRequest,
    now: int,
    status: Status,
    revision: int,
    hold_until: int,
    *,
    earlier_tickets: int = 0,
    earlier_wheelchairs: tuple[str, ...] = (),
    earlier_companions: tuple[str, ...] = (),
) -> Order:
    """A new order with all that the request and its event say of it."""
    return Order(
        user_id=request.user_id,
        order_id=request.order_id,
        event_id=request.event.event_id,
        movie_id=request.event.movie_id,
        theater_id=request.event.theater_id,
        movie_time=request.event.movie_time,
        room_id=request.event.room_id,
        seat_prices=dict(request.seat_prices),
        currency=request.event.currency,
        first_held_at=now,
        sale=request.sale,
        lane=request.lane,
        status=status,
        revision=revision,
        hold_until=hold_until,
        earlier_tickets=earlier_tickets,
        earlier_wheelchairs=earlier_wheelchairs,
        earlier_companions=earlier_companions,
    )


def begin_order(earlier: Order | None, request: HoldRequest, now: int, limits: HoldLimits) -> Change:
    check_sales_open(request.event, now)
    tickets = earlier.earlier_tickets + earlier.live_tickets if earlier else 0
    check_event_cap(len(request.seat_prices), tickets, request, limits)
    wheelchairs, companions = places_with_tickets(earlier, request)
    check_companions(request, wheelchairs, companions)
    revision = earlier.revision + 1 if earlier else 1
    order = order_of(
        request,
        now,
        Status.HELD,
        revision,
        now + limits.hold_ms,
        earlier_tickets=tickets,
        earlier_wheelchairs=wheelchairs,
        earlier_companions=companions,
    )
    return Change(
        before=earlier,
        after=remember_key(order, request, 201),
        acts=dict.fromkeys(order.seat_prices, SeatAct.TAKE),
        superseded=earlier.as_superseded(now) if earlier else None,
    )


def replace_selection(current: Order, request: HoldRequest, now: int, limits: HoldLimits) -> Change:
    """Adds and frees seats in one transaction. Added seats start a fresh `hold_ms`, within `hold_ms_max`."""
    added = request.seat_prices.keys() - current.seat_prices.keys()
    removed = current.seat_prices.keys() - request.seat_prices.keys()
    hold_until = current.hold_until
    if request.of_category(COMPANION, added) or request.of_category(WHEELCHAIR, removed):
        check_companions(request, current.earlier_wheelchairs, current.earlier_companions)
    if added:
        check_sales_open(request.event, now)
        check_event_cap(len(request.seat_prices), current.earlier_tickets, request, limits)
        last = current.first_held_at + limits.hold_ms_max
        if last - now < limits.hold_ms_min:
            raise HoldLimitReached("These seats have been held for as long as can be; buy them or let them go.")
        hold_until = max(hold_until, min(now + limits.hold_ms, last))
    event = request.event
    order = replace(
        current,
        # All seats of the selection are in this event's room: kept seats, too, are now sold as the event is now.
        movie_id=event.movie_id,
        theater_id=event.theater_id,
        movie_time=event.movie_time,
        room_id=event.room_id,
        # A kept seat keeps the price that it had when it was taken.
        seat_prices={seat: current.seat_prices.get(seat, price) for seat, price in request.seat_prices.items()},
        revision=current.revision + 1,
        hold_until=hold_until,
    )
    kept = SeatAct.KEEP if hold_until == current.hold_until else SeatAct.EXTEND
    acts = {seat: SeatAct.TAKE if seat in added else kept for seat in order.seat_prices}
    acts |= dict.fromkeys(sorted(removed), SeatAct.FREE)
    return Change(before=current, after=remember_key(order, request, 201 if added else 200), acts=acts)


def decide_release(current: Order, now: int) -> Change | None:
    """The change that releases the hold; None if the order holds no seats any more."""
    if current.status in BEING_PAID:
        raise PaymentInProgress("These seats are being paid for.")
    if current.status is Status.BOOKED:
        raise AlreadyBooked("These seats are booked.")
    if not current.holds_seats(now):
        return None
    return Change(
        before=current,
        after=replace(current, status=Status.RELEASED, revision=current.revision + 1),
        acts=dict.fromkeys(current.seat_prices, SeatAct.FREE),
    )


def check_sales_open(event: Event, now: int) -> None:
    if not event.on_sale(now):
        raise SalesClosed("Sales for this showing have closed.")


def check_event_cap(seats: int, tickets: int, request: HoldRequest, limits: HoldLimits) -> None:
    # No race can pass this check: the write expects the revision of the item that counts the tickets.
    if not request.desk and seats + tickets > limits.seats_per_event_max:
        raise TooManySeats(
            f"{limits.seats_per_event_max} seats a person; you have {tickets} tickets already.", "selected_seat"
        )


def places_with_tickets(earlier: Order | None, request: HoldRequest) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Wheelchair places and companion seats that the user has live tickets for, once `earlier` is superseded."""
    if earlier is None:
        return (), ()
    bought = sorted(earlier.seats_with_tickets)
    return (
        (*earlier.earlier_wheelchairs, *request.of_category(WHEELCHAIR, bought)),
        (*earlier.earlier_companions, *request.of_category(COMPANION, bought)),
    )


def check_companions(request: HoldRequest, wheelchairs: Sequence[str], companions: Sequence[str]) -> None:
    """Companion seats are at most the customer's wheelchair places of the event, tickets included.

    No race can pass this check: the write expects the revision of the item that names the tickets' places.
    """
    wanted = request.companions
    if wanted and len(wanted) + len(companions) > len(request.wheelchairs) + len(wheelchairs):
        raise CompanionWithoutWheelchair("A companion seat goes with a wheelchair place.", "selected_seat")


def as_answered(order: Order, record: KeyRecord) -> Order:
    """The order as it was when the key committed."""
    seat_prices = {str(seat): int(price) for seat, price in record.answer["seats"]}
    return replace(order, status=Status.HELD, seat_prices=seat_prices, hold_until=record.answer["hold_until"])


def remember_key(order: Order, request: HoldRequest, status_code: int) -> Order:
    return with_answer(order, HOLD_ROUTE, request.key, request.fingerprint, status_code)


def with_answer(order: Order, route: str, key: str | None, fingerprint: str, status_code: int) -> Order:
    """The hold as it is answered, remembered under the key that it was asked for with, if there is one."""
    if key is None:
        return order
    record = KeyRecord(
        route=route,
        key=key,
        fingerprint=fingerprint,
        status_code=status_code,
        # Pairs, not a map: DynamoDB does not keep a map's order, and a replay must repeat the answer word for word.
        answer={"seats": [list(pair) for pair in order.seat_prices.items()], "hold_until": order.hold_until},
    )
    return replace(order, keys=(record, *order.keys)[:KEPT_KEYS_MAX])
