"""A showing that moved is another showing: nobody pays for a time, a room or a film that is no longer played."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from box_office.adapters.dynamodb.order_rows import order_from, order_row
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.messages import QueuedHold
from box_office.domain.orders import Order, OrderRef
from box_office.domain.paying import booked
from box_office.domain.payments import Kind, Method, RefundState
from box_office.domain.seats import SeatAct
from box_office.domain.sold_as import sold_as_it_is
from tests.examples import EV_1, order
from tests.fakes.box_office import World
from tests.fakes.provider import CHALLENGED
from tests.paid_orders import INTENT, at_rest, paid
from tests.paying_histories import unresolved
from tests.sample_catalogue import HOUR, ROOM, SMALL_ROOM, TODAY
from tests.scenarios.moved_showings import *  # noqa: F403

LATER = replace(EV_1, movie_time=EV_1.movie_time + HOUR, end_time=EV_1.end_time + HOUR)
ELSEWHERE = replace(EV_1, room_id=SMALL_ROOM.room_id, room_name=SMALL_ROOM.room_name)
OTHER_FILM = replace(EV_1, movie_id="nosferatu")
OTHER_THEATER = replace(EV_1, theater_id="porto")
MOVED = pytest.mark.parametrize(
    "moved",
    [LATER, ELSEWHERE, OTHER_FILM, OTHER_THEATER],
    ids=["later", "elsewhere", "another film", "another theater"],
)


def sold(**changes: Any) -> Order:
    return order(room_id=EV_1.room_id, **changes)


def move(world: World, moved: Any = LATER) -> None:
    """As the loader writes it, a moment after somebody was sold a seat from memory."""
    world.catalogue.events["ev_1"] = moved


@MOVED
def test_an_order_is_compared_with_the_film_the_time_and_the_room_of_its_showing(moved: Any) -> None:
    assert sold_as_it_is(sold(), EV_1)
    assert not sold_as_it_is(sold(), moved)


def test_other_prices_another_end_and_a_renamed_room_are_the_same_showing() -> None:
    renamed = replace(EV_1, prices={"standard": 1}, end_time=EV_1.end_time + 1, room_name="Grand", sales_end=TODAY)
    assert sold_as_it_is(sold(), renamed)


def test_an_order_of_before_rooms_were_kept_is_compared_without_its_room() -> None:
    earlier = order_from(to_item({name: one for name, one in order_row(sold()).items() if name != "room_id"}))
    assert earlier.room_id is None
    assert sold_as_it_is(earlier, ELSEWHERE)
    assert not sold_as_it_is(earlier, LATER)


def test_an_order_keeps_its_room_in_its_row() -> None:
    assert order_from(to_item(order_row(sold()))).room_id == EV_1.room_id


def test_a_room_that_loses_other_seats_or_is_not_known_takes_nobodys_ticket() -> None:
    for rooms in ({ROOM.room_id: replace(ROOM, rows=(ROOM.rows[0],))}, {}):
        world = World()
        world.hold(room_id=EV_1.room_id)
        world.rooms.rooms = rooms
        world.submit()
        world.deliver_all()
        at_rest(world, "BOOKED", 2300)


def test_a_showing_that_moves_after_its_tickets_were_sold_leaves_them() -> None:
    world = paid(World(), room_id=EV_1.room_id)
    move(world)
    world.advance.announcements.payment_complete(world.order().ref)
    world.deliver_all()
    at_rest(world, "BOOKED", 2300)


def test_cash_for_a_showing_that_moved_is_owed() -> None:
    world = World()
    world.hold(user="clerk", sale="s1", room_id=EV_1.room_id)
    move(world)
    world.submit(Method(Kind.CASH), user="clerk", order_id="or_1", desk=True, tendered=Decimal(40))
    world.minutes(2)
    assert (world.status(), world.order().reason) == ("REFUNDING", "event_moved")
    assert world.counters.counted["CashOwed"] == 1


def test_moved_is_told_only_of_what_is_neither_over_nor_cancelled() -> None:
    order_paid = sold(status="PAID")
    for event, reason in (
        (LATER, "event_moved"),
        (replace(LATER, cancelled_at=TODAY), "event_cancelled"),
        (replace(LATER, end_time=TODAY), "event_over"),
    ):
        change = booked(order_paid, event, TODAY)
        assert (change.after.status, change.after.reason) == ("REFUNDING", reason)
        assert change.acts == {"A1": SeatAct.FREE_PINNED}
        assert [(one.amount, one.state) for one in change.after.refunds] == [(1150, RefundState.ASKED)]


def test_a_decline_of_a_showing_that_moved_gives_no_seat_back_to_be_paid_again() -> None:
    world = World()
    world.hold(room_id=EV_1.room_id)
    world.submit("pm_declined")
    move(world)
    world.deliver_all()
    assert (world.status(), world.order().reason, world.seat("A1")) == ("EXPIRED", "event_closed", "empty")
    at_rest(world, "EXPIRED", 0)


def test_charged_after_the_cap_for_a_showing_that_moved_the_money_goes_back() -> None:
    world = World()
    unresolved(world)
    world.table.orders["ada", "ev_1"] = replace(world.order(), room_id=EV_1.room_id)
    move(world, ELSEWHERE)
    world.provider.always = "ok"
    world.minutes(20)
    assert world.order().reason == "late_payment"
    at_rest(world, "REFUNDED", 0)


def test_a_bank_that_answers_after_the_showing_moved_is_given_its_money_back() -> None:
    world = paid(World(), CHALLENGED, room_id=EV_1.room_id)
    move(world)
    world.provider.customer_passes(INTENT)
    world.minutes(5)
    assert world.order().reason == "event_moved"
    at_rest(world, "REFUNDED", 0)


def queued(world: World, seats: tuple[str, ...] = ("A1",), **changes: Any) -> None:
    world.lanes.send_hold("lane-0", QueuedHold(OrderRef("ada", "ev_1", "or_1"), seats, world.clock.now, **changes))


def test_a_queued_hold_of_before_says_nothing_of_its_showing_and_becomes_one_of_the_new_time() -> None:
    world = World()
    queued(world)
    move(world)
    world.deliver_all()
    assert world.status() == "HELD"
    assert sold_as_it_is(world.order(), LATER)


def test_a_queued_seat_that_the_new_room_does_not_have_is_dropped() -> None:
    world = World()
    queued(world, ("B12",))
    move(world, ELSEWHERE)
    world.deliver_all()
    assert (world.status(), world.order().reason) == ("EXPIRED", "queued_in_vain")
