"""What a request to hold does to the user's newest order of an event: the rules of API.md, "Holding"."""

from dataclasses import replace

import pytest

from box_office.domain.errors import (
    AlreadyBooked,
    CompanionWithoutWheelchair,
    DuplicateSeat,
    InvalidRequest,
    TooManySeats,
    UnknownSeat,
)
from box_office.domain.holding import (
    HoldRequest,
    Replay,
    SameHold,
    as_answered,
    check_not_booked_already,
    check_seat_names,
    decide_hold,
    priced_selection,
)
from box_office.domain.orders import Order, Status
from box_office.domain.seats import Change, SeatAct
from tests.examples import EV_1, LIMITS, MINUTE, ROOM, SECOND, TODAY, order, ticket

TAKE, KEEP, EXTEND, FREE = SeatAct.TAKE, SeatAct.KEEP, SeatAct.EXTEND, SeatAct.FREE


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


def bought(seats: str, **changes) -> Order:
    return order(seats=seats, status=Status.BOOKED, tickets=tuple(map(ticket, seats.split())), **changes)


def test_companions_that_were_bought_count_as_well() -> None:
    both = bought("C1 C2")
    assert refuses_companions(both, "C4")
    assert decided(both, request("C3 C4")).after.earlier_companions == ("C2",)
    later = decided(bought("C4", earlier_wheelchairs=("C1", "C3"), earlier_companions=("C2",)), request("A1")).after
    assert (later.earlier_wheelchairs, later.earlier_companions) == (("C1", "C3"), ("C2", "C4"))


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
    refunding = order(seats="B1", status=Status.REFUNDING, tickets=(ticket("B1", "refunded"),))
    assert decided(refunding, request("B1")).acts == {"B1": TAKE}


def test_seats_are_booked_already_by_the_live_tickets_of_several_orders_together() -> None:
    first = order("or_1", seats="B1 B2", status=Status.BOOKED, tickets=(ticket("B1"), ticket("B2", "refunded")))
    second = order("or_2", seats="B3", status=Status.BOOKED, tickets=(ticket("B3"),))
    with pytest.raises(AlreadyBooked):
        check_not_booked_already([first, second], request("B1 B3"))
    check_not_booked_already([first, second], request("B1 B2"))
    check_not_booked_already([first], request("B1 B3"))
    check_not_booked_already([], request("B1"))


def test_an_earlier_end_never_shortens_a_hold() -> None:
    """A clock that is behind the one that wrote the hold."""
    held = order(hold_until=TODAY + 11 * MINUTE)
    assert decided(held, request("A1 A2")).after.hold_until == TODAY + 11 * MINUTE


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


def keyed(seats: str = "A1", fingerprint: str = "f1", key: str = "k1", **changes) -> HoldRequest:
    return request(seats, key=key, fingerprint=fingerprint, **changes)


@pytest.mark.parametrize("later", [{}, {"status": Status.RELEASED}, {"status": Status.PAYING}, {"hold_until": 0}])
def test_a_key_that_committed_is_answered_as_it_was(later: dict) -> None:
    committed = decided(None, keyed("A2 A1")).after
    now = replace(committed, seat_prices={"B1": 1}, **later)
    replay = decide_hold(now, keyed("A2 A1", event=replace(EV_1, cancelled_at=TODAY)), TODAY + MINUTE, LIMITS)

    assert isinstance(replay, Replay)
    answered = as_answered(replay.order, replay.record)
    assert (answered.status, list(answered.seat_prices.items())) == (Status.HELD, [("A2", 1500), ("A1", 1500)])
    assert answered.hold_until == TODAY + 10 * MINUTE


def test_keys_of_other_routes_are_other_keys() -> None:
    committed = decided(None, keyed("A1")).after
    elsewhere = replace(committed, keys=(replace(committed.keys[0], route="SubmitPayment"),))
    assert isinstance(decide_hold(elsewhere, keyed("A1", "f2"), TODAY, LIMITS), SameHold)


def test_an_order_remembers_its_last_ten_keys() -> None:
    current = None
    for number in range(12):
        current = decided(current, keyed(f"A{number}", key=f"k{number}"), TODAY + number * SECOND).after
    assert [record.key for record in current.keys] == [f"k{number}" for number in range(11, 1, -1)]
