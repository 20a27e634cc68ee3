"""The environment dies between every two steps of a payment, once each: the outcome is the same as if it had not.

Each history is counted first; then it runs once for each step, and dies just before or just after it.
"""

from collections.abc import Callable
from decimal import Decimal

import pytest

from box_office.domain.messages import QueuedHold
from box_office.domain.orders import OrderRef
from box_office.domain.payments import Kind, Method
from box_office.ports.payments import SavedMethod
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED
from tests.fakes.queues import Queued
from tests.sample_catalogue import MINUTE
from tests.wire import Crash

CASH = Method(Kind.CASH)


def insist(act: Callable[[], object]) -> None:
    """A person whose request dies sends it again."""
    try:
        act()
    except Crash:
        act()


def a_card_pays(world: World) -> None:
    world.hold()
    insist(lambda: world.submit(key="k", fingerprint="f"))
    world.deliver_all()


def a_card_is_declined_and_another_pays(world: World) -> None:
    world.hold()
    insist(lambda: world.submit("pm_declined"))
    world.deliver_all()
    world.minutes(2)
    insist(lambda: world.submit("pm_visa"))
    world.deliver_all()


def a_challenge_is_passed(world: World) -> None:
    world.hold()
    insist(lambda: world.submit(CHALLENGED))
    world.minutes(2)
    world.provider.customer_passes("pi_or_1_1")
    insist(lambda: world.callback("pi_or_1_1"))
    world.deliver_all()


def a_challenge_is_left_for_another_card(world: World) -> None:
    world.hold()
    insist(lambda: world.submit(CHALLENGED))
    world.minutes(2)
    insist(lambda: world.submit("pm_visa"))
    world.minutes(1)
    world.provider.customer_passes("pi_or_1_1")  # on the page that was left open
    insist(lambda: world.callback("pi_or_1_1"))
    world.deliver_all()


def a_method_is_saved_on_the_way(world: World) -> None:
    world.hold()
    insist(lambda: world.submit(Method(Kind.CARD, "pm_visa", save=True)))
    world.deliver_all()


def a_saved_method_is_gone_and_another_pays(world: World) -> None:
    world.wallet.save("ada", SavedMethod("cus_0", "pm_0"))
    world.provider.gone |= {"cus_0", "pm_0"}
    world.hold()
    insist(lambda: world.submit(Method(Kind.SAVED)))
    world.deliver_all()
    world.minutes(2)
    insist(lambda: world.submit(Method(Kind.CARD, "pm_visa", save=True)))
    world.deliver_all()


def a_booking_is_given_back(world: World) -> None:
    a_card_pays(world)
    world.minutes(2)
    insist(lambda: world.refund(key="r", fingerprint="f"))
    world.deliver_all()


def one_ticket_is_given_back(world: World) -> None:
    a_card_pays(world)
    world.minutes(2)
    ticket = world.order().tickets[0]["ticket_id"]
    insist(lambda: world.refund("manager", "or_1", manager=True, tickets=[ticket]))
    world.deliver_all()


def an_earlier_booking_is_given_back(world: World) -> None:
    a_card_pays(world)
    world.minutes(2)
    world.hold("or_2", seats="B1", earlier_tickets=2)
    insist(lambda: world.refund(order_id="or_1"))
    world.deliver_all()


def cash_is_paid(world: World) -> None:
    world.hold(sale="s1")
    insist(lambda: world.submit(CASH, order_id="or_1", desk=True, tendered=Decimal(30)))
    world.deliver_all()


def an_order_of_nothing_is_booked(world: World) -> None:
    world.hold(seats="C2", seat_prices={"C2": 0})
    insist(lambda: world.submit())
    world.deliver_all()


def the_event_is_cancelled_in_mid_payment(world: World) -> None:
    world.hold()
    insist(lambda: world.submit())
    insist(lambda: world.events.cancel("ev_1", world.clock.now))
    world.deliver_all()


def the_event_of_a_booking_is_cancelled(world: World) -> None:
    a_card_pays(world)
    world.minutes(2)
    insist(lambda: world.events.cancel("ev_1", world.clock.now))


def a_hold_waits_on_its_lane(world: World) -> None:
    hold = QueuedHold(OrderRef("ada", "ev_1", "or_1"), ("A1", "A2"), world.clock.now)
    insist(lambda: world.lanes.send_hold("lane-0", hold))
    world.deliver_all()
    world.minutes(1)
    if world.table.orders:
        insist(lambda: world.submit())
    world.deliver_all()


HISTORIES = {  # history -> the order's end, what is kept of the money
    a_card_pays: ("BOOKED", 2300),
    a_card_is_declined_and_another_pays: ("BOOKED", 2300),
    a_challenge_is_passed: ("BOOKED", 2300),
    a_challenge_is_left_for_another_card: ("BOOKED", 2300),
    a_method_is_saved_on_the_way: ("BOOKED", 2300),
    a_saved_method_is_gone_and_another_pays: ("BOOKED", 2300),
    a_booking_is_given_back: ("REFUNDED", 0),
    one_ticket_is_given_back: ("BOOKED", 1150),
    an_earlier_booking_is_given_back: ("REFUNDED", 0),
    cash_is_paid: ("BOOKED", 0),
    an_order_of_nothing_is_booked: ("BOOKED", 0),
    the_event_is_cancelled_in_mid_payment: ("REFUNDED", 0),
    the_event_of_a_booking_is_cancelled: ("REFUNDED", 0),
    a_hold_waits_on_its_lane: ("BOOKED", 2300),
}
History = Callable[[World], None]
NAMED = {"argvalues": HISTORIES.items(), "ids": lambda value: value.__name__ if callable(value) else ""}


def rest(world: World, history: History, end: tuple[str, int], where: str) -> None:
    """Three minutes after the fault, at the latest, everything is over, and as it must be."""
    world.minutes(4)
    what = f"{history.__name__}, dead {where}"
    assert world.complaints() == [], what
    assert (world.status(), world.charged()) == end, what
    assert world.unsettled() == [], what
    assert world.mailbox.parked == [], what


def steps_of(history: History) -> list[str]:
    world = World()
    history(world)
    world.minutes(4)
    return world.steps.names


@pytest.mark.parametrize(("history", "end"), **NAMED)
def test_undisturbed_it_ends_as_it_should(history: History, end: tuple[str, int]) -> None:
    world = World()
    history(world)
    rest(world, history, end, "nowhere")


@pytest.mark.shows("crash before or after the write", "worker dies while charging")
@pytest.mark.parametrize(("history", "end"), **NAMED)
def test_a_death_at_any_step_changes_nothing(history: History, end: tuple[str, int]) -> None:
    names = steps_of(history)
    for at in range(1, len(names) + 1):
        for before in (True, False):
            world = World()
            died = []

            def interrupt(number: int, name: str, now: bool, at=at, before=before, died=died) -> None:
                if (number, now) == (at, before) and not died:
                    died.append(name)
                    raise Crash

            world.steps.interrupt = interrupt
            history(world)
            rest(world, history, end, f"{'before' if before else 'after'} step {at} of {len(names)}, {names[at - 1]}")
            assert died, "this run died nowhere"


@pytest.mark.shows("duplicate or reordered message")
@pytest.mark.parametrize(("history", "end"), **NAMED)
def test_every_message_twice_changes_nothing(history: History, end: tuple[str, int]) -> None:
    world = World()
    put = world.mailbox.put

    def twice(queue: str, body, delay_seconds: int = 0) -> None:
        put(queue, body, delay_seconds)
        put(queue, body, delay_seconds + 7)

    world.mailbox.put = twice
    history(world)
    rest(world, history, end, "nowhere")


@pytest.mark.shows("message lost", "payment-complete lost or late")
@pytest.mark.parametrize(("history", "end"), **NAMED)
def test_every_message_lost_is_made_up_for_by_the_reconciler(history: History, end: tuple[str, int]) -> None:
    """A queue does not lose messages; a sender that dies does. Each message is lost once, one a run."""
    for lost in range(1, 12):
        world = World()
        put, sent = world.mailbox.put, []

        def lossy(queue: str, body, delay_seconds: int = 0, put=put, sent=sent, lost=lost) -> None:
            sent.append(body)
            if len(sent) != lost:
                put(queue, body, delay_seconds)

        world.mailbox.put = lossy
        history(world)
        if history is a_hold_waits_on_its_lane and lost == 1:
            assert world.table.orders == {}, "a queued hold promises nothing"
            continue
        rest(world, history, end, f"message {lost}")


@pytest.mark.shows("duplicate or reordered message")
def test_messages_of_several_orders_in_any_order_change_nothing() -> None:
    """The newest message first, all the time."""
    world = World()
    for number in range(1, 4):
        user = f"user{number}"
        world.hold(f"or_{number}", user, f"B{number}", lane="lane-0")
        world.submit(user=user)
    for _ in range(60):
        due = [message for message in world.mailbox.waiting if message.due_at <= world.clock.now]
        if not due:
            break
        world.deliver(due[-1])
    world.minutes(1)
    assert [world.status(f"or_{number}") for number in range(1, 4)] == ["BOOKED"] * 3
    assert (world.complaints(), world.unsettled()) == ([], [])


@pytest.mark.shows("duplicate or reordered message")
def test_old_messages_long_after_the_end_change_nothing() -> None:
    world = World()
    a_card_pays(world)
    world.minutes(1)
    before = world.order()
    ref = before.ref
    for minutes in (1, 30, 500):
        world.clock.now += minutes * MINUTE
        world.worker.lanes.send_order("lane-0", ref, 1)
        world.advance.announcements.payment_complete(ref)
        world.mailbox.waiting.append(Queued("lane-0", {"kind": "look", "intent_id": "pi_or_1_1"}, 0))
        world.deliver_all()
    assert world.order() == before
    assert (world.complaints(), world.unsettled(), world.charged()) == ([], [], 2300)
