"""What the rules of paying are there for: each history plays it, and then lets everything come to rest.

What no checker can see in the tables is noted in `world.broken`.
"""

import contextlib

from box_office.domain.errors import BoxOfficeError
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import OrderRef
from tests.examples import EV_1
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED

INTENT = "pi_or_1_1"


def pay(world: World, method: str = "pm_visa", user: str = "ada") -> None:
    world.submit(method, user)
    world.deliver_all()


def the_worker_dies_with_the_intents_id_in_its_hands(world: World) -> None:
    """And nobody gets through to the provider until after the cap."""
    world.hold()
    world.submit()
    message = world.mailbox.waiting[0]
    world.provider.faults["create"].append("lost")
    world.deliver(message)
    world.mailbox.waiting.clear()
    world.lanes._port.backlog = lambda lane: 1
    world.provider.always = "down"
    world.minutes(4)
    world.mailbox.waiting.clear()
    world.minutes(40)
    world.provider.always = "ok"
    world.minutes(40)


def a_declined_intent_is_paid_on_a_page_left_open(world: World) -> None:
    world.hold()
    pay(world, "pm_declined")
    pay(world)
    world.provider.customer_passes(INTENT)
    world.minutes(5)


def a_challenge_is_passed_after_another_card_took_its_place(world: World) -> None:
    world.hold()
    pay(world, CHALLENGED)
    pay(world)
    world.provider.customer_passes(INTENT)
    world.minutes(5)


def a_challenge_is_passed_after_the_cap(world: World) -> None:
    world.hold()
    pay(world, CHALLENGED)
    world.minutes(17)
    world.provider.customer_passes(INTENT)
    world.minutes(5)


def a_late_capture_of_a_first_attempt(world: World) -> None:
    world.hold()
    pay(world, "pm_declined")
    pay(world)
    first = world.provider.intents[INTENT]
    first.status, first.received = "CHARGED", 2300  # in spite of its cancellation
    world.callback(INTENT)
    world.minutes(5)


def a_refunds_answer_is_lost(world: World) -> None:
    world.hold()
    pay(world)
    ticket = world.order().tickets[0]["ticket_id"]
    world.provider.faults["refund"].append("lost")
    world.refund("boss", "or_1", manager=True, tickets=[ticket])
    world.minutes(5)


def unresolved(world: World) -> None:
    world.hold()
    world.provider.faults["confirm"].append("lost")
    pay(world)
    world.provider.always = "down"
    world.minutes(16)


def charged_after_the_cap_and_the_user_has_another_order(world: World) -> None:
    unresolved(world)
    world.hold("or_2", seats="B1")
    world.provider.always = "ok"
    world.minutes(20)


def the_event_ends_between_charge_and_booking(world: World) -> None:
    world.hold()
    world.submit()
    world.deliver(world.mailbox.waiting[0])
    world.clock.now = EV_1.end_time
    world.minutes(5)
    if world.status() == "BOOKED":
        world.broken.append("a seat was booked after the event's end")


def a_queued_hold_meets_a_live_one(world: World) -> None:
    hold = QueuedHold(OrderRef("ada", "ev_1", "or_9"), ("B1",), world.clock.now)
    world.clock.advance(seconds=1)
    world.hold("or_1", seats="A1")
    world.lanes.send_hold("lane-0", hold)
    world.deliver_all()
    newest = world.plain_orders.newest("ada", "ev_1", None)
    if newest is None or newest.order_id != "or_1":
        world.broken.append("a queued hold replaced a selection")
    elif world.order("or_9").reason != "queued_in_vain":
        world.broken.append("its customer is not told why there is no hold")


def a_queued_hold_comes_too_late(world: World) -> None:
    world.lanes.send_hold("lane-0", QueuedHold(OrderRef("ada", "ev_1", "or_1"), ("A1",), world.clock.now))
    world.clock.advance(minutes=2, ms=1)
    world.deliver_all()
    if world.seat("A1") != "empty":
        world.broken.append("a hold was made that nobody waits for any more")
    elif world.order().reason != "queued_too_long":
        world.broken.append("its customer is not told why there is no hold")


def a_message_comes_thirteen_minutes_late(world: World) -> None:
    world.hold()
    world.provider.always = "down"
    pay(world)
    world.mailbox.waiting.clear()
    world.clock.advance(minutes=13)
    world.provider.always = "ok"
    world.provider.calls.clear()
    world.lanes.send_order("lane-0", world.order().ref, 1)
    world.deliver_all()
    if {"create", "confirm"} & {name for name, _ in world.provider.calls}:
        world.broken.append("charged later than twelve minutes after it was asked")
    world.minutes(10)


def the_hold_is_over_when_it_is_submitted(world: World) -> None:
    world.hold()
    world.clock.advance(minutes=10)
    with contextlib.suppress(BoxOfficeError):
        pay(world)
    if world.provider.calls:
        world.broken.append("the provider was called for a hold that is over")
    world.minutes(3)
