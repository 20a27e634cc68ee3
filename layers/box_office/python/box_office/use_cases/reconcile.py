"""Advances every order that is due, once a minute, so that a lost message delays an order but never ends it (DESIGN
section 6.9).

Orders that need no call to the provider come first, over all shards, so that a paid order never waits behind a slow
bank; then cancelled events; then the other orders. Each of the three has its share of the run. An order, shard or event
that fails is logged and counted, and does not stop the others.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from box_office.domain.awaiting import (
    cap_of,
    needs_provider,
    patience_with,
    waits_for_worker,
    waits_only_for_customer,
)
from box_office.domain.catalogue import Event
from box_office.domain.errors import Unavailable
from box_office.domain.orders import Order, Status
from box_office.domain.paying import PayLimits
from box_office.domain.payments import RefundState
from box_office.ports import Clock, Due, Lanes, OutcomeUnknown
from box_office.ports.payments import NoAnswer
from box_office.use_cases.advance_order import AdvancePorts, Charging, advance_order
from box_office.use_cases.cancel_event import Progress
from box_office.use_cases.lanes import lane_of, tell_lane
from box_office.use_cases.provider_silence import ProviderBreaker

logger = logging.getLogger(__name__)

LATE_REFUND_MS = 900_000  # an alarm rings for a refund that the provider has not answered for so long
LATE_PIN_MS = 300_000  # an alarm rings for a pin that no worker has reached for so long
PAID_WITHOUT_TICKET_MS = 180_000
# So long after a cancellation a hold may still be made: functions remember the event as on sale for a minute, and then
# a hold may wait on a lane for two.
LATE_HOLDS_MS = 240_000
MARGIN_MS = 10_000  # runs do not begin to the second: `due_at` is set so much earlier, for the very next run
CUSTOMER_MS = 110_000  # between two checks of an order that waits for its customer: every second run
RESEND_MS = 180_000  # between two messages of one order
QUEUE_MARGIN_MS = 60_000
SHARD_STRIDE = 41  # runs begin so many shards apart: three runs that are cut short still come to all of 64
WAITING_MAX = 1_000  # orders that a run keeps for its last part: more than it can ask the provider about
CAPPED_MS = 30_000  # past a run's end, for pins at their cap, if the provider does not answer
ORDERS_SHARE, EVENTS_SHARE = 0.4, 0.6  # of the run's time, at which the next part begins


@dataclass(frozen=True)
class ReconcilePorts:
    advance: AdvancePorts
    lanes: Lanes
    sweep_event: Callable[[str, Progress], int]  # takes a cancelled event's id; returns how many orders are left


@dataclass(frozen=True)
class Run:
    """Bounds of one run. Orders that it leaves are still due, and come first in the next run."""

    shards: int
    orders_max: int  # a shard
    until_ms: int  # no order is begun after this, except pins at their cap while the provider does not answer
    lane_orders_per_second: float = 1.0  # that a lane's workers advance at least


class TimeIsUp(Exception):
    """The run's time for events is up in the middle of one; the next run goes on with it."""


@dataclass(frozen=True)
class Deadline(Progress):
    clock: Clock
    until_ms: int

    def step(self, expired: int, refunded: int, left: int) -> None:
        if self.clock.now_ms() >= self.until_ms:
            raise TimeIsUp


def reconcile(ports: ReconcilePorts, limits: PayLimits, run: Run) -> int:
    """Returns how many orders were checked."""
    breaker = ProviderBreaker(ports.advance.card, ports.advance.clock)
    ports = replace(ports, advance=replace(ports.advance, card=breaker))
    job = Job(ports, limits, run, ports.advance.clock.now_ms(), breaker)
    waiting = job.orders_without_provider(job.share(ORDERS_SHARE))
    job.cancelled_events(job.share(EVENTS_SHARE))
    job.orders_with_provider(waiting)
    return job.checked


@dataclass
class Job:
    """One run."""

    ports: ReconcilePorts
    limits: PayLimits
    run: Run
    started: int
    breaker: ProviderBreaker
    checked: int = 0
    backlogs: dict[str, int] = field(default_factory=dict)  # of lanes, as they were before this run sent anything

    def share(self, part: float) -> int:
        return self.started + int((self.run.until_ms - self.started) * part)

    def over(self, until: int) -> bool:
        return self.ports.advance.clock.now_ms() >= until

    @property
    def shards(self) -> Iterator[int]:
        first = self.started // 60_000 * SHARD_STRIDE
        return ((first + number) % self.run.shards for number in range(self.run.shards))

    def orders_without_provider(self, until: int) -> list[Order]:
        """Checks the due orders that need no call to the provider. Returns the others, the most urgent first."""
        waiting: list[Order] = []
        for shard in self.shards:
            if self.over(until):
                break
            for order in self.due(shard):
                if needs_provider(order):
                    waiting.append(order)
                elif not self.over(until) and not self.is_only_queued(order):
                    self.check_order(order)
            if len(waiting) > 2 * WAITING_MAX:
                waiting = self.most_urgent(waiting)
        return self.most_urgent(waiting)

    def orders_with_provider(self, waiting: list[Order]) -> None:
        """Checks the orders that need a call to the provider. Once it does not answer, only pins at their cap are
        checked: they become UNRESOLVED without a call. The others are still due."""
        for order in waiting:
            if self.over(self.run.until_ms):
                if not self.breaker.timed_out or self.over(self.run.until_ms + CAPPED_MS):
                    return
                self.breaker.ask_no_more()
            if not self.breaker.open or self.at_cap(order):
                self.check_order(order)

    def at_cap(self, order: Order) -> bool:
        return self.over(cap_of(order, self.limits))

    def due(self, shard: int) -> list[Order]:
        """The due orders of a shard, paid ones first, without those whose customer has just been sent to their bank."""
        due = Due(())
        now = self.ports.advance.clock.now_ms()
        with self.guarded("a shard that cannot be read", shard=shard):
            due = self.ports.advance.orders.due(shard, now, self.run.orders_max)
        for _ in range(due.unreadable):
            self.ports.advance.counters.count("ReconcileErrors")
        found = [order for order in due.orders if not self.just_sent_to_bank(order, now)]
        return sorted(found, key=lambda order: order.status is not Status.PAID)

    def just_sent_to_bank(self, order: Order, now: int) -> bool:
        check_at = self.next_check(order, order.changed_at)
        fresh = waits_only_for_customer(order, now, self.limits) and now < check_at
        if fresh:
            with self.guarded("an order that cannot be put off", order_id=order.order_id):
                self.ports.advance.orders.postpone(order, check_at)
        return fresh

    def most_urgent(self, orders: list[Order]) -> list[Order]:
        """The first WAITING_MAX orders: those that wait for their customer last, and else the longest due first."""
        now = self.ports.advance.clock.now_ms()
        ordered = sorted(orders, key=lambda one: (waits_only_for_customer(one, now, self.limits), one.due_at or 0))
        return ordered[:WAITING_MAX]

    def check_order(self, order: Order) -> None:
        self.checked += 1
        with self.guarded("an order that cannot be reconciled", order_id=order.order_id):
            advance, charging = self.ports.advance, Charging(self.limits, may_charge=False)
            try:
                after = advance_order(order.ref, advance, charging)
            except NoAnswer:
                advance.counters.count("ProviderErrors")
                after = advance.orders.locate(order.ref)
            if after is not None and after.due_at is not None:
                self.follow_up(after)
            return
        # The check failed with an error: the order is put behind the others.
        with self.guarded("an order that cannot be put off", order_id=order.order_id):
            self.ports.advance.orders.postpone(order, self.next_check(order, self.started))

    def follow_up(self, order: Order) -> None:
        now = self.ports.advance.clock.now_ms()
        measure(order, self.ports, now)
        check_at = self.next_check(order, now)
        if waits_for_worker(order, now, self.limits):
            if self.is_lost(order, now):
                tell_lane(order, self.ports.lanes)
                if not needs_provider(order):
                    check_at = min(self.started + RESEND_MS - MARGIN_MS, cap_of(order, self.limits))
            elif not needs_provider(order):
                return  # the message is still queued: the order stays due, which costs the next run a read and no write
        self.ports.advance.orders.postpone(order, check_at)

    def is_only_queued(self, order: Order) -> bool:
        """Whether a worker alone can move the order on, and its message seems to be on its lane. It stays due, which
        costs the next run a read and no write. In a rush most due orders are such, and none is read a second time: a
        paid order waits behind none of them."""
        now = self.ports.advance.clock.now_ms()
        if not waits_for_worker(order, now, self.limits) or self.at_cap(order):
            return False
        with self.guarded("a lane whose length cannot be read", order_id=order.order_id):
            if not self.is_lost(order, now):
                measure(order, self.ports, now)
                return True
        return False

    def backlog_of(self, order: Order) -> int:
        lane = lane_of(order, self.ports.lanes.names)
        if lane not in self.backlogs:
            self.backlogs[lane] = self.ports.lanes.backlog(lane)
        return self.backlogs[lane]

    def is_lost(self, order: Order, now: int) -> bool:
        """Whether the order's message seems lost: its lane is empty, or it has waited a minute longer than the workers
        need for the lane's backlog. (Each message that is sent again adds to the backlog, so the next wait is longer.)

        A message that a worker has in hand, or that comes back later, seems lost too: so an order is sent at most once
        in three minutes. An order without an intent is not checked for those three minutes, as only a worker can move
        it; an order with one is checked every minute, and sent in every third."""
        waited, backlog = now - order.changed_at, self.backlog_of(order)
        patience = backlog / self.run.lane_orders_per_second * 1000 + QUEUE_MARGIN_MS
        its_minute = not needs_provider(order) or waited // 60_000 % (RESEND_MS // 60_000) == 1
        return its_minute and (backlog == 0 or waited >= patience)

    def next_check(self, order: Order, since: int) -> int:
        """When the order is due again. `since`: when a worker or the reconciler last retrieved the intent of an order
        that waits for its customer."""
        at = self.started + max(self.limits.check_ms - MARGIN_MS, patience_with(order, self.started))
        if waits_only_for_customer(order, self.started, self.limits):
            at = since + CUSTOMER_MS
        cap = cap_of(order, self.limits)
        return min(at, cap) if cap > self.started else at

    def cancelled_events(self, until: int) -> None:
        for shard in self.shards:
            now = self.ports.advance.clock.now_ms()
            if now >= until:
                return
            with self.guarded("a shard of events that cannot be read", shard=shard):
                for event in self.ports.advance.events.cancelled_due(shard, now, self.run.orders_max):
                    if self.over(until):
                        return
                    with self.guarded("a cancelled event that cannot be swept", event_id=event.event_id):
                        self.sweep(event, now, until)

    def sweep(self, event: Event, now: int, until: int) -> None:
        try:
            left = self.ports.sweep_event(event.event_id, Deadline(self.ports.advance.clock, until))
        except TimeIsUp:
            return
        if left == 0 and now >= (event.cancelled_at or now) + LATE_HOLDS_MS:
            self.ports.advance.events.cancellation_done(event.event_id)

    @contextmanager
    def guarded(self, trouble: str, **whose: object) -> Iterator[None]:
        """Logs and counts an error of the block. The order or event is still due, and the next run tries again."""
        try:
            yield
        except (Unavailable, OutcomeUnknown) as away:
            logger.warning("out of reach, the next run comes in a minute: %s", away, extra=whose)
        except Exception:
            logger.exception(trouble, extra=whose)
            self.ports.advance.counters.count("ReconcileErrors")


def measure(order: Order, ports: ReconcilePorts, now: int) -> None:
    """Counts what alarms watch: pins that no worker reaches, payments without a ticket, refunds that do not end. A PAID
    order's `changed_at` is when its capture was recorded."""
    counters = ports.advance.counters
    unreached = order.status is Status.PAYING and order.asked_at is None
    if unreached and order.pinned_at is not None and now - order.pinned_at > LATE_PIN_MS:
        counters.count("LatePins", order.order_id)
    if order.owed_refunds:
        counters.count("RefundsOwed", order.order_id)
    if any(one.state is RefundState.ASKED and now - one.asked_at > LATE_REFUND_MS for one in order.refunds):
        counters.count("LateRefunds", order.order_id)
    if order.status is Status.PAID and now - order.changed_at > PAID_WITHOUT_TICKET_MS:
        counters.count("PaidWithoutTicket", order.order_id)
