"""The reconciler when there is more to do than a run can: what is paid never waits, and nobody waits for ever."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from unittest.mock import MagicMock

import pytest

from box_office import wiring
from box_office.adapters.dynamodb.order_rows import due_shard
from box_office.domain.errors import Unavailable
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.ports import Due
from box_office.settings.payments import ReconcilerSettings
from box_office.use_cases.reconcile import Job, Run, reconcile
from box_office.wiring import payments
from functions.schedules import reconcile as schedule
from tests import moto_aws
from tests.examples import order
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED, SLOW, Intent
from tests.sample_catalogue import MINUTE, TODAY

RUN_MS = 50_000
CALL_SECONDS = 2


@pytest.fixture
def world() -> World:
    """Every call to the provider takes two seconds."""
    world = World()
    answer = world.provider._answer

    def slowly(*arguments: Any) -> Any:
        world.clock.sleep(CALL_SECONDS)
        return answer(*arguments)

    world.provider._answer = slowly
    return world


def being_paid(world: World, number: int, state: str, **changes: Any) -> Order:
    """Of a user of its own, its intent with the provider in this state since a minute, and due for as long."""
    now, order_id, intent = world.clock.now, f"or_{state}_{number}", f"pi_{state}_{number}"
    action = {"type": "redirect_to_url"} if state == "WAITS" else None
    attempt = Attempt(1, AttemptState.STARTED, Method(Kind.CARD, "pm_x"), 1150, intent, next_action=action)
    facts = {"status": Status.PAYING, "attempt": 1, "attempts": (attempt,), "lane": "lane-0"}
    facts |= {"pinned_at": now - MINUTE, "asked_at": now - MINUTE, "changed_at": now - MINUTE, "due_at": now - MINUTE}
    found = order(order_id, f"{state}{number}", "C1", **facts | changes)
    world.table.orders[found.user_id, found.key] = found
    world.provider.intents[intent] = Intent(intent, 1150, {"order_id": order_id}, state)
    return found


def paid_without_ticket(world: World) -> None:
    """or_1, its announcement lost."""
    put = world.mailbox.put
    world.mailbox.put = lambda queue, body, delay=0: None if queue == "payment-complete" else put(queue, body, delay)
    world.hold()
    world.submit()
    world.deliver_all()
    world.mailbox.put = put
    assert world.status() == "PAID"


def runs(world: World, count: int, late_ms: Sequence[int] = (0,)) -> list[list[str]]:
    """A run a minute, or so late; of each, the intents that the provider was asked about."""
    first, asked = world.clock.now, []
    for number in range(count):
        world.clock.now = max(world.clock.now, first + number * MINUTE + late_ms[number % len(late_ms)])
        before = len(world.provider.calls)
        world.reconcile()
        asked.append([subject for _, subject in world.provider.calls[before:]])
        world.deliver_all()
    return asked


@pytest.mark.parametrize("state", ["WAITS", "PROCESSING"])
def test_a_paid_order_has_its_ticket_after_the_next_run_however_many_payments_are_open(world: World, state) -> None:
    paid_without_ticket(world)
    world.clock.advance(minutes=6)
    for number in range(300):
        being_paid(world, number, state, changed_at=0, due_at=TODAY - MINUTE)
    world.lanes._port.backlog = lambda lane: 1_000
    runs(world, 1)
    assert world.status() == "BOOKED"


def booked_after_one_run(start: int) -> bool:
    """A paid order without its ticket, in a rush: before it are due three thousand that wait for nothing but their
    lane, and an order takes ten milliseconds to read. `start`: minutes, at which runs begin with other shards."""
    world = World()
    world.clock.advance(minutes=start)
    paid_without_ticket(world)
    world.clock.advance(minutes=1)
    asked = {"changed_at": world.clock.now - MINUTE, "pinned_at": world.clock.now - MINUTE, "asked_at": None}
    for number in range(3_000):
        pinned = being_paid(world, number, "UNREACHED", **asked)
        world.table.orders[pinned.user_id, pinned.key] = pinned.with_attempt(
            replace(pinned.attempts[0], intent_id=None)
        )
    world.lanes._port.backlog = lambda lane: 3_000
    locate = world.plain_orders.locate

    def slowly(ref: OrderRef) -> Order | None:
        world.clock.now += 10
        return locate(ref)

    world.plain_orders.locate = slowly
    runs(world, 1)
    return world.status() == "BOOKED"


def test_a_paid_order_waits_behind_none_that_wait_for_their_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = range(0, 64, 16)
    assert all(booked_after_one_run(start) for start in starts)
    monkeypatch.setattr(Job, "is_only_queued", lambda job, order: False)
    assert not all(booked_after_one_run(start) for start in starts), "the rule changes nothing here"


def test_a_pin_that_no_worker_reached_never_waits_for_a_bank(world: World) -> None:
    for number in range(300):
        being_paid(world, number, "WAITS", changed_at=0)
    world.hold()
    world.mailbox.down = True
    world.submit()
    world.mailbox.down = False
    world.clock.advance(minutes=1)
    runs(world, 1)
    assert world.status() == "BOOKED"


def test_money_comes_before_a_look_at_who_waits_for_the_customer(world: World) -> None:
    for number in range(300):
        being_paid(world, number, "WAITS", changed_at=0)
    late = being_paid(world, 1, "CHARGED", status=Status.UNRESOLVED, due_at=world.clock.now)
    runs(world, 3)
    # Its seat was never pinned: it is taken now, and booked.
    assert world.status(late.order_id) == "BOOKED"


def test_what_one_run_cannot_do_is_first_in_the_next_whatever_its_shard(world: World) -> None:
    processing = [being_paid(world, number, "PROCESSING") for number in range(60)]
    world.lanes._port.backlog = lambda lane: 1_000
    asked = runs(world, 3)
    assert [len(subjects) for subjects in asked] == [25, 25, 25]
    assert {subject for subjects in asked for subject in subjects} == {one.attempts[0].intent_id for one in processing}


def test_who_is_looked_at_is_looked_at_in_every_run(world: World) -> None:
    expected = sorted(being_paid(world, number, "PROCESSING").attempts[0].intent_id or "" for number in range(8))
    world.lanes._port.backlog = lambda lane: 1_000
    for number, asked in enumerate(runs(world, 8, late_ms=(0, 900, 0, -900, 400))):
        assert sorted(asked) == expected, f"run {number}"


def test_a_customer_at_the_bank_costs_a_call_every_two_minutes_and_one_at_the_cap(world: World) -> None:
    world.hold()
    world.submit(CHALLENGED)
    world.deliver_all()
    asked_at = world.order().asked_at or 0
    world.provider.calls.clear()
    while world.clock.now < asked_at + 17 * MINUTE:
        world.clock.now = (world.clock.now // MINUTE + 1) * MINUTE
        world.reconcile()
    *looks, last = [operation for operation, _ in world.provider.calls]
    assert (set(looks), last) == ({"retrieve_intent"}, "cancel")
    assert 5 <= len(looks) <= 7, "fifteen minutes hold seven looks two minutes apart, less where a run comes late"
    assert world.status() == "EXPIRED"


def test_another_method_in_mid_challenge_does_not_wait_for_the_customer(world: World) -> None:
    world.hold()
    world.submit(CHALLENGED)
    world.deliver_all()
    world.submit("pm_visa")
    world.mailbox.waiting.clear()
    world.minutes(3)
    assert world.status() == "BOOKED"


# One part's trouble


def poison_shards(world: World, error: Exception, shards: set[int]) -> None:
    due = world.plain_orders.due

    def poisoned(shard: int, now: int, limit: int) -> Due:
        if shard in shards:
            raise error
        return due(shard, now, limit)

    world.plain_orders.due = poisoned


@pytest.mark.parametrize(("error", "counted"), [(KeyError("a bug"), 63), (Unavailable("throttled"), 0)])
def test_shards_that_cannot_be_read_leave_the_others_alone(world: World, error: Exception, counted: int) -> None:
    paid_without_ticket(world)
    world.clock.advance(minutes=1)
    poison_shards(world, error, set(range(64)) - {due_shard("or_1")})
    runs(world, 1)
    assert (world.status(), world.counters.counted["ReconcileErrors"]) == ("BOOKED", counted)


def test_rows_that_cannot_be_read_ring(world: World) -> None:
    world.plain_orders.due = lambda shard, now, limit: Due((), 1 if shard == 7 else 0)
    world.reconcile()
    assert world.counters.counted["ReconcileErrors"] == 1


def test_an_order_that_always_fails_goes_behind_the_others(world: World) -> None:
    """Thirty of them would otherwise fill every run."""
    for number in range(30):
        being_paid(world, number, "CHARGED", due_at=TODAY - 9 * MINUTE, asked_at=TODAY, pinned_at=TODAY)
    well = being_paid(world, 99, "PROCESSING")
    commit = world.plain_orders.commit
    world.plain_orders.commit = MagicMock(side_effect=KeyError("a bug"))
    world.lanes._port.backlog = lambda lane: 1_000
    asked = runs(world, 3)
    world.plain_orders.commit = commit
    assert world.counters.counted["ReconcileErrors"] > 30
    assert any(well.attempts[0].intent_id in subjects for subjects in asked)


@pytest.mark.parametrize("part", ["sweep", "cancelled_due", "cancellation_done"])
@pytest.mark.parametrize("error", [KeyError("a bug"), Unavailable("a row in a transaction")])
def test_an_event_that_cannot_be_swept_keeps_neither_events_nor_orders_waiting(world: World, part, error) -> None:
    first, second = sorted(("ev_1", "ev_2"), key=due_shard)
    for event_id in (first, second):
        world.events.cancel(event_id, world.clock.now - 5 * MINUTE)
    sweep, events, closed = world.sweep, world.events, []
    due, done = events.cancelled_due, events.cancellation_done

    def failing(wanted: str, port: Any) -> Any:
        def call(what: Any, *rest: Any) -> Any:
            if wanted == part and what in (first, due_shard(first)):
                raise error
            return port(what, *rest)

        return call

    world.reconciling = replace(world.reconciling, sweep_event=failing("sweep", sweep))
    events.cancelled_due = failing("cancelled_due", due)
    events.cancellation_done = failing("cancellation_done", lambda event_id: (closed.append(event_id), done(event_id)))
    asked = being_paid(world, 1, "PROCESSING").attempts[0].intent_id
    world.lanes._port.backlog = lambda lane: 1_000
    assert runs(world, 1) == [[asked]]
    assert closed == [second]
    assert world.counters.counted["ReconcileErrors"] == isinstance(error, KeyError)


def test_an_event_that_cannot_be_swept_leaves_those_of_its_shard_alone(world: World) -> None:
    for event_id in ("ev_1", "ev_2"):
        world.events.cancel(event_id, world.clock.now)
    cancelled = list(world.catalogue.events.values())
    world.events.cancelled_due = lambda shard, now, limit: cancelled if shard == 7 else []
    swept: list[str] = []

    def sweep(event_id: str, progress: Any) -> int:
        swept.append(event_id)
        raise KeyError("a bug")

    world.reconciling = replace(world.reconciling, sweep_event=sweep)
    world.reconcile()
    assert (swept, world.counters.counted["ReconcileErrors"]) == (["ev_1", "ev_2"], 2)


def test_a_great_cancellation_leaves_the_provider_its_share_of_the_run(world: World) -> None:
    seats = [f"B{number}" for number in range(1, 13)]
    for seat in seats:
        world.hold(f"or_{seat}", f"user_{seat}", seat)
    world.events.cancel("ev_1", world.clock.now)
    commit = world.plain_orders.commit

    def slowly(*arguments: Any) -> None:
        world.clock.sleep(5)
        commit(*arguments)

    world.plain_orders.commit = slowly
    asked = being_paid(world, 1, "PROCESSING").attempts[0].intent_id
    world.lanes._port.backlog = lambda lane: 1_000
    first = world.clock.now
    [subjects] = runs(world, 1)
    assert (subjects, world.clock.now <= first + RUN_MS) == ([asked], True)
    runs(world, 3)
    assert {world.status(f"or_{seat}") for seat in seats} == {"EXPIRED"}


@pytest.mark.parametrize("minute", range(6))
def test_runs_that_are_cut_short_begin_at_other_shards(world: World, minute: int) -> None:
    """Reading takes so long that a run comes to a third of the shards: three runs come to all."""
    seen, due = set(), world.plain_orders.due

    def slowly(shard: int, now: int, limit: int) -> Due:
        world.clock.sleep(0.9)
        seen.add(shard)
        return due(shard, now, limit)

    world.plain_orders.due = slowly
    world.clock.advance(minutes=minute)
    first = world.clock.now
    for number in range(3):
        world.clock.now = first + number * MINUTE
        reconcile(world.reconciling, world.limits, Run(64, 50, world.clock.now + RUN_MS))
    assert seen == set(range(64))


# Lost messages


@pytest.mark.parametrize(("backlog", "minutes"), [(0, 1), (1, 2), (60, 2), (120, 3), (600, 11)])
def test_a_lost_message_is_sent_again_once_the_lane_must_have_come_to_it(world: World, backlog, minutes) -> None:
    world.hold()
    world.mailbox.down = True
    world.submit()
    world.mailbox.down = False
    world.lanes._port.backlog = lambda lane: backlog
    for minute in range(1, minutes + 1):
        assert (minute, world.status()) == (minute, "PAYING")
        world.clock.now = TODAY + minute * MINUTE
        world.reconcile()
        world.deliver_all()
    assert world.status() == "BOOKED"


@pytest.mark.parametrize("seen", ["waiting", "in flight"])
def test_a_stuck_lane_fills_slowly(world: World, seen: str) -> None:
    """A dozen orders whose messages nobody takes, or whose worker never comes back."""
    if seen == "in flight":
        world.lanes._port.backlog = lambda lane: 0
    for number in range(12):
        world.hold(f"or_{number}", f"user{number}", f"B{number + 1}")
        world.submit(user=f"user{number}")
    for minute in range(1, 60):
        world.clock.now = TODAY + minute * MINUTE
        world.reconcile()
    copies = [message.body["order_id"] for message in world.mailbox.waiting]
    assert max(copies.count(f"or_{number}") for number in range(12)) <= 21, "one in three minutes, and the first"


def test_while_the_provider_is_down_messages_that_come_back_are_not_joined_by_copies_each_minute(world: World) -> None:
    """Between their tries they are in flight, and the lane looks empty."""
    world.lanes._port.backlog = lambda lane: 0
    world.hold()
    world.provider.faults["confirm"].append("down")
    world.submit()
    world.deliver_all()
    world.provider.always = "down"
    sent = 0
    for minute in range(1, 15):
        world.clock.now = TODAY + minute * MINUTE
        world.mailbox.waiting.clear()
        world.reconcile()
        sent += len(world.mailbox.waiting)
    assert sent == 4, "at 1, 4, 7 and 10 minutes"


def test_who_waits_its_turn_costs_no_write_and_no_second_read(world: World) -> None:
    world.hold()
    world.submit()
    world.lanes._port.backlog = lambda lane: 1_000
    world.plain_orders.postpone = MagicMock()
    world.clock.advance(minutes=2)
    world.steps.names.clear()
    assert world.reconcile() == 0
    assert "orders.locate" not in world.steps.names
    world.plain_orders.postpone.assert_not_called()


def test_after_twelve_minutes_nothing_is_sent_that_no_worker_would_confirm(world: World) -> None:
    world.hold()
    world.submit(SLOW)
    world.deliver_all()
    world.mailbox.waiting.clear()
    world.clock.now = (world.order().asked_at or 0) + 12 * MINUTE
    world.reconcile()
    assert world.mailbox.waiting == []


# Its own pace


def test_the_reconciler_calls_at_the_providers_rate_not_at_a_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(payments, "card_provider", lambda *given: asked.append(given[3]))
    monkeypatch.setattr(wiring, "client", MagicMock())
    members = moto_aws.catalogue_settings().model_dump()
    members |= {"seats_table": "s", "orders_table": "o", "users_table": "u", "topic_arn": "t", "queue_url_base": "q/"}
    members |= {"return_url": "https://cinema.example/paid"}
    settings = ReconcilerSettings(**members, provider_secret="p", lanes=8, workers_per_lane=6)
    schedule.build(settings, World().clock)
    assert asked == [1]


# Money without a ticket


def cash_at_the_desk(world: World) -> None:
    world.hold(user="clerk", sale="s1")
    world.submit(Method(Kind.CASH), user="clerk", order_id="or_1", desk=True, tendered=Decimal(40))


def an_order_of_nothing(world: World) -> None:
    world.hold(seat_prices={"A1": 0, "A2": 0})
    world.submit()


def a_card(world: World) -> None:
    world.hold()
    world.submit()


@pytest.mark.parametrize("sold", [cash_at_the_desk, an_order_of_nothing, a_card])
def test_paid_without_a_ticket_rings_however_it_was_paid(sold: Callable[[World], None]) -> None:
    world = World()
    sold(world)
    world.events.fresh = MagicMock(side_effect=Unavailable("down"))
    world.minutes(3)
    assert (world.status(), world.counters.counted["PaidWithoutTicket"]) == ("PAID", 0)
    world.minutes(2)
    assert world.counters.counted["PaidWithoutTicket"] >= 1


def test_a_payment_that_took_ten_minutes_is_not_without_a_ticket_at_once() -> None:
    """The reconciler itself finds it charged: nobody had the time to book it."""
    world = World()
    world.hold()
    world.submit(CHALLENGED)
    world.deliver_all()
    world.clock.advance(minutes=10)
    world.provider.customer_passes("pi_or_1_1")
    world.reconcile()
    assert (world.status(), world.counters.counted["PaidWithoutTicket"]) == ("PAID", 0)
