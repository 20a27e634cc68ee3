"""What a customer's or a clerk's SubmitPayment does to an order: HELD becomes PAYING, or a new method waits. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal

from box_office.domain.errors import (
    AlreadyBooked,
    Forbidden,
    HoldExpired,
    IdempotencyKeyReused,
    InvalidRequest,
    PaymentInProgress,
    RateLimited,
)
from box_office.domain.money import minor_units
from box_office.domain.orders import KEPT_KEYS_MAX, KeptAnswer, KeyRecord, Order, Status
from box_office.domain.paying import PayLimits, start_attempt
from box_office.domain.payments import TAKEN_BY_CLERKS, Kind, Method
from box_office.domain.seats import Change, SeatAct

SUBMIT_ROUTE = "SubmitPayment"
CLOSED = {"event_cancelled": "This showing is called off.", "event_over": "This showing is over."}


@dataclass(frozen=True)
class Submission:
    method: Method | None  # None: the client left it out, which it may if the price is 0
    desk: bool = False
    tendered: Decimal | None = None  # major units of the order's currency, kind CASH
    key: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True)
class Accepted:
    """Nothing to write: this submission, or one with the same method, was accepted before."""

    order: Order
    change: int | None = None  # minor units, cash


def decide_submit(order: Order, submission: Submission, now: int, limits: PayLimits) -> Accepted | Change:
    record = order.key_record(SUBMIT_ROUTE, submission.key) if submission.key is not None else None
    if record is not None:
        if record.fingerprint != submission.fingerprint:
            raise IdempotencyKeyReused("This Idempotency-Key came with another request before.")
        return Accepted(order, record.answer.get("change"))
    status = order.status_at(now)
    if status is Status.BOOKED:
        raise AlreadyBooked("These seats are paid for.")
    if status in (Status.PAYING, Status.PAID):
        return submit_again(order, submission, now, limits)
    if status is not Status.HELD:
        raise HoldExpired(CLOSED.get(order.reason or "", "This hold is over; hold the seats again."))
    method = method_for(order, submission)
    if order.attempt >= limits.attempts_max:
        raise RateLimited("This order has been tried as often as can be; let its seats go, and hold them again.", 60)
    paying = start_attempt(order, method)
    after = replace(
        paying,
        status=Status.PAYING,
        revision=order.revision + 1,
        pinned_at=now,
        asked_at=None,
    ).due(now + limits.check_ms)
    return Change(order, remember_submission(after, submission), dict.fromkeys(order.seat_prices, SeatAct.PIN))


def submit_again(order: Order, submission: Submission, now: int, limits: PayLimits) -> Accepted | Change:
    """While PAYING the same method is accepted again. Another one replaces a method that waits for its customer."""
    current = order.current_attempt
    assert current is not None
    method = method_for(order, submission)
    waited_for = [one.as_asked for one in (current.method, current.replaced_by) if one is not None]
    if method.as_asked in waited_for:
        return Accepted(order, change_of(order))
    if order.status is not Status.PAYING or current.next_action is None or current.cash_waits:
        raise PaymentInProgress("Another payment of this order is being processed.")
    if order.attempt >= limits.attempts_max:
        raise RateLimited("This order has been tried as often as can be.", 60)
    after = replace(order.with_attempt(replace(current, replaced_by=method)), revision=order.revision + 1)
    return Change(order, remember_submission(after.due(now + limits.check_ms), submission), {})


def method_for(order: Order, submission: Submission) -> Method:
    """Raises Forbidden for a customer's cash or terminal, InvalidRequest for too little cash or a price unpaid."""
    method = submission.method
    if method is None:
        if order.price > 0:
            raise InvalidRequest("paymentInfo may be left out of an order of 0.00 only.", "paymentInfo")
        return Method(Kind.FREE)
    if method.kind in TAKEN_BY_CLERKS and not submission.desk:
        raise Forbidden("Cash and terminals are the desk's.")
    if method.kind is Kind.CASH:
        return replace(method, tendered=tendered_for(order, submission.tendered or Decimal(0)))
    # An order whose price is 0 is booked without the provider, whatever method was submitted.
    return Method(Kind.FREE) if order.price == 0 else method


def tendered_for(order: Order, amount: Decimal) -> int:
    try:
        tendered = minor_units(amount, order.currency)
    except ValueError as error:
        raise InvalidRequest(f"tendered has more decimals than {order.currency}.", "paymentInfo") from error
    if tendered < order.price:
        raise InvalidRequest("tendered is less than the price.", "paymentInfo")
    return tendered


def change_of(order: Order) -> int | None:
    """The change that the clerk gives the customer, in minor units; None unless they pay in cash."""
    attempt = order.current_attempt
    method = (attempt.replaced_by or attempt.method) if attempt is not None else None
    tendered = method.tendered if method is not None else None
    return tendered - order.price if tendered is not None else None


def remember_submission(order: Order, submission: Submission) -> Order:
    if submission.key is None:
        return order
    change = change_of(order)
    answer: KeptAnswer = {} if change is None else {"change": change}
    record = KeyRecord(SUBMIT_ROUTE, submission.key, submission.fingerprint, 202, answer)
    return replace(order, keys=(record, *order.keys)[:KEPT_KEYS_MAX])
