"""What the rules of paying are there for: each history plays it, and then lets everything come to rest.

What no checker can see in the tables is noted in `world.broken`.
"""

import contextlib
from collections.abc import Callable
from dataclasses import replace

from box_office.domain.errors import BoxOfficeError
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import OrderRef, Status
from box_office.domain.seats import SeatAct
from box_office.ports import ChangeRefused, Outcome
from tests.examples import EV_1, order
from tests.fakes import table as fake_table
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED
from tests.sample_catalogue import MINUTE

INTENT = "pi_or_1_1"


def pay(world: World, method: str = "pm_visa", user: str = "ada") -> None:
    world.submit(method, user)
    world.deliver_all()


def meanwhile(world: World, step: str, deed: Callable[[], object], at: int = 1) -> None:
    """Somebody else does something just before the `at`-th such step of whoever comes next."""
    seen = []

    def interrupt(number: int, name: str, before: bool) -> None:
        if name == step and before:
            seen.append(number)
            if len(seen) == at:
                world.steps.interrupt = lambda *_: None
                deed()

    world.steps.interrupt = interrupt


def others_want_the_seats_while_the_bank_thinks(world: World) -> None:
    world.hold(seats="A1 A2")
    pay(world, "pm_processing")
    world.clock.advance(minutes=10, seconds=2)
    with contextlib.suppress(ChangeRefused):
        world.hold("or_2", "grace", "A1")
    world.provider.customer_passes(INTENT)
    world.minutes(20)


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


def two_workers_and_one_of_them_late(world: World) -> None:
    """The late one has read the order before the other booked it."""
    world.hold()
    world.submit(CHALLENGED)
    world.deliver_all()
    world.lanes.send_order("lane-0", world.order().ref, 1)
    late, look = world.mailbox.waiting[0], world.provider.retrieve_intent

    def booked_by_another_before_the_answer_arrives(intent_id: str) -> Outcome:
        world.provider.retrieve_intent = look
        world.provider.customer_passes(intent_id)
        world.callback(intent_id)
        world.deliver(next(one for one in world.mailbox.waiting if one.body["kind"] == "look"))
        world.deliver_all()
        return look(intent_id)

    world.provider.retrieve_intent = booked_by_another_before_the_answer_arrives
    world.deliver(late)
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


def charged_after_the_cap_and_a_seat_is_gone(world: World) -> None:
    unresolved(world)
    world.hold("or_2", "grace", "A2 A3")
    world.provider.always = "ok"
    world.minutes(20)


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


def a_refund_while_the_gate_scans(world: World) -> None:
    world.hold(seats="A1")
    pay(world)
    meanwhile(world, "orders.commit", world.refund)
    with contextlib.suppress(BoxOfficeError):
        world.check_in("or_1", "A1")
    world.minutes(3)
    for ticket in world.order().tickets:
        if ticket["status"] == "refunded" and ticket["checked_in_at"] is not None:
            world.broken.append("a refunded ticket let somebody in")


def an_earlier_order_is_refunded_while_the_newest_is_changed(world: World) -> None:
    """The count of its tickets must not come back."""
    world.hold(seats="A1 A2")
    pay(world)
    world.hold("or_2", seats="B1", earlier_tickets=2)
    newest = world.order("or_2")
    world.refund(order_id="or_1")
    after = replace(newest, revision=newest.revision + 1, hold_until=newest.hold_until + MINUTE)
    with contextlib.suppress(ChangeRefused):
        world.plain_orders.commit(fake_table.Change(newest, after, {"B1": SeatAct.EXTEND}), world.clock.now, "late")
    world.minutes(3)
    if world.order("or_2").earlier_tickets != 0:
        world.broken.append("tickets that were given back still count against the user")


def a_queued_hold_is_let_go_before_it_is_made(world: World) -> None:
    hold = QueuedHold(OrderRef("ada", "ev_1", "or_1"), ("A1",), world.clock.now)
    world.lanes.send_hold("lane-0", hold)
    gone = order("or_1", status=Status.RELEASED, superseded=True)
    world.plain_orders.commit(fake_table.Change(None, gone, {}), world.clock.now, "let go")
    world.deliver_all()
    if world.plain_orders.newest("ada", "ev_1", None) is not None:
        world.broken.append("what was let go was held all the same")


def a_queued_hold_meets_a_live_one(world: World) -> None:
    hold = QueuedHold(OrderRef("ada", "ev_1", "or_9"), ("B1",), world.clock.now)
    world.clock.advance(seconds=1)
    world.hold("or_1", seats="A1")
    world.lanes.send_hold("lane-0", hold)
    world.deliver_all()
    newest = world.plain_orders.newest("ada", "ev_1", None)
    if newest is None or newest.order_id != "or_1":
        world.broken.append("a queued hold replaced a selection")


def a_queued_hold_comes_too_late(world: World) -> None:
    world.lanes.send_hold("lane-0", QueuedHold(OrderRef("ada", "ev_1", "or_1"), ("A1",), world.clock.now))
    world.clock.advance(minutes=2, ms=1)
    world.deliver_all()
    if world.seat("A1") != "empty":
        world.broken.append("a hold was made that nobody waits for any more")


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
