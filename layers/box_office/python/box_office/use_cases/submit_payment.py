"""SubmitPayment: pins the order's seats, then sends the order to its lane, where a worker calls the provider (DESIGN
section 6)."""

from contextlib import suppress
from dataclasses import dataclass, replace

from box_office.domain.errors import HoldExpired, IdempotencyKeyInUse, PaymentInProgress, Unavailable, UnknownOrder
from box_office.domain.orders import Order, Status
from box_office.domain.paying import PayLimits, wait_seconds
from box_office.domain.payments import Kind
from box_office.domain.pushback import due_once_reached, has_to_wait, kept_while_waiting, refused_for_now
from box_office.domain.seats import Change
from box_office.domain.submitting import Accepted, Submission, change_of, decide_submit
from box_office.ports import ChangeRefused, Clock, Counters, Ids, Lanes, LaneWork, Orders, OutcomeUnknown, RefreshQueue
from box_office.ports.payments import Wallet
from box_office.use_cases.lanes import lane_of, tell_lane
from box_office.use_cases.rounds import NOT_COMMITTED, in_rounds

ACCEPTED_OR_NOT = "It is not known yet whether your payment was accepted; try again."
NOT_ACCEPTED = "More payments are waiting than can be made in time, and yours was not accepted; try again."


@dataclass(frozen=True)
class SubmitPorts:
    orders: Orders
    lanes: Lanes
    work: LaneWork
    wallet: Wallet
    refresh: RefreshQueue
    counters: Counters
    clock: Clock
    ids: Ids


@dataclass(frozen=True)
class Submitted:
    order: Order
    change: int | None  # minor units, cash


def submit_payment(
    user_id: str, event_id: str, order_id: str | None, submission: Submission, ports: SubmitPorts, limits: PayLimits
) -> Submitted:
    """One read, one write, one message; a saved method takes one read more. Raises the errors of API.md's
    SubmitPayment."""
    now = ports.clock.now_ms()
    submission = with_saved_method(user_id, submission, ports.wallet)
    try:
        return in_rounds(lambda: one_submission(user_id, event_id, order_id, submission, ports, limits, now))
    except NOT_COMMITTED as busy:
        if submission.key is not None:
            raise IdempotencyKeyInUse("The same request is being processed.") from busy
        raise PaymentInProgress("Another request of yours is changing this order.") from busy


def one_submission(
    user_id: str,
    event_id: str,
    order_id: str | None,
    submission: Submission,
    ports: SubmitPorts,
    limits: PayLimits,
    now: int,
) -> Submitted:
    order = current_order(user_id, event_id, order_id, ports.orders)
    decision = decide_submit(order, submission, now, limits)
    if isinstance(decision, Accepted):
        return Submitted(decision.order, decision.change)
    work_ms = ports.work.waiting_ms(lane_of(order, ports.lanes.names))
    if has_to_wait(decision.after, work_ms, now, limits):
        raise refused_for_now(keep_hold(order, ports, limits, now), now, limits)
    pin = due_once_reached(decision, work_ms, now, limits)
    commit(pin, ports, now)
    send(pin.after, ports)
    return Submitted(pin.after, change_of(pin.after))


def commit(change: Change, ports: SubmitPorts, now: int, unknown: str = ACCEPTED_OR_NOT) -> None:
    """`unknown`: what the customer reads when nobody knows whether the change was written."""
    try:
        ports.orders.commit(change, now, ports.ids.token())
    except ChangeRefused as refused:
        if refused.order_failed:
            raise  # another device, a worker or the reconciler changed the order first
        raise HoldExpired("This hold is over, and its seats have gone.") from refused
    except OutcomeUnknown as error:
        raise Unavailable(unknown) from error


def keep_hold(order: Order, ports: SubmitPorts, limits: PayLimits, now: int) -> Order:
    """The order as it stands then: its hold is extended as far as it goes, so that a customer who has to come back
    still has the seats then."""
    change = kept_while_waiting(order, limits.hold_ms_max)
    if change is not None:
        commit(change, ports, now, NOT_ACCEPTED)
        ports.refresh.send(order.event_id, list(change.acts))
    ports.counters.count("PaymentsPushedBack", order.order_id)
    return change.after if change is not None else order


def with_saved_method(user_id: str, submission: Submission, wallet: Wallet) -> Submission:
    """The submission with the method that the user has saved now, whatever is saved until a worker charges it. If none
    is saved, or if the user forgets it meanwhile, the worker records a decline."""
    if submission.method is None or submission.method.kind is not Kind.SAVED:
        return submission
    saved = wallet.saved(user_id)
    if saved is None:
        return submission
    method = replace(submission.method, customer=saved.customer, payment_method=saved.payment_method)
    return replace(submission, method=method)


def current_order(user_id: str, event_id: str, order_id: str | None, orders: Orders) -> Order:
    order = orders.current(user_id, event_id, order_id) if order_id else orders.newest(user_id, event_id, None)
    if order is None:
        raise UnknownOrder("You hold no seats of this showing." if order_id is None else "There is no such open order.")
    return order


def send(order: Order, ports: SubmitPorts) -> None:
    """Sends the order to its lane. The pin is the acceptance: if this fails, the reconciler sends it in a minute."""
    assert order.status is Status.PAYING
    try:
        tell_lane(order, ports.lanes, wait_seconds(order))
    except Unavailable:
        with suppress(Exception):
            ports.counters.count("LaneSendErrors")
