"""What submitting, an outcome and the cap do to an order, one transition after the other (DESIGN section 4)."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.captures import record_orphan_capture
from box_office.domain.errors import (
    AlreadyBooked,
    BoxOfficeError,
    HoldExpired,
    InvalidRequest,
    PaymentInProgress,
    RateLimited,
)
from box_office.domain.orders import Order, Status
from box_office.domain.paying import PayLimits, asked, booked, capped, charged, declined, next_method, unresolved
from box_office.domain.payments import Attempt, AttemptState, Kind, Method
from box_office.domain.seats import Change, SeatAct
from box_office.domain.submitting import Accepted, Submission, decide_submit
from tests.examples import EV_1, MINUTE, TODAY, order

VISA, OTHER = Method(Kind.CARD, "pm_visa"), Method(Kind.CARD, "pm_other")
LIMITS = PayLimits()
CARD = Submission(VISA)
NOW = TODAY + 5 * MINUTE
WHY = {"code": "card_declined", "decline_code": "lost_card", "message": "No."}
ACTION = {"type": "redirect_to_url", "url": "https://bank.example/"}


def paying(method: Method = VISA, **changes: Any) -> Order:
    """PAYING since NOW, asked a second later, with an intent; 23.00 for two seats."""
    attempt = changes.pop("attempt", Attempt(1, AttemptState.STARTED, method, 2300, "pi_1"))
    facts = {"status": Status.PAYING, "attempt": attempt.number, "attempts": (attempt,), "revision": 4}
    return order(seats="A1 A2", **facts | {"pinned_at": NOW, "asked_at": NOW + 1000, "due_at": NOW + 60_000} | changes)


def waiting(**changes: Any) -> Order:
    return paying(attempt=Attempt(1, AttemptState.STARTED, VISA, 2300, "pi_1", next_action=ACTION), **changes)


def change_of(decision: Accepted | Change) -> Change:
    assert isinstance(decision, Change)
    return decision


# Submitting


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.RELEASED, HoldExpired),
        (Status.EXPIRED, HoldExpired),
        (Status.UNRESOLVED, HoldExpired),
        (Status.REFUNDING, HoldExpired),
        (Status.REFUNDED, HoldExpired),
        (Status.BOOKED, AlreadyBooked),
    ],
)
def test_an_order_that_is_not_held_cannot_be_paid(status: Status, error: type[BoxOfficeError]) -> None:
    with pytest.raises(error):
        decide_submit(order(status=status), CARD, NOW, LIMITS)


def test_a_held_order_is_pinned_with_all_its_seats_under_a_first_attempt() -> None:
    change = change_of(decide_submit(order(seats="A1 A2"), CARD, NOW, LIMITS))
    assert change.acts == {"A1": SeatAct.PIN, "A2": SeatAct.PIN}
    assert change.after.attempts == (Attempt(1, AttemptState.STARTED, VISA, 2300),)
    assert (change.after.revision, change.after.due_at) == (2, NOW + 60_000)


def test_who_pays_too_late_for_a_showing_that_was_called_off_is_told_so() -> None:
    with pytest.raises(HoldExpired, match="called off"):
        decide_submit(order(status=Status.EXPIRED, reason="event_cancelled"), CARD, NOW, LIMITS)
    with pytest.raises(HoldExpired, match="hold the seats again"):
        decide_submit(order(status=Status.EXPIRED), CARD, NOW, LIMITS)


def test_no_other_method_takes_the_place_of_one_that_was_charged() -> None:
    with pytest.raises(PaymentInProgress):
        decide_submit(waiting(status=Status.PAID), Submission(OTHER), NOW, LIMITS)


def test_a_tenth_attempt_that_waits_for_its_customer_makes_way_for_no_other() -> None:
    with pytest.raises(RateLimited):
        tenth = replace(waiting().attempts[0], number=10)
        decide_submit(paying(attempt=tenth), Submission(OTHER), NOW, LIMITS)


def test_cash_of_no_amount_is_too_little() -> None:
    with pytest.raises(InvalidRequest):
        decide_submit(order(), Submission(Method(Kind.CASH), desk=True), NOW, LIMITS)


def test_ten_keys_are_remembered_the_latest_first() -> None:
    state = order(hold_until=TODAY + 30 * MINUTE)
    for number in range(12):
        after = change_of(decide_submit(state, Submission(VISA, key=f"k{number}"), NOW, LIMITS)).after
        state = declined(after, after.attempt, WHY, NOW, True, LIMITS).after
        state = replace(state, attempt=0, attempts=())
    assert [record.key for record in state.keys] == [f"k{number}" for number in range(11, 1, -1)]


# On the way


def test_the_next_method_gets_an_attempt_of_its_own_and_keeps_the_cap() -> None:
    state = waiting()
    state = state.with_attempt(replace(state.attempts[0], replaced_by=OTHER))
    after = next_method(state, NOW, LIMITS).after
    assert (after.attempt, after.asked_at, after.status) == (2, NOW + 1000, "PAYING")
    assert [one.state for one in after.attempts] == [AttemptState.CANCELLED, AttemptState.STARTED]
    assert [one.method for one in after.attempts] == [VISA, OTHER]
    assert after.attempts[0].next_action is None


# Declined


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (TODAY + 5 * MINUTE, TODAY + 10 * MINUTE),
        (TODAY + 9 * MINUTE, TODAY + 11 * MINUTE),
        (TODAY + 25 * MINUTE, TODAY + 27 * MINUTE),
        (TODAY + 29 * MINUTE, TODAY + 30 * MINUTE),
    ],
    ids=["the old end", "two minutes", "two minutes after the old end", "never past the thirty"],
)
def test_a_decline_returns_to_held(now: int, until: int) -> None:
    change = declined(paying(), 1, WHY, now, True, LIMITS)
    after = change.after
    assert change.acts == {"A1": SeatAct.UNPIN, "A2": SeatAct.UNPIN}
    assert (after.status, after.hold_until, after.pinned_at, after.asked_at) == ("HELD", until, None, None)
    assert (after.attempts[0].state, after.attempts[0].decline, after.due_at) == (AttemptState.DECLINED, WHY, None)


def test_a_decline_under_a_lowered_bound_takes_nothing_of_the_hold_that_was_answered() -> None:
    lowered = replace(LIMITS, hold_ms_max=8 * MINUTE)
    assert declined(paying(), 1, WHY, NOW, True, lowered).after.hold_until == TODAY + 10 * MINUTE


@pytest.mark.parametrize(
    ("now", "open_", "reason"),
    [(TODAY + 30 * MINUTE, True, "declined"), (NOW, False, "event_closed")],
    ids=["the thirty are over", "the event is over or cancelled"],
)
def test_a_decline_that_cannot_be_held_expires(now: int, open_: bool, reason: str) -> None:
    change = declined(paying(), 1, WHY, now, open_, LIMITS)
    assert change.acts == {"A1": SeatAct.FREE_PINNED, "A2": SeatAct.FREE_PINNED}
    assert (change.after.status, change.after.reason, change.after.due_at) == ("EXPIRED", reason, None)
    assert change.after.attempts[0].state is AttemptState.DECLINED


def test_an_outcome_of_another_attempt_has_no_business_with_the_order() -> None:
    with pytest.raises(ValueError, match="attempt 2 is not the current one"):
        charged(paying(), 2, NOW)
    with pytest.raises(ValueError, match="attempt 1 is not the current one"):
        charged(order(), 1, NOW)


# When the reconciler comes


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [(NOW + 60_000, NOW + 60_000), (NOW + 30_000, NOW + 30_000), (NOW + 29_999, NOW + 60_000), (NOW - 1, NOW + 60_000)],
    ids=["the worker came at once", "within half a minute", "later: it would be sent again", "after a long wait"],
)
def test_the_first_call_to_the_provider_moves_the_due_time_only_if_it_is_near(due_at: int, expected: int) -> None:
    assert asked(paying(due_at=due_at), NOW, LIMITS).after.due_at == expected


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [(NOW - 1, NOW - 1), (NOW + 58_000, NOW + 58_000), (NOW + 110_000, NOW + 60_000)],
    ids=["due already", "due soon", "put off while its customer was at the bank"],
)
def test_a_charge_moves_the_due_time_only_if_it_is_a_minute_away(due_at: int, expected: int) -> None:
    assert charged(paying(due_at=due_at), 1, NOW).after.due_at == expected


# Charged


def test_what_is_charged_asks_nothing_more_of_its_customer_in_a_new_revision() -> None:
    after = charged(waiting(), 1, NOW).after
    assert (after.attempts[0].next_action, after.revision) == (None, 5)


def test_paid_is_booked_with_tickets_whose_ids_follow_from_order_and_seat() -> None:
    paid = charged(paying(), 1, NOW).after
    change = booked(paid, EV_1, NOW)
    assert change.acts == {"A1": SeatAct.BOOK, "A2": SeatAct.BOOK}
    after = change.after
    assert (after.status, after.due_at, after.pinned_at) == ("BOOKED", None, None)
    assert [one["ticket_id"] for one in after.tickets] == [
        "tk_1_A1",
        "tk_1_A2",
    ]
    assert all((one["status"], one["checked_in_at"]) == ("valid", None) for one in after.tickets)


def test_a_booked_order_keeps_no_token_that_a_card_could_be_charged_with() -> None:
    saved = Method(Kind.SAVED, "pm_saved", customer="cus_1")
    declined_before = Attempt(1, AttemptState.DECLINED, saved, 2300, "pi_1")
    current = Attempt(2, AttemptState.STARTED, VISA, 2300, "pi_2")
    paid = charged(paying(attempt=current).with_attempt(declined_before), 2, NOW).after
    after = booked(paid, EV_1, NOW).after
    assert [one.method for one in after.attempts] == [Method(Kind.SAVED), Method(Kind.CARD)]
    assert [one.intent_id for one in after.attempts] == ["pi_1", "pi_2"]


def test_a_second_capture_is_a_surplus_and_changes_nothing_else() -> None:
    first = Attempt(1, AttemptState.CANCELLED, VISA, 2300, "pi_1")
    second = Attempt(2, AttemptState.CAPTURED, OTHER, 2300, "pi_2")
    state = order(seats="A1 A2", status=Status.BOOKED, attempt=2, attempts=(first, second))
    assert state.surplus_captures == ()
    after = record_orphan_capture(state, 1, NOW).after
    [refund] = after.refunds
    assert (after.status, refund.refund_id, refund.surplus, after.due_at) == ("BOOKED", "or_1/1/refund", True, NOW)
    assert (after.surplus_captures, after.refunded, after.refundable) == ((), 0, 2300), (
        "its way back is written with it"
    )


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (None, "event_over"),
        (replace(EV_1, end_time=NOW), "event_over"),
        (replace(EV_1, cancelled_at=TODAY), "event_cancelled"),
    ],
)
def test_after_the_end_nothing_is_booked_and_the_money_goes_back(event: Any, reason: str) -> None:
    after = booked(charged(paying(), 1, NOW).after, event, NOW).after
    [refund] = after.refunds
    assert (after.status, after.reason, refund.amount, refund.asked_by) == ("REFUNDING", reason, 2300, "system")


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.RELEASED, Status.HELD])
def test_a_capture_of_an_order_that_waits_for_none_is_a_surplus(status: Status) -> None:
    attempt = Attempt(1, AttemptState.CAPTURED, VISA, 2300, "pi_1")
    assert order(status=status, attempt=1, attempts=(attempt,)).surplus_captures == (attempt,)


# The cap


def test_capped_and_definitely_not_charged_it_expires() -> None:
    change = capped(paying(), "payment_timed_out")
    assert change.acts == {"A1": SeatAct.FREE_PINNED, "A2": SeatAct.FREE_PINNED}
    assert (change.after.status, change.after.reason) == ("EXPIRED", "payment_timed_out")
    assert change.after.attempts[0].state is AttemptState.CANCELLED
    assert not change.after.unfinished


def test_capped_and_not_known_its_seats_come_free_and_the_question_stays_open() -> None:
    change = unresolved(paying(), NOW, LIMITS)
    assert change.acts == {"A1": SeatAct.FREE_PINNED, "A2": SeatAct.FREE_PINNED}
    after = change.after
    assert (after.status, after.due_at, after.attempts[0].state) == ("UNRESOLVED", NOW + 60_000, AttemptState.STARTED)
    assert after.unfinished
    assert not after.holds_seats(NOW)


def test_unresolved_and_not_charged_it_expires_without_touching_a_seat() -> None:
    change = capped(replace(paying(), status=Status.UNRESOLVED), "payment_timed_out")
    assert (change.after.status, change.acts) == ("EXPIRED", {})
