"""The paying half of Box Office without any I/O: the real use cases over fakes, whose every call may be the last.

`World.steps` counts the calls that the use cases make on their ports. `Kill(k)` ends the environment before or after
the k-th of them; the message that was worked on then comes back, as its queue would give it again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from box_office.adapters.dynamodb.order_rows import DUE_SHARDS, order_row
from box_office.adapters.dynamodb.values import from_item, to_item
from box_office.adapters.stripe.callbacks import ended_intent, kind_of
from box_office.domain.messages import hold_from, intent_from, ref_from
from box_office.domain.orders import Order
from box_office.domain.paying import PayLimits
from box_office.domain.payments import Kind, Method
from box_office.domain.refunding import RefundLimits, RefundRequest
from box_office.domain.submitting import Submission
from box_office.ports.payments import Callback
from box_office.use_cases.advance_order import AdvancePorts, Charging
from box_office.use_cases.book_order import BookPorts, book_order
from box_office.use_cases.cancel_event import Progress, sweep_cancelled
from box_office.use_cases.check_in_ticket import CheckInPorts, check_in_ticket
from box_office.use_cases.end_event import ClosePorts, EventNotOver, end_event
from box_office.use_cases.payment_webhook import CallbackPorts, payment_webhook
from box_office.use_cases.queued_hold import QueuedHoldLimits, QueuedHoldPorts
from box_office.use_cases.reconcile import ReconcilePorts, Run, reconcile
from box_office.use_cases.redrive import decide_redrive
from box_office.use_cases.refresh_seats import RefreshPorts, refresh_seats
from box_office.use_cases.refund_booking import RefundPorts, refund_booking
from box_office.use_cases.submit_payment import SubmitPorts, submit_payment
from box_office.use_cases.work_on_lane import (
    WorkerPorts,
    WorkerRules,
    check_intent,
    detach_method,
    work_on_hold,
    work_on_order,
)
from tests.examples import ADMISSION_LIMITS, EV_1, EV_2, LIMITS, begun, order
from tests.fakes.catalogue import FakeCatalogue
from tests.fakes.cinema import CountedIds
from tests.fakes.money import FakeCounters, FakeDeclines, FakeDeployment, FakeEvents, FakeRooms, FakeWallet
from tests.fakes.provider import FakeProvider
from tests.fakes.queues import FakeAnnouncements, FakeLanes, FakeLaneWork, FakeRefreshQueue, Mailbox, Queued
from tests.fakes.seat_cache import FakeSeatCache
from tests.fakes.table import FakeOrders, FakeSeats, FakeTable
from tests.invariants import steps, unsettled, violations
from tests.sample_catalogue import MINUTE, MOVIE, ROOM, ROOM_SEATS, SMALL_ROOM, THEATER
from tests.set_clock import SetClock
from tests.wire import Crash

PAY = PayLimits()
EARLIER_NAME = "box-office-before-ids"
RECEIVES_MAX, REDRIVES_MAX = 5, 5
# Of the code or the test: no message comes back because of one. A KeyError is how tests play a bug in production.
BUGS = (AssertionError, AttributeError, NameError, NotImplementedError, TypeError, ValueError)
# Asked of 64 shards a minute, and without effect: to die there is to die before the next step.
LOOKING_FOR_WORK = ("due", "cancelled_due", "backlog")


@dataclass
class Steps:
    """Counts calls; `interrupt(number, name, before)` may raise."""

    count: int = 0
    names: list[str] = field(default_factory=list)
    interrupt: Callable[[int, str, bool], None] = lambda number, name, before: None


class Stepped:
    """A port whose every call is a step."""

    def __init__(self, port: Any, name: str, world: "World") -> None:
        self._port, self._name, self._world = port, name, world

    def __getattr__(self, operation: str) -> Any:
        member = getattr(self._port, operation)
        if not callable(member) or operation in LOOKING_FOR_WORK:
            return member

        def call(*arguments: Any, **named: Any) -> Any:
            taken = self._world.steps
            taken.count += 1
            number, name = taken.count, f"{self._name}.{operation}"
            taken.names.append(name)
            taken.interrupt(number, name, True)
            try:
                return member(*arguments, **named)
            finally:
                self._world.watch()
                taken.interrupt(number, name, False)

        return call


class World:
    """One film, the events of tests/examples, any number of users. Every write is watched."""

    def __init__(self, limits: PayLimits = PAY) -> None:
        self.clock = SetClock()
        self.limits = limits
        self.table = FakeTable()
        self.catalogue = FakeCatalogue([MOVIE], [THEATER], [ROOM, SMALL_ROOM], [EV_1, EV_2])
        self.mailbox = Mailbox(self.clock.now_ms)
        self.provider = FakeProvider()
        self.deployment = FakeDeployment(self.provider.deployment)
        self.counters, self.cache = FakeCounters(), FakeSeatCache(ADMISSION_LIMITS)
        self._rows: dict[int, tuple[Order, dict[str, Any]]] = {}  # by the identity of the order
        self.steps, self.broken, self._last, self._seen = Steps(), [], [], 0
        self.plain_orders, self.events = FakeOrders(self.table), FakeEvents(self.catalogue.events)
        self.rooms = FakeRooms(ROOM, SMALL_ROOM)
        lanes, refresh = FakeLanes(self.mailbox), FakeRefreshQueue(self.mailbox)
        self.orders, events, seats = self.port(self.plain_orders, "orders"), self.events, FakeSeats(self.table)
        self.lanes, self.lane_work = self.port(lanes, "lanes"), FakeLaneWork()
        clock, ids, count = self.clock, CountedIds(), self.counters
        refresh, events = self.port(refresh, "refresh"), self.port(events, "events")
        self.wallet, self.declines = FakeWallet(), FakeDeclines()
        wallet, declines = self.port(self.wallet, "wallet"), self.port(self.declines, "declines")
        self.advance = AdvancePorts(
            orders=self.orders,
            events=events,
            card=self.port(self.provider, "card"),
            wallet=wallet,
            declines=declines,
            refresh=refresh,
            announcements=self.port(FakeAnnouncements(self.mailbox), "announcements"),
            counters=count,
            clock=clock,
            ids=ids,
        )
        queued = QueuedHoldPorts(self.orders, events, self.catalogue, refresh, clock, ids)
        self.worker = WorkerPorts(self.advance, queued, self.lanes, self.deployment, EARLIER_NAME)
        self.rules = WorkerRules(Charging(limits, may_charge=True), QueuedHoldLimits(LIMITS, 120_000))
        self.submitting = SubmitPorts(self.orders, self.lanes, self.lane_work, wallet, refresh, count, clock, ids)
        cache = self.port(self.cache, "cache")
        self.booking = BookPorts(
            self.orders, events, self.port(seats, "seats"), cache, count, clock, ids, self.port(self.rooms, "rooms")
        )
        self.refreshing = RefreshPorts(events, seats, cache, clock)
        self.closing = ClosePorts(self.orders, seats, events, clock, ids)
        self.refunding = RefundPorts(self.orders, events, self.lanes, clock, ids)
        self.checking = CheckInPorts(self.orders, self.catalogue, clock, ids)
        self.reconciling = ReconcilePorts(self.advance, self.lanes, self.sweep)

    def port(self, fake: Any, name: str) -> Any:
        return Stepped(fake, name, self)

    # What people do

    def hold(self, order_id: str = "or_1", user: str = "ada", seats: str = "A1 A2", **changes: Any) -> Order:
        now = self.clock.now
        facts = {"hold_until": now + 10 * MINUTE, "first_held_at": now, "lane": "lane-0"} | changes
        before = self.plain_orders.newest(user, facts.get("event_id", "ev_1"), facts.get("sale"))
        revision = before.revision + 1 if before else 1
        held = order(order_id, user, seats, revision=revision, **facts)
        self.plain_orders.commit(begun(held, before, now), now, f"hold-{order_id}")
        self.watch()
        return held

    def submit(self, method: str | Method = "pm_visa", user: str = "ada", **more: Any) -> Order:
        wanted = Method(Kind.CARD, method) if isinstance(method, str) else method
        order_id, event_id = more.pop("order_id", None), more.pop("event_id", "ev_1")
        submission = Submission(wanted, **more)
        return submit_payment(user, event_id, order_id, submission, self.submitting, self.limits).order

    def refund(self, user: str = "ada", order_id: str | None = None, event_id: str = "ev_1", **members: Any) -> Any:
        return refund_booking(user, event_id, order_id, RefundRequest(user, **members), self.refunding, RefundLimits())

    def check_in(self, order_id: str, seat: str) -> Any:
        ticket = next(one for one in self.order(order_id).tickets if one["seat_id"] == seat)
        return check_in_ticket(order_id, ticket["ticket_id"], self.checking)

    def callback(self, intent_id: str | None, word: str = "payment_intent.succeeded") -> None:
        metadata = self.provider.intents[intent_id].metadata if intent_id else {}
        shown = {"object": word.split(".")[0], "id": intent_id, "metadata": metadata}
        ended = ended_intent({"data": {"object": shown}}, word)
        ports = CallbackPorts(self.lanes, self.counters, self.deployment, EARLIER_NAME)
        payment_webhook(Callback("evt_1", kind_of(word), word, intent_id, metadata.get("deployment"), ended), ports)

    # What machines do

    def deliver(self, message: Queued) -> None:
        """One message to its consumer; what fails comes back, then goes to the dead-letter queue, then is parked."""
        self.mailbox.waiting.remove(message)
        message.receives += 1
        try:
            self.consume(message)
        except Crash:
            self.give_back(message, 30)  # nobody told the queue anything: its own visibility time
        except Exception as error:
            if isinstance(error, BUGS):
                raise
            self.give_back(message, min(60, 2**message.receives))

    def give_back(self, message: Queued, seconds: int) -> None:
        if message.receives >= RECEIVES_MAX:
            message.receives = 0
            redrive = decide_redrive({"redrives": str(message.redrives)}, REDRIVES_MAX, 30, 0.5)
            if redrive is None:
                self.mailbox.parked.append(message)
                return
            message.redrives, seconds = redrive.redrives, redrive.delay_seconds
        message.due_at = self.clock.now + seconds * 1000
        self.mailbox.waiting.append(message)

    def consume(self, message: Queued) -> None:
        body: Mapping[str, Any] = message.body
        match body["kind"]:
            case "order":
                waited = body.get("waited", False)
                work_on_order(ref_from(body), body["attempt"], message.queue, self.worker, self.rules, waited)
            case "hold":
                work_on_hold(hold_from(body), self.worker, self.rules)
            case "look":
                check_intent(intent_from(body), message.queue, self.worker, self.rules)
            case "detach":
                detach_method(body["payment_method"], message.queue, self.worker)
            case "payment_complete":
                book_order(ref_from(body), self.booking)
            case "seats":
                refresh_seats(body["event_id"], body["seat_ids"], self.refreshing)
            case kind:
                raise NotImplementedError(kind)

    def deliver_all(self, messages_max: int = 500) -> None:
        """Whatever is due by now, the first sent first."""
        for _ in range(messages_max):
            due = [message for message in self.mailbox.waiting if message.due_at <= self.clock.now]
            if not due:
                return
            self.deliver(due[0])
        raise AssertionError(f"messages keep coming: {self.mailbox.waiting}")

    def reconcile(self) -> int:
        run = Run(DUE_SHARDS, 2_000, self.clock.now + 50_000)
        try:
            return reconcile(self.reconciling, self.limits, run)
        except Crash:
            return 0

    def sweep(self, event_id: str, progress: Progress | None = None) -> int:
        return sweep_cancelled(event_id, self.closing, self.lanes, self.advance.refresh, progress).left

    def end_event(self, event_id: str = "ev_1") -> int | EventNotOver:
        try:
            return end_event(event_id, self.closing, self.cache)
        except EventNotOver as early:
            return early

    def minutes(self, count: int = 1) -> None:
        """Time goes by: each minute its messages, then the reconciler, then the messages that this sent."""
        for _ in range(count):
            for _ in range(6):
                self.clock.advance(seconds=10)
                self.deliver_all()
            self.reconcile()
            self.deliver_all()

    # What can be seen

    def order(self, order_id: str = "or_1") -> Order:
        return next(order for order in self.table.orders.values() if order.order_id == order_id)

    def status(self, order_id: str = "or_1") -> str:
        return str(self.order(order_id).status)

    def seat(self, seat_id: str, event_id: str = "ev_1") -> str:
        row = self.table.seats.get((event_id, seat_id))
        return "empty" if row is None else "pinned" if row.pinned else row.status

    @property
    def order_rows(self) -> list[dict[str, Any]]:
        """As they would be read. Orders never change, others take their place: the row of each is made once."""
        known, self._rows = self._rows, {}
        for order_ in self.table.orders.values():
            of_order, row = known.get(id(order_), (None, {}))
            self._rows[id(order_)] = order_, row if of_order is order_ else from_item(to_item(order_row(order_)))
        return [self._rows[id(order_)][1] for order_ in self.table.orders.values()]

    @property
    def seat_rows(self) -> list[dict[str, Any]]:
        return [
            {"event_id": event_id, **{name: value for name, value in vars(row).items() if value is not None}}
            for (event_id, _), row in self.table.seats.items()
        ]

    def watch(self) -> None:
        """After every write: no order may have done what no order does."""
        if self._seen != len(self.table.tokens):
            self._seen, rows = len(self.table.tokens), self.order_rows
            self.broken += steps(self._last, rows)
            self.broken += violations(self.seat_rows, rows, self.clock.now, ROOM_SEATS, self.provider.ledger)
            self._last = rows

    def complaints(self) -> list[str]:
        """Of every moment until now."""
        self._seen = -1
        self.watch()
        return self.broken

    def unsettled(self) -> list[str]:
        found = unsettled(self.order_rows, self.provider.ledger)
        return found + [f"rest: {message} still waits" for message in self.mailbox.waiting]

    def charged(self, order_id: str = "or_1") -> int:
        """What the provider keeps for this order."""
        intents = [one for one in self.provider.intents.values() if one.metadata["order_id"] == order_id]
        return sum(one.received - self.provider.refunded(one.intent_id) for one in intents)
