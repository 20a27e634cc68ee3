"""What a request to hold does to the user's newest order of an event: the rules of API.md, "Holding"."""

from dataclasses import replace

import pytest

from box_office.domain.errors import (
    AlreadyBooked,
    CompanionWithoutWheelchair,
    DuplicateSeat,
    EventCancelled,
    HoldLimitReached,
    IdempotencyKeyReused,
    InvalidRequest,
    PaymentInProgress,
    SalesClosed,
    TooManySeats,
    UnknownSeat,
)
from box_office.domain.holding import (
    HoldRequest,
    Replay,
    SameHold,
    as_answered,
    check_seat_names,
    decide_hold,
    priced_selection,
)
from box_office.domain.orders import Order, Status
from box_office.domain.seats import Change, SeatAct
from tests.examples import EV_1, LIMITS, MINUTE, ROOM, SECOND, TODAY, order, ticket

TAKE, KEEP, EXTEND, FREE = SeatAct.TAKE, SeatAct.KEEP, SeatAct.EXTEND, SeatAct.FREE
NOT_OPEN = [Status.RELEASED, Status.EXPIRED, Status.UNRESOLVED, Status.BOOKED, Status.REFUNDING, Status.REFUNDED]


def request(seats: str = "A1", **changes) -> HoldRequest:
    facts = {"user_id": "ada", "event": EV_1, "seat_prices": dict.fromkeys(seats.split(), 1500), "order_id": "or_new"}
    return HoldRequest(**{**facts, "category_of": ROOM.category_of, **changes})


def decided(current: Order | None, request: HoldRequest, now: int = TODAY) -> Change:
    decision = decide_hold(current, request, now, LIMITS)
    assert isinstance(decision, Change), decision
    return decision


@pytest.mark.parametrize(
    ("seats", "error"),
    [
        ([], InvalidRequest),
        (["A1", "A2", "A1"], DuplicateSeat),
        ([f"B{number}" for number in range(11)], TooManySeats),
    ],
)
def test_a_selection_that_cannot_be_is_refused_before_the_room_is_known(seats: list[str], error: type) -> None:
    with pytest.raises(error) as caught:
        check_seat_names(seats, LIMITS)
    assert type(caught.value) is error


def test_one_to_ten_different_seats_are_a_selection() -> None:
    check_seat_names(["A1"], LIMITS)
    check_seat_names([f"B{number}" for number in range(10)], LIMITS)


def test_a_selection_is_priced_by_category_and_put_in_the_rooms_order() -> None:
    priced = priced_selection(EV_1, ROOM, ["C2", "A3", "C1", "A1"])
    assert list(priced.items()) == [("A1", 1150), ("A3", 1500), ("C1", 1150), ("C2", 0)]


def test_seats_that_the_room_has_not_are_named() -> None:
    with pytest.raises(UnknownSeat, match="A5, Z1"):
        priced_selection(EV_1, ROOM, ["Z1", "A1", "A5"])


def refuses_companions(current: Order | None, seats: str) -> bool:
    try:
        decided(current, request(seats))
    except CompanionWithoutWheelchair:
        return True
    return False


@pytest.mark.parametrize("seats", ["C2", "C1 C2 C4", "A1 C4"])
def test_more_companions_than_wheelchairs_are_refused(seats: str) -> None:
    assert refuses_companions(None, seats)
    assert refuses_companions(order(seats="A2"), seats)


@pytest.mark.parametrize("seats", ["C1", "C1 C4", "C1 C2 C3 C4"])
def test_as_many_companions_as_wheelchairs_are_sold(seats: str) -> None:
    assert list(decided(None, request(seats)).after.seat_prices) == seats.split()
    assert list(decided(order(seats="A2"), request(seats)).after.seat_prices) == seats.split()


def test_a_wheelchair_place_is_not_dropped_under_its_companion() -> None:
    assert refuses_companions(order(seats="C1 C2"), "C2")
    assert decided(order(seats="C1 C2"), request("C1")).acts == {"C1": KEEP, "C2": FREE}


def bought(seats: str, **changes) -> Order:
    return order(seats=seats, status=Status.BOOKED, tickets=tuple(map(ticket, seats.split())), **changes)


def test_who_bought_a_wheelchair_place_may_add_its_companion_later() -> None:
    change = decided(bought("C1 A1"), request("C2"))

    assert (change.after.earlier_wheelchairs, change.after.earlier_companions) == (("C1",), ())
    assert change.before == bought("C1 A1"), "a condition of the write: the item with the tickets is expected unchanged"
    assert refuses_companions(bought("C1 A1"), "C2 C4"), "one companion a wheelchair place"
    assert refuses_companions(bought("A1"), "C2")


def test_companions_that_were_bought_count_as_well() -> None:
    both = bought("C1 C2")
    assert refuses_companions(both, "C4")
    assert decided(both, request("C3 C4")).after.earlier_companions == ("C2",)
    later = decided(bought("C4", earlier_wheelchairs=("C1", "C3"), earlier_companions=("C2",)), request("A1")).after
    assert (later.earlier_wheelchairs, later.earlier_companions) == (("C1", "C3"), ("C2", "C4"))


def test_a_ticket_that_was_given_back_brings_no_companion() -> None:
    given_back = order(seats="C1", status=Status.REFUNDED, tickets=(ticket("C1", "refunded"),))
    assert refuses_companions(given_back, "C2")


def test_a_hold_may_be_changed_to_companions_of_earlier_tickets_and_no_further() -> None:
    held = order(seats="A1", earlier_tickets=1, earlier_wheelchairs=("C1",))
    assert decided(held, request("A1 C2")).after.earlier_wheelchairs == ("C1",)
    assert refuses_companions(held, "A1 C2 C4")


def test_companions_that_lost_their_wheelchair_place_stop_nobody_from_other_seats() -> None:
    """The wheelchair ticket was given back, its companion's stays valid."""
    alone = order(seats="C3 C4 A1", earlier_tickets=1, earlier_companions=("C2",))
    assert decided(alone, request("C3 C4")).acts == {"C3": KEEP, "C4": KEEP, "A1": FREE}
    assert decided(bought("C2"), request("A1")).after.earlier_companions == ("C2",)


def test_the_newest_item_forgets_the_places_whose_tickets_an_earlier_order_gives_back() -> None:
    before = bought("C1 C2", superseded=True)
    after = replace(before, tickets=(ticket("C1", "refunded"), ticket("C2")))
    newest = order("or_2", earlier_tickets=1, earlier_wheelchairs=("C1", "C3"), earlier_companions=("C2",), revision=5)
    recounted = Change(before, after, {}, recount=newest).recounted

    assert recounted == replace(newest, earlier_wheelchairs=("C3",))


def test_seats_that_are_ones_own_booked_ones_are_booked_already() -> None:
    six = "B1 B2 B3 B4 B5 B6"
    for seats in (six, "B1", "B6 B2"):
        with pytest.raises(AlreadyBooked):
            decide_hold(bought(six), request(seats), EV_1.sales_end, LIMITS)
    assert decided(bought("B1 B2"), request("B2 B3")).acts == {"B2": TAKE, "B3": TAKE}, "the write finds the conflict"
    partly = order(seats="B1 B2", status=Status.BOOKED, tickets=(ticket("B1", "refunded"), ticket("B2")))
    assert decided(partly, request("B1")).acts == {"B1": TAKE}


def test_a_first_hold_lasts_ten_minutes() -> None:
    change = decided(None, request("A1 A2"))

    assert (change.before, change.superseded) == (None, None)
    assert change.acts == {"A1": TAKE, "A2": TAKE}
    assert (change.after.status, change.after.order_id, change.after.revision) == (Status.HELD, "or_new", 1)
    assert change.after.hold_until == 4_000_011_000_000  # 10:10:00
    assert change.after.first_held_at == TODAY
    assert change.after.price == 3000


def test_the_same_seats_in_any_order_are_the_same_hold() -> None:
    held = order(seats="A1 A2")
    assert decide_hold(held, request("A2 A1"), TODAY + 9 * MINUTE, LIMITS) == SameHold(held)


def test_added_seats_start_a_fresh_ten_minutes_for_all() -> None:
    change = decided(order(seats="A1"), request("A1 A2"), TODAY + 4 * MINUTE)

    assert change.acts == {"A1": EXTEND, "A2": TAKE}
    assert change.after.hold_until == 4_000_011_240_000  # 10:14:00
    assert (change.after.order_id, change.after.revision) == ("or_1", 2)
    assert change.before == order(seats="A1")


def test_exchanged_seats_move_in_one_change() -> None:
    change = decided(order(seats="A1 A2"), request("A2 A3"), TODAY + MINUTE)
    assert change.acts == {"A1": FREE, "A2": EXTEND, "A3": TAKE}
    assert list(change.after.seat_prices) == ["A2", "A3"]


def test_dropped_seats_keep_the_end() -> None:
    change = decided(order(seats="A1 A2 A3"), request("A2"), TODAY + 4 * MINUTE)

    assert change.acts == {"A1": FREE, "A2": KEEP, "A3": FREE}
    assert change.after.hold_until == TODAY + 10 * MINUTE


def test_what_a_seat_cost_is_honoured_while_it_is_kept() -> None:
    change = decided(order(seats="A1"), request("A1 A2"))
    assert change.after.seat_prices == {"A1": 1150, "A2": 1500}


def test_an_earlier_end_never_shortens_a_hold() -> None:
    """A clock that is behind the one that wrote the hold."""
    held = order(hold_until=TODAY + 11 * MINUTE)
    assert decided(held, request("A1 A2")).after.hold_until == TODAY + 11 * MINUTE


def test_no_hold_lasts_longer_than_thirty_minutes_from_its_first() -> None:
    held = order(first_held_at=TODAY - 25 * MINUTE, hold_until=TODAY + MINUTE)
    assert decided(held, request("A1 A2")).after.hold_until == TODAY + 5 * MINUTE


@pytest.mark.parametrize(("left_ms", "fits"), [(120_000, True), (119_999, False)])
def test_seats_are_added_only_while_two_minutes_of_the_thirty_remain(left_ms: int, fits: bool) -> None:
    held = order(first_held_at=TODAY + left_ms - 30 * MINUTE, hold_until=TODAY + 1)
    if fits:
        assert decided(held, request("A1 A2")).after.hold_until == TODAY + 120_000
    else:
        with pytest.raises(HoldLimitReached):
            decide_hold(held, request("A1 A2"), TODAY, LIMITS)
    assert decided(replace(held, seat_prices={"A1": 1150, "A2": 1150}), request("A1")).acts == {
        "A1": KEEP,
        "A2": FREE,
    }


def test_at_its_very_end_a_hold_is_over_and_a_new_order_begins() -> None:
    held = order(seats="A1", revision=3)
    change = decided(held, request("A1 A2"), TODAY + 10 * MINUTE)

    assert change.after.order_id == "or_new"
    assert change.after.revision == 4
    assert change.before == held
    assert (change.superseded.order_id, change.superseded.status) == ("or_1", Status.EXPIRED)
    assert change.acts == {"A1": TAKE, "A2": TAKE}
    assert decide_hold(held, request("A1"), TODAY + 10 * MINUTE - 1, LIMITS) == SameHold(held)


@pytest.mark.parametrize("status", NOT_OPEN)
def test_after_any_state_that_is_not_open_a_new_order_begins(status: Status) -> None:
    change = decided(order(status=status), request("A1"))
    assert (change.after.order_id, change.superseded.status) == ("or_new", status)


@pytest.mark.parametrize("status", [Status.PAYING, Status.PAID])
def test_while_it_is_paid_only_the_same_selection_is_answered(status: Status) -> None:
    paying = order(status=status, seats="A1 A2", hold_until=TODAY - MINUTE)

    assert decide_hold(paying, request("A2 A1"), TODAY, LIMITS) == SameHold(paying)
    for seats in ("A1", "A1 A2 A3", "B1"):
        with pytest.raises(PaymentInProgress):
            decide_hold(paying, request(seats), TODAY, LIMITS)


TEN = " ".join(f"B{number}" for number in range(1, 11))


def test_tickets_of_earlier_orders_count_towards_ten() -> None:
    earlier = order(status=Status.BOOKED, earlier_tickets=3, tickets=(ticket("A1"), ticket("A2", "refunded")))

    assert decided(earlier, request("B1 B2 B3 B4 B5 B6")).after.earlier_tickets == 4
    with pytest.raises(TooManySeats):
        decide_hold(earlier, request("B1 B2 B3 B4 B5 B6 B7"), TODAY, LIMITS)


def test_they_count_when_seats_are_added_too_but_dropping_is_free() -> None:
    held = order(earlier_tickets=8, seats="A1 A2")
    with pytest.raises(TooManySeats):
        decide_hold(held, request("A1 A2 A3"), TODAY, LIMITS)
    assert decided(held, request("A1 A3")).after.earlier_tickets == 8
    assert decided(replace(held, earlier_tickets=20), request("A1")).acts == {"A1": KEEP, "A2": FREE}


def test_a_desk_has_no_cap_by_event() -> None:
    earlier = order(status=Status.BOOKED, earlier_tickets=500)
    assert decided(earlier, request(TEN, desk=True, sale="s1")).after.sale == "s1"


def test_after_the_end_of_sales_seats_can_be_dropped_not_added() -> None:
    now = EV_1.sales_end
    held = order(seats="A1 A2", first_held_at=now - MINUTE, hold_until=now + MINUTE)

    assert decide_hold(held, request("A1 A2"), now, LIMITS) == SameHold(held)
    assert decided(held, request("A1"), now).acts == {"A1": KEEP, "A2": FREE}
    for current, seats in ((held, "A1 A3"), (None, "A1"), (order(), "A1")):
        with pytest.raises(SalesClosed):
            decide_hold(current, request(seats), now, LIMITS)
    assert decided(None, request("A1"), now - 1).acts == {"A1": TAKE}


@pytest.mark.parametrize("current", [None, order(), order(status=Status.PAYING)])
def test_a_cancelled_showing_is_held_by_nobody(current: Order | None) -> None:
    with pytest.raises(EventCancelled):
        decide_hold(current, request(event=replace(EV_1, cancelled_at=TODAY)), TODAY, LIMITS)


def keyed(seats: str = "A1", fingerprint: str = "f1", key: str = "k1", **changes) -> HoldRequest:
    return request(seats, key=key, fingerprint=fingerprint, **changes)


def test_a_key_is_written_with_what_it_committed() -> None:
    first = decided(None, keyed("A1")).after
    second = decided(first, keyed("A1 A2", "f2", "k2"), TODAY + MINUTE).after
    third = decided(second, keyed("A2", "f3", "k3"), TODAY + MINUTE).after

    assert [(record.key, record.status_code) for record in third.keys] == [("k3", 200), ("k2", 201), ("k1", 201)]


@pytest.mark.parametrize("later", [{}, {"status": Status.RELEASED}, {"status": Status.PAYING}, {"hold_until": 0}])
def test_a_key_that_committed_is_answered_as_it_was(later: dict) -> None:
    committed = decided(None, keyed("A2 A1")).after
    now = replace(committed, seat_prices={"B1": 1}, **later)
    replay = decide_hold(now, keyed("A2 A1", event=replace(EV_1, cancelled_at=TODAY)), TODAY + MINUTE, LIMITS)

    assert isinstance(replay, Replay)
    answered = as_answered(replay.order, replay.record)
    assert (answered.status, list(answered.seat_prices.items())) == (Status.HELD, [("A2", 1500), ("A1", 1500)])
    assert answered.hold_until == TODAY + 10 * MINUTE


def test_a_key_with_another_request_is_refused() -> None:
    committed = decided(None, keyed("A1")).after
    with pytest.raises(IdempotencyKeyReused):
        decide_hold(committed, keyed("A2", "f2"), TODAY, LIMITS)


def test_keys_of_other_routes_are_other_keys() -> None:
    committed = decided(None, keyed("A1")).after
    elsewhere = replace(committed, keys=(replace(committed.keys[0], route="SubmitPayment"),))
    assert isinstance(decide_hold(elsewhere, keyed("A1", "f2"), TODAY, LIMITS), SameHold)


def test_a_new_order_knows_no_key_of_the_old_one() -> None:
    released = replace(decided(None, keyed("A1")).after, status=Status.RELEASED)
    assert [record.key for record in decided(released, keyed("A1", key="k2")).after.keys] == ["k2"]
    assert decided(released, request("A1")).after.keys == ()


def test_an_order_remembers_its_last_ten_keys() -> None:
    current = None
    for number in range(12):
        current = decided(current, keyed(f"A{number}", key=f"k{number}"), TODAY + number * SECOND).after
    assert [record.key for record in current.keys] == [f"k{number}" for number in range(11, 1, -1)]
