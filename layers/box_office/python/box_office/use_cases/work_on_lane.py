"""What a lane's worker does with a message: advance an order, make a queued hold, or look at an intent."""

from dataclasses import dataclass

from box_office.domain.holding import HoldLimits
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.seats import Change
from box_office.ports import ChangeConflicted, ChangeRefused, IntentUnknown, Lanes, NoAnswer, Outcome, ProviderBusy
from box_office.use_cases.advance_order import (
    AdvancePorts,
    Charging,
    advance_order,
    noted_capture,
)
from box_office.use_cases.queued_hold import QueuedHoldPorts, make_queued_hold

BUSY_SECONDS = 5  # after the provider's 429, until the delayed copy of the message


@dataclass(frozen=True)
class WorkerPorts:
    advance: AdvancePorts
    queued: QueuedHoldPorts
    lanes: Lanes
    deployment: str


@dataclass(frozen=True)
class WorkerRules:
    charging: Charging
    hold: HoldLimits
    queued_ms_max: int


def work_on_order(ref: OrderRef, attempt: int, lane: str, ports: WorkerPorts, rules: WorkerRules) -> None:
    """Raises NoAnswer, Unavailable, OutcomeUnknown: the message comes back. An older attempt's message does no harm:
    it finds the order as it is now."""
    try:
        if advance_order(ref, ports.advance, rules.charging) is None:
            ports.advance.counters.count("UnknownOrders", ref.order_id)
    except ProviderBusy:
        # A copy that comes later costs the message none of its tries.
        ports.advance.counters.count("ProviderBusy")
        ports.lanes.send_order(lane, ref, attempt, BUSY_SECONDS)
    except NoAnswer:
        ports.advance.counters.count("ProviderErrors")
        raise


def work_on_hold(hold: QueuedHold, ports: WorkerPorts, rules: WorkerRules) -> None:
    make_queued_hold(hold, ports.queued, rules.hold, rules.queued_ms_max)


def look_at_intent(intent_id: str, lane: str, ports: WorkerPorts, rules: WorkerRules) -> None:
    """Somebody said something of an intent; the provider alone says what it is. Raises NoAnswer, Unavailable."""
    try:
        take_note(intent_id, ports, rules)
    except ProviderBusy:
        ports.advance.counters.count("ProviderBusy")
        ports.lanes.send_look(lane, intent_id, BUSY_SECONDS)


def take_note(intent_id: str, ports: WorkerPorts, rules: WorkerRules) -> None:
    try:
        outcome = ports.advance.card.look(intent_id)
    except IntentUnknown:
        ports.advance.counters.count("ForeignCallbacks")  # nothing of ours: asking again would end in an alarm
        return
    metadata = outcome.metadata or {}
    if metadata.get("deployment") != ports.deployment:
        ports.advance.counters.count("ForeignCallbacks")
        return
    ref = OrderRef(metadata["user_id"], metadata["event_id"], metadata["order_id"], metadata.get("sale"))
    number = int(metadata["attempt"])
    order = ports.advance.orders.locate(ref)
    change = unexpected(order, ref, number, outcome, ports)
    try:
        if change is not None:
            ports.advance.orders.commit(change, ports.advance.clock.now_ms(), ports.advance.ids.token())
    except (ChangeRefused, ChangeConflicted) as raced:
        raise NoAnswer("somebody else was faster") from raced
    advance_order(ref, ports.advance, rules.charging)


def unexpected(order: Order | None, ref: OrderRef, number: int, outcome: Outcome, ports: WorkerPorts) -> Change | None:
    """Money where none is waited for: noted first, given back then."""
    if outcome.state != "CHARGED":
        return None
    now = ports.advance.clock.now_ms()
    if order is None:
        ports.advance.counters.count("UnknownCharges", ref.order_id)
        return Change(None, order_of_nobody(ref, number, outcome, now), {})
    attempt = order.attempt_numbered(number)
    if order.status is Status.PAYING and number == order.attempt and attempt is not None and attempt.intent_id is None:
        return None  # its create comes again and is answered with this very intent: it is waited for after all
    if attempt is None or attempt.intent_id != outcome.intent_id:
        ports.advance.counters.count("UnknownCharges", ref.order_id)
        if not ports.advance.card.refund(outcome.intent_id, outcome.amount, f"{outcome.intent_id}/refund").given:
            ports.advance.counters.count("RefundsRefused", ref.order_id)
        return None
    return noted_capture(order, number, now)


def order_of_nobody(ref: OrderRef, number: int, outcome: Outcome, now: int) -> Order:
    """The record of money that names an order which does not exist: it is given back as any surplus is."""
    attempt = Attempt(number, AttemptState.CAPTURED, Method(Kind.CARD), outcome.amount, outcome.intent_id)
    return Order(
        user_id=ref.user_id,
        order_id=ref.order_id,
        event_id=ref.event_id,
        movie_id="",
        theater_id="",
        movie_time=0,
        status=Status.EXPIRED,
        seat_prices={},
        currency="",
        revision=1,
        hold_until=now,
        first_held_at=now,
        sale=ref.sale,
        aside=True,
        attempt=number,
        attempts=(attempt,),
        reason="unknown_charge",
    ).due(now)
