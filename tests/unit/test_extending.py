"""More time for a live hold: the decision, in literal times."""

from dataclasses import replace

import pytest

from box_office.domain.errors import (
    AlreadyBooked,
    BoxOfficeError,
    EventCancelled,
    HoldExpired,
    HoldLimitReached,
    IdempotencyKeyReused,
    PaymentInProgress,
)
from box_office.domain.extending import ExtendRequest, decide_extend
from box_office.domain.holding import Replay, SameHold
from box_office.domain.orders import Order, Status
from box_office.domain.seats import Change, SeatAct
from tests.examples import EV_1, HOUR, LIMITS, MINUTE, SECOND, TODAY, order

ASKED = ExtendRequest("k1", "same")


def decide(held: Order, now: int, request: ExtendRequest = ASKED) -> SameHold | Replay | Change:
    return decide_extend(held, EV_1, request, now, LIMITS)


@pytest.mark.parametrize(
    ("asked_at", "ends_at"),
    [
        (1 * MINUTE, 11 * MINUTE),
        (5 * MINUTE, 15 * MINUTE),
        (10 * MINUTE - 1, 20 * MINUTE - 1),
    ],
)
def test_a_live_hold_ends_ten_minutes_from_now(asked_at: int, ends_at: int) -> None:
    decision = decide(order(seats="A1 A2"), TODAY + asked_at)
    assert isinstance(decision, Change)
    assert (decision.after.hold_until, decision.after.revision) == (TODAY + ends_at, 2)
    assert decision.acts == {"A1": SeatAct.EXTEND, "A2": SeatAct.EXTEND}
    assert decision.after.first_held_at == TODAY


def test_no_hold_lasts_past_thirty_minutes_from_its_first() -> None:
    decision = decide(order(hold_until=TODAY + 25 * MINUTE), TODAY + 24 * MINUTE)
    assert isinstance(decision, Change)
    assert decision.after.hold_until == TODAY + 30 * MINUTE


@pytest.mark.parametrize(
    ("hold_until", "now"),
    [
        (10 * MINUTE, 0),
        (10 * MINUTE, 1 * MINUTE - 1),
        (10 * MINUTE, -1 * SECOND),  # another environment's clock is a second ahead
        (29 * MINUTE + 1, 29 * MINUTE),
        (25 * MINUTE, 2 * MINUTE),
    ],
)
def test_when_under_a_minute_would_be_gained_nothing_is_written(hold_until: int, now: int) -> None:
    held = order(hold_until=TODAY + hold_until)
    assert decide(held, TODAY + now) == SameHold(held)


@pytest.mark.parametrize("until", [30 * MINUTE, 31 * MINUTE])
def test_a_hold_that_ends_at_its_last_moment_already_gets_no_more(until: int) -> None:
    with pytest.raises(HoldLimitReached):
        decide(order(hold_until=TODAY + until), TODAY + 25 * MINUTE)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("PAYING", PaymentInProgress),
        ("PAID", PaymentInProgress),
        ("BOOKED", AlreadyBooked),
        ("EXPIRED", HoldExpired),
        ("RELEASED", HoldExpired),
        ("UNRESOLVED", HoldExpired),
        ("REFUNDING", HoldExpired),
        ("REFUNDED", HoldExpired),
    ],
)
def test_an_order_that_holds_nothing_says_why(status: str, error: type[BoxOfficeError]) -> None:
    with pytest.raises(error):
        decide(order(status=Status(status)), TODAY + MINUTE)


def test_a_hold_is_over_at_its_very_end() -> None:
    assert isinstance(decide(order(), TODAY + 10 * MINUTE - 1), Change)
    with pytest.raises(HoldExpired):
        decide(order(), TODAY + 10 * MINUTE)


def test_after_sales_end_a_live_hold_gets_more_time_and_after_the_event_none() -> None:
    held = order(first_held_at=EV_1.sales_end - MINUTE, hold_until=EV_1.sales_end + 9 * MINUTE)
    assert isinstance(decide(held, EV_1.sales_end + MINUTE), Change)
    at_the_end = order(first_held_at=EV_1.end_time - MINUTE, hold_until=EV_1.end_time + HOUR)
    with pytest.raises(HoldExpired):
        decide(at_the_end, EV_1.end_time)


def test_a_cancelled_showing_gives_no_more_time() -> None:
    with pytest.raises(EventCancelled):
        decide_extend(order(), replace(EV_1, cancelled_at=TODAY), ASKED, TODAY + MINUTE, LIMITS)


def test_a_key_that_committed_is_answered_again_whatever_became_of_the_hold() -> None:
    first = decide(order(), TODAY + 5 * MINUTE)
    assert isinstance(first, Change)
    again = decide(replace(first.after, status=Status.RELEASED), TODAY + 20 * MINUTE)
    assert isinstance(again, Replay)
    assert again.record.answer == {"seats": [["A1", 1150]], "hold_until": TODAY + 15 * MINUTE}
    with pytest.raises(IdempotencyKeyReused):
        decide(first.after, TODAY + 6 * MINUTE, ExtendRequest("k1", "another"))


def test_without_a_key_nothing_is_remembered() -> None:
    decision = decide(order(), TODAY + 5 * MINUTE, ExtendRequest())
    assert isinstance(decision, Change)
    assert decision.after.keys == ()
