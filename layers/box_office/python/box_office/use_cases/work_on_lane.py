"""What a lane's worker does with a message: it advances an order, makes a queued hold, or checks an intent."""

from dataclasses import dataclass, replace

from box_office.domain.captures import Captured, capture_of_no_attempt, capture_of_no_order
from box_office.domain.messages import EndedIntent, NamedIntent, QueuedHold
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.payments import AttemptState, Origin, RefundState
from box_office.domain.provider_answers import Outcome, OutcomeState
from box_office.domain.provider_refunds import refunds_listed
from box_office.domain.seats import Change
from box_office.ports import ChangeConflicted, ChangeRefused, Lanes
from box_office.ports.payments import Deployment, IntentUnknown, NoAnswer, ProviderBusy
from box_office.use_cases.advance_order import (
    AdvancePorts,
    Charging,
    TooEarly,
    advance_order,
    commit,
)
from box_office.use_cases.provider_silence import ProviderBreaker
from box_office.use_cases.queued_hold import QueuedHoldLimits, QueuedHoldPorts, make_queued_hold
from box_office.use_cases.settle_money import noted_capture

BUSY_SECONDS = 5  # after the provider's 429, until the delayed copy of the message


@dataclass(frozen=True)
class WorkerPorts:
    advance: AdvancePorts
    queued: QueuedHoldPorts
    lanes: Lanes
    deployment: Deployment
    earlier_name: str  # of the stage: what charges named before deployments had ids


@dataclass(frozen=True)
class WorkerRules:
    charging: Charging
    queued: QueuedHoldLimits
    dashboard_refund_voids: bool = True  # whether a refund of the whole price at the provider's dashboard voids tickets


def of_one_batch(ports: WorkerPorts) -> WorkerPorts:
    """The ports with a breaker of this batch's own: after two time-outs the other messages make no calls."""
    advance = ports.advance
    return replace(ports, advance=replace(advance, card=ProviderBreaker(advance.card, advance.clock)))


def work_on_order(
    ref: OrderRef, attempt: int, lane: str, ports: WorkerPorts, rules: WorkerRules, waited: bool = False
) -> None:
    """Raises NoAnswer, Unavailable, OutcomeUnknown: the message comes back. A message of an older attempt advances the
    order as it is now."""
    try:
        charging = replace(rules.charging, waited=attempt if waited else None)
        if advance_order(ref, ports.advance, charging) is None:
            ports.advance.counters.count("UnknownOrders", ref.order_id)
    except TooEarly as early:
        ports.lanes.send_order(lane, ref, attempt, early.seconds, waited=True)
    except ProviderBusy:
        # A delayed copy: the busy provider costs the message none of its tries.
        ports.advance.counters.count("ProviderBusy")
        ports.lanes.send_order(lane, ref, attempt, BUSY_SECONDS, waited)
    except NoAnswer:
        ports.advance.counters.count("ProviderErrors")
        raise


def work_on_hold(hold: QueuedHold, ports: WorkerPorts, rules: WorkerRules) -> None:
    make_queued_hold(hold, ports.queued, rules.queued)


def check_intent(named: NamedIntent, lane: str, ports: WorkerPorts, rules: WorkerRules) -> None:
    """A callback named this intent. The worker asks the provider about it, and advances its order, unless the order has
    recorded already what the callback says. Raises NoAnswer, Unavailable."""
    ended = named.ended
    if ended is not None and has_recorded(ports.advance.orders.locate(ended.ref), named.intent_id, ended):
        return
    try:
        take_note(named.intent_id, named.refunds, ports, rules)
    except ProviderBusy:
        ports.advance.counters.count("ProviderBusy")
        ports.lanes.send_intent(lane, named, BUSY_SECONDS)


def detach_method(payment_method: str, lane: str, ports: WorkerPorts) -> None:
    """Raises NoAnswer: the message comes back."""
    try:
        ports.advance.card.detach(payment_method)
    except ProviderBusy:
        ports.advance.counters.count("ProviderBusy")
        ports.lanes.send_detach(lane, payment_method, BUSY_SECONDS)
    except NoAnswer:
        ports.advance.counters.count("ProviderErrors")
        raise


def take_note(intent_id: str, refunds: bool, ports: WorkerPorts, rules: WorkerRules) -> None:
    try:
        outcome = ports.advance.card.retrieve_intent(intent_id)
    except IntentUnknown:
        ports.advance.counters.count("ForeignCallbacks")  # it is no intent of ours, and no retry would find it
        return
    intent_id = outcome.intent_id  # the callback may have named a refund or a charge of this intent
    metadata = outcome.metadata or {}
    named = metadata.get("deployment")
    if named is None or named not in (ports.earlier_name, ports.deployment.known_id()):
        ports.advance.counters.count("ForeignCallbacks")
        return
    ref = OrderRef(metadata["user_id"], metadata["event_id"], metadata["order_id"], metadata.get("sale"))
    number = int(metadata["attempt"])
    found = ports.advance.orders.locate(ref)
    if named == ports.earlier_name and not has_intent(found, outcome.intent_id):
        ports.advance.counters.count("ForeignCallbacks")  # another deployment of the same stage
        return
    write(unexpected(found, ref, number, outcome, ports), ports)
    order = advance_in_turn(ref, ports, rules)
    if refunds and order is not None:
        compare_refunds(order, number, outcome.intent_id, ports, rules)
        advance_in_turn(ref, ports, rules)


def advance_in_turn(ref: OrderRef, ports: WorkerPorts, rules: WorkerRules) -> Order | None:
    """As advance_order. An attempt that has to wait is left to its own message."""
    try:
        return advance_order(ref, ports.advance, rules.charging)
    except TooEarly:
        return ports.advance.orders.locate(ref)


def has_recorded(order: Order | None, intent_id: str, ended: EndedIntent) -> bool:
    """Whether the order knows that this very intent ended so. A charge is the last word on an intent."""
    attempt = order.attempt_numbered(ended.attempt) if order is not None else None
    if attempt is None or attempt.intent_id != intent_id:
        return False
    if attempt.state in (AttemptState.CAPTURED, AttemptState.REFUNDED):
        return True
    return not attempt.open and not ended.charged


def has_intent(order: Order | None, intent_id: str) -> bool:
    return order is not None and any(attempt.intent_id == intent_id for attempt in order.attempts)


def write(change: Change | None, ports: WorkerPorts) -> None:
    """Commits the change, if any. Raises NoAnswer if another worker changed the order first: the message comes back."""
    if change is None:
        return
    try:
        commit(change, ports.advance)
    except (ChangeRefused, ChangeConflicted) as raced:
        raise NoAnswer("another worker was faster") from raced


def unexpected(order: Order | None, ref: OrderRef, number: int, outcome: Outcome, ports: WorkerPorts) -> Change | None:
    """The change that records a capture that no attempt of the order waits for, with its refund; else None."""
    if outcome.state != OutcomeState.CHARGED:
        return None
    now, capture = ports.advance.clock.now_ms(), Captured(outcome.intent_id, outcome.amount, outcome.currency)
    if order is None:
        ports.advance.counters.count("UnknownCharges", ref.order_id)
        return capture_of_no_order(ref, number, capture, ports.advance.events.fresh(ref.event_id), now)
    attempt = order.attempt_numbered(number)
    if order.status is Status.PAYING and number == order.attempt and attempt is not None and attempt.intent_id is None:
        return None  # its intent is not stored yet: the worker's next create returns this very intent
    if attempt is not None and attempt.intent_id == outcome.intent_id:
        return noted_capture(order, number, now)
    change = capture_of_no_attempt(order, number, capture, now)
    if change is not None:
        ports.advance.counters.count("UnknownCharges", ref.order_id)
    return change


def compare_refunds(order: Order, number: int, intent_id: str, ports: WorkerPorts, rules: WorkerRules) -> None:
    """Compares the provider's refunds of the intent with the order's, and records the differences: a refund that a
    person made at the provider's dashboard, or one of ours that failed late."""
    advance = ports.advance
    listed = advance.card.refunds(intent_id)
    newest = advance.orders.newest(order.user_id, order.event_id, order.sale) if order.superseded else order
    now = advance.clock.now_ms()
    change = refunds_listed(order, newest or order, number, intent_id, listed, now, rules.dashboard_refund_voids)
    if change is None:
        return
    write(change, ports)
    known = {refund.refund_id: refund for refund in order.refunds}
    for refund in change.after.refunds:
        before = known.get(refund.refund_id)
        if refund.state is RefundState.REFUSED and (before is None or before.state is not RefundState.REFUSED):
            advance.counters.count("RefundsRefused", order.order_id)
        if before is None and refund.origin is Origin.PROVIDER and not refund.tickets and not refund.surplus:
            advance.counters.count("PartialProviderRefunds", order.order_id)
