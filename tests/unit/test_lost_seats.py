"""Seats whose rows no longer name their order, as after a restore that is not to the same second: no state waits for
them for ever, and the customer has the tickets or the money."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from box_office.domain.seats import BOOKED, EMPTY, SeatRow
from tests.fakes.box_office import World
from tests.paid_orders import INTENT, paid


def lose(world: World, seat: str) -> None:
    """The row names nobody any more, and nothing that the orders do brings it back."""
    world.table.seats["ev_1", seat] = SeatRow(seat, EMPTY, 99)


def given_to_bob(world: World, seat: str) -> None:
    world.table.seats["ev_1", seat] = SeatRow(seat, BOOKED, 99, "or_bob", "bob", "ev_1")


def never_there(world: World, seat: str) -> None:
    del world.table.seats["ev_1", seat]


def paying(world: World, method: str = "pm_visa") -> World:
    world.hold()
    world.submit(method)
    return world


def one_message(world: World, kind: str) -> None:
    world.deliver(next(one for one in world.mailbox.waiting if one.body["kind"] == kind))


@pytest.mark.shows("seat's row no longer names its order")
@pytest.mark.parametrize("damage", [lose, given_to_bob, never_there])
def test_paid_with_a_seat_gone_the_money_goes_back_and_the_other_seat_comes_free(
    damage: Callable[[World, str], None],
) -> None:
    world = paying(World())
    one_message(world, "order")
    assert world.status() == "PAID"
    damage(world, "A1")
    world.deliver_all()
    world.minutes(2)
    order = world.order()
    assert (world.status(), order.reason, order.refunded, order.tickets) == ("REFUNDED", "seats_gone", 2300, ())
    assert (world.charged(), world.seat("A2"), world.counters.counted["SeatsGone"]) == (0, "empty", 1)
    assert (world.mailbox.parked, world.unsettled()) == ([], [])
    assert world.seat("A1") == ("booked" if damage is given_to_bob else "empty"), "another owner keeps the seat"


@pytest.mark.shows("seat's row no longer names its order")
def test_paid_with_all_seats_still_its_own_is_booked_whatever_else_their_rows_say() -> None:
    world = paying(World())
    one_message(world, "order")
    row = world.table.seats["ev_1", "A1"]
    world.table.seats["ev_1", "A1"] = replace(row, pinned=False, version=99)
    world.table.seats["ev_1", "A2"] = replace(row, seat_id="A2", status=BOOKED, pinned=False, version=99)
    world.deliver_all()
    assert (world.status(), world.seat("A1"), world.seat("A2"), world.charged()) == ("BOOKED", "booked", "booked", 2300)
    assert world.unsettled() == []


def test_paid_of_a_showing_that_is_called_off_goes_back_without_its_seat() -> None:
    world = paying(World())
    one_message(world, "order")
    lose(world, "A1")
    world.events.cancel("ev_1", world.clock.now)
    world.deliver_all()
    world.minutes(2)
    assert (world.status(), world.order().reason, world.charged()) == ("REFUNDED", "event_cancelled", 0)


def test_a_decline_with_a_seat_gone_ends_the_order_instead_of_keeping_it_paying() -> None:
    world = paying(World(), "pm_declined")
    lose(world, "A1")
    world.deliver_all()
    assert (world.status(), world.order().reason, world.seat("A2")) == ("EXPIRED", "seats_gone", "empty")
    assert (world.order().attempts[0].decline or {}).get("code") == "card_declined"
    assert world.unsettled() == []


def test_the_cap_with_a_seat_gone_ends_the_order() -> None:
    world = paying(World(), "pm_challenged")
    world.deliver_all()
    lose(world, "A1")
    world.minutes(17)
    assert (world.status(), world.order().reason, world.seat("A2")) == ("EXPIRED", "payment_timed_out", "empty")
    assert world.unsettled() == []


def test_the_cap_with_a_seat_gone_and_a_provider_that_is_down_leaves_it_unresolved_not_paying() -> None:
    world = paying(World(), "pm_challenged")
    world.deliver_all()
    lose(world, "A1")
    world.provider.always = "down"
    world.minutes(17)
    assert (world.status(), world.seat("A2")) == ("UNRESOLVED", "empty")
    world.provider.always = "ok"
    world.minutes(2)
    assert world.status() == "EXPIRED"


def test_a_refund_with_a_seat_gone_is_recorded_all_the_same() -> None:
    world = paid(World())
    given_to_bob(world, "A1")
    world.refund()
    world.deliver_all()
    world.minutes(2)
    assert (world.status(), world.order().refunded, world.seat("A1"), world.seat("A2")) == (
        "REFUNDED",
        2300,
        "booked",
        "empty",
    )


def test_a_whole_refund_at_the_dashboard_with_a_seat_gone_voids_the_tickets_all_the_same() -> None:
    world = paid(World())
    lose(world, "A1")
    world.provider.refund_at_dashboard(INTENT)
    world.callback(INTENT, "charge.refunded")
    world.deliver_all()
    assert (world.status(), world.order().live_tickets, world.seat("A2")) == ("REFUNDED", 0, "empty")


def test_an_order_whose_seats_are_gone_costs_one_refund_and_no_further_call() -> None:
    world = paying(World())
    one_message(world, "order")
    lose(world, "A1")
    world.deliver_all()
    world.minutes(30)
    assert [operation for operation, _ in world.provider.calls] == ["create", "confirm", "refund"]
