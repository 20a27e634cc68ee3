"""A provider that accepts calls and never answers: every pin ends at its cap, and nothing is asked twice."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.seats import SeatRow
from box_office.ports.payments import IntentUnknown, NoAnswer, Provider, ProviderBusy, ProviderTimedOut
from box_office.use_cases.provider_silence import GuardedProvider, ProviderBreaker, ProviderOfOneVisit
from box_office.use_cases.work_on_lane import of_one_batch, work_on_order
from tests.exhaustive.test_reconciler_keeps_up import being_paid
from tests.fakes.box_office import World
from tests.fakes.money import FakeRooms
from tests.fakes.provider import CHALLENGED, FakeProvider
from tests.paid_orders import INTENT
from tests.sample_catalogue import MINUTE
from tests.set_clock import SetClock

TIMEOUT_SECONDS = 20
CAP = 15 * MINUTE


@pytest.fixture
def world() -> World:
    return World()


def hang(world: World, fault: str = "silent") -> None:
    """From now on every call to the provider takes its whole time-out; `fault`: and ends so."""
    answer = world.provider._answer

    def slowly(*arguments: Any) -> Any:
        world.clock.sleep(TIMEOUT_SECONDS)
        return answer(*arguments)

    world.provider._answer = slowly
    world.provider.always = fault


def pinned(world: World, number: int, state: str = "WAITS", **changes: Any) -> str:
    """Its seat pinned with it. Returns its order_id."""
    seat = f"Z{number}"
    one = replace(being_paid(world, number, state, **changes), seat_prices={seat: 1150})
    world.table.orders[one.user_id, one.key] = one
    owner = (one.order_id, one.user_id, one.current_key, one.hold_until)
    world.table.seats["ev_1", seat] = SeatRow(seat, "hold", 1, *owner, pinned=True)
    return one.order_id


def at_the_cap(world: World, count: int, **changes: Any) -> list[str]:
    asked_at = world.clock.now - CAP
    return [pinned(world, number, asked_at=asked_at, pinned_at=asked_at, **changes) for number in range(count)]


# The reconciler


@pytest.mark.shows("provider accepts calls and never answers")
@pytest.mark.parametrize("fault", ["silent", "down"], ids=["time-outs", "errors that come late"])
def test_pins_at_their_cap_end_within_one_run_while_the_provider_hangs(world: World, fault: str) -> None:
    orders = at_the_cap(world, 120)
    hang(world, fault)
    began = world.clock.now
    world.reconcile()
    assert {world.status(order_id) for order_id in orders} == {"UNRESOLVED"}
    assert {world.seat(f"Z{number}") for number in range(120)} == {"empty"}
    assert len(world.provider.calls) == 2
    assert world.clock.now - began < MINUTE


def test_pins_end_in_the_run_of_their_cap_however_long_the_provider_hangs(world: World) -> None:
    orders = [pinned(world, number) for number in range(120)]
    asked_at = world.order(orders[0]).asked_at or 0
    hang(world)
    while world.clock.now < asked_at + CAP + MINUTE:
        began = world.clock.now
        world.reconcile()
        world.clock.now = max(world.clock.now, began + MINUTE)
    assert {world.status(order_id) for order_id in orders} == {"UNRESOLVED"}


@pytest.mark.shows("provider accepts calls and never answers")
def test_pins_end_in_a_run_that_came_to_the_provider_late(world: World) -> None:
    """Half of its time went to cancelled events: one time-out is all that it has left."""
    orders = at_the_cap(world, 120)
    hang(world)
    world.events.cancel("ev_1", world.clock.now)
    world.reconciling = replace(world.reconciling, sweep_event=lambda event_id, progress: world.clock.sleep(31) or 1)
    world.reconcile()
    assert {world.status(order_id) for order_id in orders} == {"UNRESOLVED"}
    assert len(world.provider.calls) == 1


def test_what_a_late_run_ends_after_its_time_is_bounded(world: World) -> None:
    orders = at_the_cap(world, 60)
    hang(world)
    commit = world.plain_orders.commit

    def slowly(*arguments: Any) -> None:
        world.clock.sleep(1)
        commit(*arguments)

    world.plain_orders.commit = slowly
    began = world.clock.now
    world.reconcile()
    assert world.clock.now - began <= 50_000 + 30_000 + 1_000
    left = [order_id for order_id in orders if world.status(order_id) == "PAYING"]
    assert len(left) == 20, "for the next run"


def test_pins_before_their_cap_stay_and_are_due_still(world: World) -> None:
    early = [pinned(world, number, "PROCESSING") for number in range(10)]
    hang(world)
    world.reconcile()
    assert len(world.provider.calls) == 2
    assert {world.status(order_id) for order_id in early} == {"PAYING"}
    left = [order_id for order_id in early if (world.order(order_id).due_at or 0) <= world.clock.now - MINUTE]
    assert len(left) == 8, "those that were asked go behind the others"


@pytest.mark.shows("provider accepts calls and never answers")
def test_the_next_run_asks_again_and_the_order_that_was_charged_is_booked(world: World) -> None:
    world.booking = replace(world.booking, rooms=FakeRooms())  # these seats are in no room of the examples
    orders = at_the_cap(world, 5, changed_at=0)
    hang(world)
    world.reconcile()
    world.provider.always, world.provider._answer = "ok", FakeProvider._answer.__get__(world.provider)
    for intent in world.provider.intents.values():
        world.provider.customer_passes(intent.intent_id)
    world.clock.advance(minutes=2)
    world.reconcile()
    world.deliver_all()
    assert {world.status(order_id) for order_id in orders} == {"BOOKED"}


def test_a_run_whose_time_is_over_leaves_what_an_answering_provider_can_tell(world: World) -> None:
    """Each call takes its twenty seconds and is answered: nothing is UNRESOLVED for want of time."""
    orders = at_the_cap(world, 9)
    hang(world, "ok")
    world.reconcile()
    assert sorted({world.status(order_id) for order_id in orders}) == ["EXPIRED", "PAYING"]


def test_cash_in_the_till_pays_at_the_cap_whatever_the_provider_does(world: World) -> None:
    [order_id] = at_the_cap(world, 1)
    one = world.order(order_id)
    attempt = replace(one.attempts[0], replaced_by=Method(Kind.CASH, tendered=2000))
    world.table.orders[one.user_id, one.key] = replace(one, attempts=(attempt,))
    hang(world)
    for _ in range(3):
        world.reconcile()
        world.clock.advance(minutes=1)
    order = world.order(order_id)
    assert (str(order.status), order.attempt, world.seat("Z0")) == ("PAID", 2, "pinned")
    assert order.orphaned_attempts, "the card's intent is cancelled when the provider answers again"


# The worker


def test_a_worker_at_the_cap_asks_once_and_frees_the_seats(world: World) -> None:
    world.hold()
    world.submit(CHALLENGED)
    world.deliver_all()
    world.clock.now = (world.order().asked_at or 0) + CAP
    world.provider.calls.clear()
    world.lanes.send_order("lane-0", world.order().ref, 1)
    hang(world)
    world.deliver(world.mailbox.waiting[0])
    assert (world.status(), world.seat("A1")) == ("UNRESOLVED", "empty")
    assert world.provider.calls == [("cancel", INTENT)]


def test_a_batch_of_messages_costs_two_time_outs(world: World) -> None:
    orders = at_the_cap(world, 10)
    hang(world)
    worker = of_one_batch(world.worker)
    for order_id in orders:
        with pytest.raises(NoAnswer):
            work_on_order(world.order(order_id).ref, 1, "lane-0", worker, world.rules)
    assert {world.status(order_id) for order_id in orders} == {"UNRESOLVED"}
    assert len(world.provider.calls) == 2


# One visit


@pytest.mark.parametrize("fault", ["silent", "down", "busy"])
def test_one_visit_asks_no_question_twice(world: World, fault: str) -> None:
    [order_id] = at_the_cap(world, 1)
    world.provider.always = fault
    world.reconcile()
    assert world.status(order_id) == "UNRESOLVED"
    assert [operation for operation, _ in world.provider.calls] == ["cancel"]


def with_two_orphans(world: World) -> World:
    """PAYING, and two intents of earlier attempts that nothing waits for."""
    pinned(world, 1, "PROCESSING")
    [one] = world.table.orders.values()
    orphans = [Attempt(n, AttemptState.STARTED, Method(Kind.CARD, "pm_x"), 1150, f"pi_orphan_{n}") for n in (1, 2)]
    current = replace(one.attempts[0], number=3)
    world.table.orders[one.user_id, one.key] = replace(one, attempt=3, attempts=(*orphans, current))
    world.lanes._port.backlog = lambda lane: 1_000
    return world


def test_after_a_time_out_nothing_else_of_the_order_is_asked(world: World) -> None:
    with_two_orphans(world).provider.faults["cancel"].append("silent")
    world.reconcile()
    assert world.provider.calls[1:] == [("cancel", "pi_orphan_1")]


def test_after_an_answer_that_is_none_the_orders_other_questions_are_asked(world: World) -> None:
    """Both intents are unknown to the provider."""
    with_two_orphans(world).reconcile()
    assert world.provider.calls[1:] == [("cancel", "pi_orphan_1"), ("cancel", "pi_orphan_2")]


# The two guards


def raising(error: Exception, clock: SetClock, seconds: float = 0) -> Callable[[], Any]:
    def call() -> Any:
        clock.sleep(seconds)
        raise error

    return call


def asked(guard: GuardedProvider, calls: list[Callable[[], Any]]) -> list[str]:
    """What came of each: the error's name, or what it returned."""
    found = []
    for number, call in enumerate(calls):
        try:
            found.append(guard.ask(("retrieve_intent", f"pi_{number}"), call))
        except NoAnswer as error:
            found.append(type(error).__name__)
    return found


@pytest.mark.parametrize(
    "between", [lambda: "answered", raising(ProviderBusy("429"), SetClock()), raising(NoAnswer("500"), SetClock())]
)
def test_only_time_outs_in_a_row_open_the_breaker(between: Callable[[], Any]) -> None:
    clock = SetClock()
    silent = raising(ProviderTimedOut("20 s"), clock)
    breaker = ProviderBreaker(FakeProvider(), clock)
    asked(breaker, [silent, between, silent])
    assert (breaker.open, breaker.timed_out) == (False, True)
    assert asked(breaker, [silent, lambda: "answered"]) == ["ProviderTimedOut", "ProviderNotAsked"]
    assert breaker.open


@pytest.mark.parametrize(("error", "opens"), [(NoAnswer("504"), True), (IntentUnknown(""), False)])
def test_an_error_that_took_as_long_as_a_time_out_counts_as_one(error: NoAnswer, opens: bool) -> None:
    clock = SetClock()
    breaker = ProviderBreaker(FakeProvider(), clock)
    asked(breaker, [raising(error, clock, seconds=19)] * 2)
    assert breaker.open == opens


def test_a_guard_passes_every_question_of_the_port() -> None:
    operations = {name for name, member in vars(Provider).items() if callable(member) and not name.startswith("_")}
    assert operations <= set(vars(GuardedProvider)) | {"__init__"}
    assert {ProviderBreaker, ProviderOfOneVisit} == set(GuardedProvider.__subclasses__())
