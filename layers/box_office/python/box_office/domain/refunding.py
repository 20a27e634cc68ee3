"""Giving money back: a refund is a record in the order, written together with the voiding of its tickets. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from box_office.domain.catalogue import Event
from box_office.domain.errors import (
    Forbidden,
    IdempotencyKeyReused,
    NotRefundable,
    RefundClosed,
    UnknownTicket,
)
from box_office.domain.orders import KEPT_KEYS_MAX, KeyRecord, Order, Status
from box_office.domain.paying import changed, with_refund
from box_office.domain.payments import Kind, Refund, RefundState
from box_office.domain.seats import Change, SeatAct
from box_office.domain.tickets import REFUNDED

REFUND_ROUTE = "RefundBooking"


@dataclass(frozen=True)
class RefundWish:
    asked_by: str
    manager: bool = False
    tickets: Collection[str] | None = None  # ids; None: the whole order
    reason: str | None = None
    key: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True)
class Refunding:
    """Asked before: nothing to write. `done`: the money is back."""

    order: Order
    done: bool
    recorded: int | None = None  # minor units, as an idempotency key committed them

    @property
    def amount(self) -> int:
        """Minor units on their way, or given back."""
        if self.recorded is not None:
            return self.recorded
        return self.order.refunds[-1].amount if self.order.refunds else self.order.price


def decide_refund(
    order: Order, newest: Order, event: Event, wish: RefundWish, now: int, closes_ms: int = 0
) -> Refunding | Change:
    """`newest` is the user's newest item of the event, which counts the tickets of earlier orders. `closes_ms`: so long
    before the start a customer can no longer give tickets back."""
    record = order.key_record(REFUND_ROUTE, wish.key) if wish.key is not None else None
    if record is not None:
        if record.fingerprint != wish.fingerprint:
            raise IdempotencyKeyReused("This Idempotency-Key came with another request before.")
        return Refunding(order, done=False, recorded=record.answer["amount"])
    if wish.tickets is not None and not wish.manager:
        raise Forbidden("Single tickets are refunded by a manager.")
    if order.status in (Status.REFUNDING, Status.REFUNDED):
        return Refunding(order, done=order.status is Status.REFUNDED)
    if order.status is not Status.BOOKED:
        raise NotRefundable("This order is not booked.")
    check_who(order, event, wish, now + closes_ms)
    wanted = wanted_tickets(order, wish)
    if not wanted:
        return Refunding(order, done=not order.pending_refunds)
    after = remember_refund(void(order, wanted, wish.asked_by, wish.reason, now), wish)
    return refund_change(order, after, newest, len(wanted), now)


def check_who(order: Order, event: Event, wish: RefundWish, by: int) -> None:
    if wish.manager:
        return
    attempt = order.current_attempt
    if attempt is not None and attempt.method.kind is Kind.CASH:
        raise Forbidden("What was paid in cash is given back by a manager.")
    if by >= event.movie_time:
        raise RefundClosed("It is too late to give tickets of this showing back.")
    if any(ticket["checked_in_at"] is not None for ticket in order.tickets):
        raise RefundClosed("A ticket of this order was used.")


def wanted_tickets(order: Order, wish: RefundWish) -> list[str]:
    """Ids to void, in the order's order. A used ticket is not given back; one voided before is no matter."""
    by_id = {ticket["ticket_id"]: ticket for ticket in order.tickets}
    named = list(by_id) if wish.tickets is None else list(dict.fromkeys(wish.tickets))
    if unknown := [ticket for ticket in named if ticket not in by_id]:
        raise UnknownTicket(f"This order has no ticket {', '.join(unknown)}.")
    live = [ticket for ticket in named if by_id[ticket]["status"] != REFUNDED]
    if any(by_id[ticket]["checked_in_at"] is not None for ticket in live):
        raise RefundClosed("A ticket of this order was used.")
    return live


def void(order: Order, wanted: Collection[str], by: str, reason: str | None, now: int) -> Order:
    """The order with these tickets void and their refund asked for; REFUNDING once none is live."""
    amount = sum(order.seat_prices[ticket["seat_id"]] for ticket in order.tickets if ticket["ticket_id"] in wanted)
    tickets = tuple(
        {**ticket, "status": REFUNDED} if ticket["ticket_id"] in wanted else ticket for ticket in order.tickets
    )
    after = changed(with_refund(order, amount, tuple(wanted), by, reason, now), tickets=tickets)
    return after if after.live_tickets else replace(after, status=Status.REFUNDING)


def refund_change(order: Order, after: Order, newest: Order, voided: int, now: int) -> Change:
    """An earlier order that loses tickets is counted down in the newest item, in the same transaction."""
    recount = None
    if order.aside:
        left = newest.earlier_tickets - voided
        recount = replace(newest, earlier_tickets=left, revision=newest.revision + 1)
    return Change(order, after.due(now), {}, recount=recount)


def unused_tickets(order: Order) -> list[str]:
    """What a cancelled event gives back: used tickets stay."""
    return [
        ticket["ticket_id"]
        for ticket in order.tickets
        if ticket["status"] != REFUNDED and ticket["checked_in_at"] is None
    ]


def refund_over(order: Order, refund: Refund, state: RefundState, now: int) -> Change:
    """The provider has answered for good: the seats come free; the order is REFUNDED when all its records are done."""
    assert state is not RefundState.PENDING
    refunds = tuple(replace(one, state=state) if one.refund_id == refund.refund_id else one for one in order.refunds)
    given_back = order.refunded + (refund.amount if state is RefundState.DONE else 0)
    after = changed(order, refunds=refunds, refunded=given_back)
    if after.status is Status.REFUNDING and not after.pending_refunds and not after.live_tickets:
        after = replace(after, status=Status.REFUNDED)
    seats = [ticket["seat_id"] for ticket in order.tickets if ticket["ticket_id"] in refund.tickets]
    return Change(order, after.due(now), dict.fromkeys(seats, SeatAct.FREE_BOOKED))


def owed_in_cash(order: Order, refund: Refund) -> bool:
    """Recorded as paid out, but nobody stood at a till: a person has to."""
    attempt = order.attempt_numbered(refund.attempt)
    return attempt is not None and attempt.method.kind is Kind.CASH and refund.asked_by == "system"


def remember_refund(order: Order, wish: RefundWish) -> Order:
    if wish.key is None:
        return order
    record = KeyRecord(REFUND_ROUTE, wish.key, wish.fingerprint, 202, {"amount": order.refunds[-1].amount})
    return replace(order, keys=(record, *order.keys)[:KEPT_KEYS_MAX])
