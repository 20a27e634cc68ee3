"""A payment is accepted only while its lane is sure to reach it, and who has to come back keeps the seats meanwhile."""

from dataclasses import replace
from decimal import Decimal

import pytest

from box_office.adapters.sqs.lane_work import KEEP_MS, KEEP_NO_ANSWER_MS, QueuedLaneWork
from box_office.domain.errors import Unavailable
from box_office.domain.payments import Kind, Method
from box_office.ports import OutcomeUnknown
from box_office.use_cases import submit_payment
from tests.examples import MINUTE
from tests.fakes.box_office import PAY, World
from tests.fakes.provider import CHALLENGED
from tests.fakes.queues import FakeLanes, Mailbox
from tests.paid_orders import at_rest, challenged_at_the_desk, paid
from tests.set_clock import SetClock

HOUR = 60 * MINUTE
TOO_MUCH = 45 * MINUTE


@pytest.fixture
def world() -> World:
    world = World()
    world.hold()
    return world


def pushed_back(world: World, method: str | Method = "pm_visa") -> Unavailable:
    with pytest.raises(Unavailable, match="More payments are waiting than can be made in time") as raised:
        world.submit(method)
    return raised.value


@pytest.mark.shows("more payments than the provider takes")
def test_a_lane_with_three_quarters_of_an_hour_of_work_takes_no_payment(world: World) -> None:
    world.lane_work.ms = TOO_MUCH
    assert pushed_back(world).retry_after_seconds == 60
    assert (world.status(), world.provider.calls) == ("HELD", [])
    assert {message.queue for message in world.mailbox.waiting} == {"refresh"}, "nothing was sent to a lane"
    assert world.counters.counted["PaymentsPushedBack"] == 1


def test_nobody_knows_whether_the_hold_was_extended_and_the_payment_was_not_accepted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OutcomeUnknown

    world.lane_work.ms = TOO_MUCH
    monkeypatch.setattr(world.plain_orders, "commit", unknown)
    with pytest.raises(Unavailable, match="yours was not accepted"):
        world.submit()
    world.lane_work.ms = 0
    with pytest.raises(Unavailable, match="not known yet whether your payment was accepted"):
        world.submit()


def test_a_lane_with_a_little_less_takes_it(world: World) -> None:
    world.lane_work.ms = TOO_MUCH - 1
    world.submit()
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


def test_the_seats_are_kept_as_long_as_a_hold_can_be_and_then_paid(world: World) -> None:
    held = world.order()
    world.lane_work.ms = TOO_MUCH
    pushed_back(world)
    assert world.order().hold_until == held.first_held_at + 30 * MINUTE > held.hold_until
    world.minutes(29)
    assert world.status() == "HELD", "longer than the ten minutes of a hold"
    world.lane_work.ms = 0
    world.submit()
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


def test_asked_again_the_hold_is_as_it_is(world: World) -> None:
    world.lane_work.ms = TOO_MUCH
    pushed_back(world)
    before = world.order()
    world.minutes(5)
    pushed_back(world)
    assert world.order() == before


def test_who_has_to_wait_is_told_until_when_the_seats_are_theirs(world: World) -> None:
    world.lane_work.ms = TOO_MUCH
    for minutes_passed in (0, 20):
        world.minutes(minutes_passed)
        refused = pushed_back(world)
        assert refused.detail.endswith("Your seats are yours until 10:30:00 UTC; try again before then.")
        assert refused.retry_after_seconds == 60


@pytest.mark.parametrize(
    ("left_ms", "seconds"),
    [(600_000, 60), (120_000, 60), (119_999, 59), (60_000, 30), (20_000, 10), (3_999, 1), (2_000, 1), (1, 1)],
)
def test_who_has_to_wait_is_asked_back_before_the_hold_ends(world: World, left_ms: int, seconds: int) -> None:
    world.lane_work.ms = TOO_MUCH
    pushed_back(world)
    world.clock.now = world.order().hold_until - left_ms
    refused = pushed_back(world)
    assert refused.retry_after_seconds == seconds
    assert "10:30:00 UTC" in refused.detail


def test_a_client_that_comes_back_when_asked_pays_in_the_holds_last_minute(world: World) -> None:
    world.lane_work.ms = TOO_MUCH
    pushed_back(world)
    world.clock.now = world.order().hold_until - 20_000
    world.clock.now += (pushed_back(world).retry_after_seconds or 0) * 1_000
    world.lane_work.ms = 0
    world.submit()
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


@pytest.mark.parametrize("kind", [Kind.CASH, Kind.EXTERNAL])
def test_what_needs_no_provider_is_taken_however_much_waits(kind: Kind) -> None:
    world = World()
    world.hold(sale="s1", user="clerk")
    world.lane_work.ms = 9 * HOUR
    given = Decimal(30) if kind is Kind.CASH else None
    world.submit(Method(kind, reference="T-1"), user="clerk", order_id="or_1", desk=True, tendered=given)
    world.deliver_all()
    assert world.status() == "BOOKED"


@pytest.mark.parametrize(("work", "minutes"), [(0, 1), (20 * MINUTE, 21), (TOO_MUCH - 1, 46)])
def test_the_reconciler_looks_at_a_pin_once_its_lane_should_have_reached_it(
    world: World, work: int, minutes: int
) -> None:
    world.lane_work.ms = work
    due_at = world.submit().due_at
    assert due_at is not None and due_at - world.clock.now == pytest.approx(minutes * MINUTE, abs=1)


def test_and_at_its_cap_at_the_latest() -> None:
    world = World(replace(PAY, unreached_ms=20 * MINUTE, check_ms=6 * MINUTE))
    world.hold()
    world.lane_work.ms = 15 * MINUTE - 1
    assert world.submit().due_at == world.clock.now + 20 * MINUTE


def test_a_payment_that_was_accepted_is_answered_again_however_much_waits(world: World) -> None:
    world.submit(key="k")
    world.lane_work.ms = 9 * HOUR
    assert world.submit(key="k").order_id == "or_1"


def accepted_and_never_reached(world: World) -> str:
    """Two hours of work wait on every lane: how the order stands after an hour and a half."""
    world.lane_work.ms = 2 * HOUR
    try:
        world.submit()
    except Unavailable:
        return "refused"
    for _ in range(90):
        world.clock.advance(minutes=1)
        world.reconcile()
    return f"accepted, then {world.status()}"


@pytest.mark.shows("more payments than the provider takes")
def test_capacity_alone_turns_no_accepted_payment_into_an_expired_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert accepted_and_never_reached(world) == "refused"
    monkeypatch.setattr(submit_payment, "has_to_wait", lambda *judged: False)
    assert accepted_and_never_reached(world) == "accepted, then EXPIRED"


def test_a_shorter_pin_takes_less_work() -> None:
    world = World(replace(PAY, unreached_ms=20 * MINUTE))
    world.hold()
    world.lane_work.ms = 15 * MINUTE
    pushed_back(world)
    world.lane_work.ms -= 1
    assert world.submit().order_id == "or_1"


def test_another_card_while_the_bank_asks_has_to_wait_and_leaves_the_payment_as_it_is(world: World) -> None:
    paid(world, CHALLENGED)
    before = world.order()
    world.lane_work.ms = 14 * MINUTE  # a pin ends fifteen minutes after a worker's first call
    refused = pushed_back(world, "pm_visa")
    assert refused.detail.endswith("The payment that you have begun keeps your seats; try again.")
    assert refused.retry_after_seconds == 60
    assert before.asked_at is not None
    world.clock.now = before.asked_at + 15 * MINUTE - 20_000
    assert pushed_back(world, "pm_visa").retry_after_seconds == 10, "the pin ends with its cap"
    world.clock.now = before.asked_at + 15 * MINUTE + 1
    assert pushed_back(world, "pm_visa").retry_after_seconds == 1
    assert world.order() == before
    world.clock.now = before.asked_at
    world.lane_work.ms = MINUTE
    world.submit("pm_visa")
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


def test_cash_in_the_place_of_a_card_that_waits_is_taken_however_much_waits() -> None:
    world = challenged_at_the_desk(World())
    world.lane_work.ms = 9 * HOUR
    order = world.submit(Method(Kind.CASH), user="clerk", order_id="or_1", desk=True, tendered=Decimal(30))
    assert order.current_attempt is not None and order.current_attempt.cash_waits


def test_the_cache_hears_of_a_hold_that_was_kept(world: World) -> None:
    world.lane_work.ms = TOO_MUCH
    pushed_back(world)
    assert [message.body for message in world.mailbox.waiting if message.queue == "refresh"] == [
        {"kind": "seats", "event_id": "ev_1", "seat_ids": ["A1", "A2"]}
    ]


# The adapter


def queued_work(waiting: int) -> tuple[QueuedLaneWork, Mailbox, SetClock]:
    clock = SetClock()
    mailbox = Mailbox(clock.now_ms)
    for _ in range(waiting):
        mailbox.put("lane-0", {})
    return QueuedLaneWork(FakeLanes(mailbox), payments_per_second=0.5, clock=clock), mailbox, clock


def test_a_lanes_work_is_what_waits_there_at_the_rate_of_its_workers() -> None:
    work, _, _ = queued_work(6)
    assert (work.waiting_ms("lane-0"), work.waiting_ms("lane-1")) == (12_000, 0)


def test_a_queue_is_asked_once_in_a_while() -> None:
    work, mailbox, clock = queued_work(1)
    assert work.waiting_ms("lane-0") == 2000
    mailbox.put("lane-0", {})
    clock.advance(ms=KEEP_MS - 1)
    assert work.waiting_ms("lane-0") == 2000
    clock.advance(ms=1)
    assert work.waiting_ms("lane-0") == 4000


def test_a_queue_that_does_not_say_how_long_it_is_refuses_no_payment(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: FakeLanes, lane: str) -> int:
        raise Unavailable("the queue")

    monkeypatch.setattr(FakeLanes, "backlog", away)
    work, _, clock = queued_work(10_000)
    assert work.waiting_ms("lane-0") == 0
    monkeypatch.undo()
    clock.advance(ms=KEEP_NO_ANSWER_MS - 1)
    assert work.waiting_ms("lane-0") == 0, "it is not asked at once again: each time costs a customer seconds"
    clock.advance(ms=1)
    assert work.waiting_ms("lane-0") == 20_000_000
