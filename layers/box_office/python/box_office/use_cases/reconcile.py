"""Every minute, over what is due: whatever was lost on the way is found here (DESIGN section 6.9)."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from box_office.domain.errors import Unavailable
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.paying import PayLimits
from box_office.domain.payments import Kind
from box_office.ports import Lanes, NoAnswer, OutcomeUnknown
from box_office.use_cases.advance_order import AdvancePorts, Charging, advance_order
from box_office.use_cases.submit_payment import lane_of

logger = logging.getLogger(__name__)

LATE_PIN_MS = 300_000  # a pin that no worker reached for so long rings an alarm
PAID_WITHOUT_TICKET_MS = 180_000
# After a cancellation: functions remember an event for a minute, and a hold may have been queued for two in that time.
LATE_HOLDS_MS = 240_000


@dataclass(frozen=True)
class ReconcilePorts:
    advance: AdvancePorts
    lanes: Lanes
    sweep_event: Callable[[str], int]  # of a cancelled event; returns how much is left


@dataclass(frozen=True)
class Run:
    """Bounds of one run: what it leaves is due still, and first in line of the next."""

    shards: int
    orders_max: int  # a shard
    until_ms: int  # no order is begun after this


def reconcile(ports: ReconcilePorts, limits: PayLimits, run: Run) -> int:
    """Returns how many orders were looked at. One order's trouble never keeps the others waiting."""
    clock = ports.advance.clock
    looked = 0
    idle: dict[str, bool] = {}  # lanes, as they were before this run sent anything
    for shard in range(run.shards):
        now = clock.now_ms()
        if now >= run.until_ms:
            break
        for ref in ports.advance.orders.due(shard, now, run.orders_max):
            if clock.now_ms() >= run.until_ms:
                break
            looked += 1
            try:
                reconcile_order(ref, ports, limits, idle)
            except (Unavailable, OutcomeUnknown):
                continue  # the table is away: it is due still
            except Exception:
                logger.exception("an order that cannot be reconciled", extra={"order_id": ref.order_id})
                ports.advance.counters.count("ReconcileErrors")
        for event in ports.advance.events.cancelled_due(shard, now, run.orders_max):
            with suppress(Unavailable, OutcomeUnknown):
                late_holds_over = now >= (event.cancelled_at or now) + LATE_HOLDS_MS
                if ports.sweep_event(event.event_id) == 0 and late_holds_over:
                    ports.advance.events.cancellation_done(event.event_id)
    return looked


def reconcile_order(ref: OrderRef, ports: ReconcilePorts, limits: PayLimits, idle: dict[str, bool]) -> None:
    counters, clock = ports.advance.counters, ports.advance.clock
    try:
        order = advance_order(ref, ports.advance, Charging(limits, may_charge=False))
    except NoAnswer:
        counters.count("ProviderErrors")
        order = ports.advance.orders.locate(ref)
    if order is None or order.due_at is None:
        return
    now = clock.now_ms()
    measure(order, ports, now)
    with suppress(Unavailable):
        if waits_for_worker(order):
            lane = lane_of(order, ports.lanes.names)
            if lane not in idle:
                idle[lane] = ports.lanes.backlog(lane) == 0
            if idle[lane] or is_to_be_sent_again(order, now, limits):
                ports.lanes.send_order(lane, order.ref, order.attempt)
        ports.advance.orders.postpone(order, next_look(order, now, limits))


def is_to_be_sent_again(order: Order, now: int, limits: PayLimits) -> bool:
    """On a lane that is never empty a lost message cannot be told from one that waits its turn: then it is sent again
    every five minutes, so that a long queue does not grow of itself."""
    waited = now - (order.pinned_at or now)
    return waited >= LATE_PIN_MS and waited % LATE_PIN_MS < limits.look_ms


def next_look(order: Order, now: int, limits: PayLimits) -> int:
    """In a minute; of a pin at its cap, if that comes before."""
    at = now + limits.look_ms
    cap = order.asked_at + limits.cap_ms if order.status is Status.PAYING and order.asked_at is not None else at
    return min(at, cap) if cap > now else at


def waits_for_worker(order: Order) -> bool:
    """Something that only a worker may do: create or confirm."""
    attempt = order.current_attempt
    if order.status is not Status.PAYING or attempt is None or attempt.method.kind is Kind.CASH:
        return False
    return attempt.next_action is None


def measure(order: Order, ports: ReconcilePorts, now: int) -> None:
    """What alarms watch: pins that nobody reaches, money that lies without a ticket."""
    counters = ports.advance.counters
    if order.pinned_at is not None and order.status is Status.PAYING and order.asked_at is None:
        if now - order.pinned_at > LATE_PIN_MS:
            counters.count("LatePins")
    elif order.status is Status.PAID and order.asked_at is not None and now - order.asked_at > PAID_WITHOUT_TICKET_MS:
        counters.count("PaidWithoutTicket")
