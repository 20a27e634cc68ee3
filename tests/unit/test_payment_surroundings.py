"""DESIGN section 14, the rows of event, table, cache and refunds: each is caused, and ends as its row says."""

from dataclasses import replace

import pytest

from box_office.domain.errors import Unavailable
from box_office.domain.payments import Kind, Method, RefundState
from box_office.ports import OutcomeUnknown
from tests.examples import EV_1
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED, SLOW
from tests.paid_orders import INTENT, at_rest, paid
from tests.sample_catalogue import MINUTE


@pytest.fixture
def world() -> World:
    return World()


# The event


@pytest.mark.shows("schedule late, early or twice")
@pytest.mark.parametrize("times", [1, 2])
def test_an_event_that_ends_frees_what_is_held_and_leaves_pins_to_their_outcome(world: World, times: int) -> None:
    world.clock.now = EV_1.end_time - 5 * MINUTE
    world.hold("or_1", "ada", "A1")
    world.hold("or_2", "grace", "A2")
    world.submit(SLOW)
    world.deliver_all()
    early = world.end_event()
    assert getattr(early, "seconds", None) == 300
    assert world.status("or_2") == "HELD"
    world.clock.now = EV_1.end_time
    assert [world.end_event() for _ in range(times)] == [1, 0][:times]
    assert (world.status("or_1"), world.status("or_2")) == ("PAYING", "EXPIRED")
    assert (world.seat("A1"), world.seat("A2")) == ("pinned", "empty")
    world.provider.customer_passes(INTENT)
    world.minutes(2)
    at_rest(world, "REFUNDED", 0)


@pytest.mark.shows("event cancelled in mid-payment")
def test_a_cancelled_event_gives_every_unused_ticket_back_once_and_keeps_used_ones(world: World) -> None:
    paid(world)
    world.check_in("or_1", "A1")
    world.hold("or_2", "grace", "B1")
    world.hold("or_3", "linus", "B2")
    world.submit(CHALLENGED, "linus")
    world.deliver_all()
    world.events.cancel("ev_1", world.clock.now)
    world.minutes(2)
    assert [ticket["status"] for ticket in world.order().tickets] == ["valid", "refunded"]
    assert (world.status("or_1"), world.charged("or_1")) == ("BOOKED", 1150)
    assert (world.status("or_2"), world.order("or_2").reason) == ("EXPIRED", "event_cancelled")
    world.provider.customer_passes("pi_or_3_1")
    world.callback("pi_or_3_1")
    world.minutes(3)
    assert (world.status("or_3"), world.charged("or_3")) == ("REFUNDED", 0)
    assert (world.complaints(), world.unsettled()) == ([], [])


@pytest.mark.shows("event cancelled in mid-payment")
def test_a_hold_made_from_a_memory_of_before_the_cancellation_is_caught(world: World) -> None:
    world.events.cancel("ev_1", world.clock.now)
    world.minutes(1)
    held = world.hold()
    assert held.holds_seats(world.clock.now)
    world.minutes(2)
    assert (world.status(), world.seat("A1")) == ("EXPIRED", "empty")


def test_a_decline_of_a_cancelled_event_expires(world: World) -> None:
    world.hold()
    world.submit("pm_declined")
    world.catalogue.events["ev_1"] = replace(EV_1, cancelled_at=world.clock.now)
    world.deliver_all()
    at_rest(world, "EXPIRED", 0)


# The table, the cache, the wallet


@pytest.mark.shows("write committed, answer lost")
@pytest.mark.parametrize("committed", [True, False], ids=["committed, answer lost", "down"])
def test_each_write_of_a_payment_fails_once(committed: bool) -> None:
    """As the adapter tells it: Unavailable if nothing was written, OutcomeUnknown if nobody knows."""
    count = World()
    paid(count)
    writes = count.steps.names.count("orders.commit")
    for at in range(1, writes + 1):
        world, seen = World(), []

        def interrupt(number: int, name: str, before: bool, at=at, seen=seen) -> None:
            if name == "orders.commit" and before is not committed:
                seen.append(number)
                if len(seen) == at:
                    raise OutcomeUnknown if committed else Unavailable("throttled")

        world.steps.interrupt = interrupt
        world.hold()
        try:
            world.submit()
        except Unavailable:
            world.submit()
        world.deliver_all()
        world.minutes(2)
        at_rest(world, "BOOKED", 2300)


@pytest.mark.shows("cache down")
def test_the_cache_is_wiped_and_down_and_the_ticket_is_there_all_the_same(world: World) -> None:
    world.cache.down = True
    paid(world)
    assert world.status() == "BOOKED"
    world.cache.wipe()
    world.cache.down = False
    world.minutes(3)
    at_rest(world, "BOOKED", 2300)


def test_saving_a_method_fails_and_the_payment_does_not(world: World) -> None:
    def interrupt(number: int, name: str, before: bool) -> None:
        if name == "wallet.save":
            raise Unavailable("throttled")

    world.steps.interrupt = interrupt
    paid(world, Method(Kind.CARD, "pm_visa", save=True))
    at_rest(world, "BOOKED", 2300)


@pytest.mark.shows("refund refused for good")
def test_a_refund_refused_for_good_rings_and_stays_open_for_a_person(world: World) -> None:
    paid(world)
    world.provider.refuses_refunds = True
    world.refund()
    world.deliver_all()
    [refund] = world.order().refunds
    assert (refund.state, world.order().refunded) == (RefundState.REFUSED, 0)
    assert world.counters.counted["RefundsRefused"] == 1
    at_rest(world, "REFUNDING", 2300)
    assert world.seat("A1") == "empty"
