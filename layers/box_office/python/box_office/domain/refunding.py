"""Refunds of tickets. A refund is a record in the order, written together with the voiding of its tickets. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from box_office.domain.captures import with_refund
from box_office.domain.catalogue import Event
from box_office.domain.errors import (
    Forbidden,
    IdempotencyKeyReused,
    InvalidRequest,
    NotRefundable,
    RefundClosed,
    UnknownTicket,
)
from box_office.domain.orders import KEPT_KEYS_MAX, KeyRecord, Order, Status, changed
from box_office.domain.payments import OF_TICKETS, AttemptState, Origin, Refund, RefundState
from box_office.domain.provider_answers import RefundOutcome
from box_office.domain.seats import Change, SeatAct
from box_office.domain.tickets import REFUNDED, Ticket

REFUND_ROUTE = "RefundBooking"


@dataclass(frozen=True)
class RefundRequest:
    asked_by: str
    manager: bool = False
    tickets: Collection[str] | None = None  # ids; None: the whole order
    reason: str | None = None
    key: str | None = None
    fingerprint: str = ""
    theater_id: str | None = None  # of the manager's account: another theater's orders are not theirs


@dataclass(frozen=True)
class Refunding:
    """Nothing to write: the refund was asked for before. `done`: the customer has the money."""

    order: Order
    done: bool
    amount: int  # minor units on their way, or given back


@dataclass(frozen=True)
class RefundLimits:
    closes_ms: int = 0  # before the start: a customer's last moment; a manager has no such limit


def decide_refund(
    order: Order, newest: Order, event: Event, request: RefundRequest, now: int, limits: RefundLimits
) -> Refunding | Change:
    """`newest` is the user's newest item of the event, which counts the tickets of earlier orders."""
    record = order.key_record(REFUND_ROUTE, request.key) if request.key is not None else None
    if record is not None:
        if record.fingerprint != request.fingerprint:
            raise IdempotencyKeyReused("This Idempotency-Key came with another request before.")
        return Refunding(order, False, record.answer["amount"])
    if request.tickets is not None and not request.manager:
        raise Forbidden("Single tickets are refunded by a manager.")
    if order.status in (Status.REFUNDING, Status.REFUNDED):
        return Refunding(order, order.status is Status.REFUNDED, given_before(order, request))
    if order.status is not Status.BOOKED:
        raise NotRefundable("This order is not booked.")
    check_who(order, event, request, now + limits.closes_ms)
    wanted = wanted_tickets(order, request)
    if not wanted:
        return Refunding(order, refunds_are_over(order), given_before(order, request))
    origin = Origin.MANAGER if request.manager else Origin.CUSTOMER
    after = remember_refund(void(order, wanted, request.asked_by, origin, request.reason, now), request)
    return refund_change(order, after, newest, len(wanted), now)


def given_before(order: Order, request: RefundRequest) -> int:
    """Minor units of the refunds that gave the named tickets back; of a request for the whole order, of the last."""
    of_tickets = [refund for refund in order.refunds if refund.tickets]
    if request.tickets is not None:
        return sum(refund.amount for refund in of_tickets if not set(refund.tickets).isdisjoint(request.tickets))
    paid = [refund.amount for refund in of_tickets if refund.amount]
    return paid[-1] if paid else order.price


def check_who(order: Order, event: Event, request: RefundRequest, by: int) -> None:
    if request.manager:
        return
    attempt = order.current_attempt
    if attempt is not None and attempt.in_cash:
        raise Forbidden("What was paid at the desk is given back by a manager.")
    if by >= event.movie_time:
        raise RefundClosed("It is too late to give tickets of this showing back.")
    if any(ticket["checked_in_at"] is not None for ticket in order.tickets):
        raise RefundClosed("A ticket of this order was used.")


def wanted_tickets(order: Order, request: RefundRequest) -> list[str]:
    """The ids to void, without those that are void already. Only a manager who gives a reason refunds a used ticket.
    Raises UnknownTicket, RefundClosed, InvalidRequest."""
    by_id = {ticket["ticket_id"]: ticket for ticket in order.tickets}
    named = list(by_id) if request.tickets is None else list(dict.fromkeys(request.tickets))
    if unknown := [ticket for ticket in named if ticket not in by_id]:
        raise UnknownTicket(f"This order has no ticket {', '.join(unknown)}.")
    live = [ticket for ticket in named if by_id[ticket]["status"] != REFUNDED]
    if any(by_id[ticket]["checked_in_at"] is not None for ticket in live):
        if not request.manager:
            raise RefundClosed("A ticket of this order was used.")
        if not request.reason:
            raise InvalidRequest("A ticket of this order was used: reason must say why it is given back.", "reason")
    return live


def void(order: Order, wanted: Collection[str], asked_by: str, origin: Origin, reason: str | None, now: int) -> Order:
    """The order with these tickets void and their refund asked for; REFUNDING if none is left. The refund is at most
    what no other refund has claimed: a part may have gone back at the provider's dashboard."""
    prices = (order.seat_prices[ticket["seat_id"]] for ticket in order.tickets if ticket["ticket_id"] in wanted)
    amount = min(sum(prices), order.refundable)
    asked = with_refund(order, amount, tuple(wanted), asked_by, origin, reason, now)
    return changed(with_void_tickets(asked, wanted))


def with_void_tickets(order: Order, wanted: Collection[str]) -> Order:
    tickets = tuple(as_void(ticket) if ticket["ticket_id"] in wanted else ticket for ticket in order.tickets)
    after = replace(order, tickets=tickets)
    return after if after.live_tickets else replace(after, status=Status.REFUNDING)


def as_void(ticket: Ticket) -> Ticket:
    return {**ticket, "status": REFUNDED}


def refund_change(order: Order, after: Order, newest: Order, voided: int, now: int) -> Change:
    """The change that writes `after`. If the order is superseded, the same transaction lowers the count of earlier
    tickets in the newest order."""
    recount = None
    if order.superseded:
        left = newest.earlier_tickets - voided
        recount = replace(newest, earlier_tickets=left, revision=newest.revision + 1)
    return Change(order, after.due(now), {}, recount=recount)


def tickets_to_give_back(order: Order, used: bool = False) -> list[str]:
    """Ids of the tickets that a cancelled event gives back; used ones only if the operator asks for that."""
    return [
        ticket["ticket_id"]
        for ticket in order.tickets
        if ticket["status"] != REFUNDED and (used or ticket["checked_in_at"] is None)
    ]


def refund_answered(order: Order, refund: Refund, answer: RefundOutcome, now: int) -> Change | None:
    """The change that records the provider's answer about a refund; None if the order has recorded it. The refund's
    seats come free with the first answer, whichever it is."""
    reference = answer.reference or refund.reference
    updated = replace(refund, state=answer.state, reference=reference, failure=answer.reason)
    if updated == refund:
        return None
    first = refund.state is RefundState.ASKED
    seats = [ticket["seat_id"] for ticket in order.tickets if first and ticket["ticket_id"] in refund.tickets]
    after = changed(with_changed_refund(order, updated))
    return Change(order, after.due(now), dict.fromkeys(seats, SeatAct.FREE_BOOKED))


def with_changed_refund(order: Order, refund: Refund) -> Order:
    """The order with this refund in place of the one with its id, and the status that follows from all refunds."""
    refunds = tuple(refund if one.refund_id == refund.refund_id else one for one in order.refunds)
    return with_status_of_refunds(with_refunded_surplus(replace(order, refunds=refunds), refund))


def with_status_of_refunds(order: Order) -> Order:
    """REFUNDING while any refund of its tickets is not over, REFUNDED once all are."""
    if order.status not in (Status.REFUNDING, Status.REFUNDED):
        return order
    over = refunds_are_over(order) and not order.live_tickets
    return replace(order, status=Status.REFUNDED if over else Status.REFUNDING)


def refunds_are_over(order: Order) -> bool:
    """Whether no refund of the tickets' price is open, and none of it is owed to the customer."""
    on_their_way = any(order.is_open(refund) for refund in order.refunds if not refund.surplus)
    return not on_their_way and order.owed_of(OF_TICKETS) == 0


def with_refunded_surplus(order: Order, refund: Refund) -> Order:
    """A surplus capture that was given back is REFUNDED; if the bank returns the money later, CAPTURED again."""
    attempt = order.attempt_numbered(refund.attempt) if refund.surplus and refund.intent_id is None else None
    if attempt is None:
        return order
    given = sum(one.amount for one in order.refunds if one.capture == refund.capture and one.is_over)
    state = AttemptState.REFUNDED if given >= attempt.amount else AttemptState.CAPTURED
    return order.with_attempt(replace(attempt, state=state))


def owed_in_cash(order: Order, refund: Refund) -> bool:
    """Whether the system gives cash back that a person has still to pay out, as no clerk asked for the refund."""
    unpaid = refund.state in (RefundState.ASKED, RefundState.PENDING)
    return unpaid and refund.origin is Origin.SYSTEM and order.in_cash(refund)


def remember_refund(order: Order, request: RefundRequest) -> Order:
    if request.key is None:
        return order
    record = KeyRecord(REFUND_ROUTE, request.key, request.fingerprint, 202, {"amount": order.refunds[-1].amount})
    return replace(order, keys=(record, *order.keys)[:KEPT_KEYS_MAX])
