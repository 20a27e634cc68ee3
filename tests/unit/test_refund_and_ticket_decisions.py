"""What refunds and gates do to tickets, how tickets are named and signed, and what travels through queues."""

import base64
from dataclasses import replace
from typing import Any

import pytest

from box_office.domain.check_in import Scan, Showing, decide_check_in
from box_office.domain.errors import (
    BoxOfficeError,
    Forbidden,
    InvalidRequest,
    NotRefundable,
    RefundClosed,
    TicketRefunded,
    UnknownTicket,
)
from box_office.domain.messages import QueuedHold, hold_from, ref_from
from box_office.domain.orders import Order, OrderRef, Status
from box_office.domain.payments import Attempt, AttemptState, Kind, Method, Refund, RefundState
from box_office.domain.provider_answers import RefundOutcome
from box_office.domain.refunding import (
    Refunding,
    RefundLimits,
    RefundRequest,
    decide_refund,
    refund_answered,
)
from box_office.domain.seats import Change
from box_office.domain.ticket_codes import read_code, ticket_code
from box_office.domain.tickets import order_of_ticket, ticket_id
from box_office.use_cases.redrive import Redrive, decide_redrive
from tests.examples import EV_1, TODAY, order, ticket

KEY = b"a key of these tests"
ADA, BOSS = RefundRequest("ada"), RefundRequest("boss", manager=True)
START = EV_1.movie_time
SHOWING = Showing("Metropolis", "3", EV_1.end_time)


def booked(*tickets: dict[str, Any], kind: Kind = Kind.CARD, **changes: Any) -> Order:
    """A1 for 11.50 and A3 for 15.00."""
    attempt = Attempt(1, AttemptState.CAPTURED, Method(kind, "pm_visa"), 2650, "pi_1")
    facts = {"status": Status.BOOKED, "attempt": 1, "attempts": (attempt,), "revision": 7}
    facts |= {"seat_prices": {"A1": 1150, "A3": 1500}, "tickets": tickets or (ticket("A1"), ticket("A3"))}
    return order(**facts | changes)


def used(seat: str) -> dict[str, Any]:
    return ticket(seat) | {"checked_in_at": TODAY}


def refund(
    state: Order, refund_request: RefundRequest = ADA, newest: Order | None = None, now: int = TODAY
) -> Refunding | Change:
    return decide_refund(state, newest or state, EV_1, refund_request, now, RefundLimits())


# Refunds


def answered(state: Order, one: Refund, said: RefundState) -> Change:
    change = refund_answered(state, one, RefundOutcome(said, "re_1"), TODAY)
    assert change is not None
    return change


def test_an_order_waits_for_all_its_records() -> None:
    both = booked()
    for seat in ("tk_A1", "tk_A3"):
        change = refund(both, replace(BOSS, tickets=[seat]))
        assert isinstance(change, Change)
        both = change.after
    over = answered(both, both.refunds[1], RefundState.DONE)
    assert (over.after.status, over.after.due_at) == ("REFUNDING", TODAY)


@pytest.mark.parametrize(
    ("state", "refund_request", "now", "error"),
    [
        (order(), ADA, TODAY, NotRefundable),
        (order(status=Status.PAYING), BOSS, TODAY, NotRefundable),
        (order(status=Status.UNRESOLVED), ADA, TODAY, NotRefundable),
        (booked(), ADA, START, RefundClosed),
        (booked(used("A1"), ticket("A3")), ADA, TODAY, RefundClosed),
        (booked(used("A1"), ticket("A3")), BOSS, TODAY, InvalidRequest),
        (booked(used("A1"), ticket("A3")), replace(BOSS, tickets=["tk_A1"]), TODAY, InvalidRequest),
        (booked(), replace(ADA, tickets=["tk_A1"]), TODAY, Forbidden),
        (booked(kind=Kind.CASH), ADA, TODAY, Forbidden),
        (booked(), replace(BOSS, tickets=["tk_B9"]), TODAY, UnknownTicket),
    ],
)
def test_what_is_not_refunded(
    state: Order, refund_request: RefundRequest, now: int, error: type[BoxOfficeError]
) -> None:
    with pytest.raises(error):
        refund(state, refund_request, now=now)


def test_the_unused_ticket_of_a_partly_used_order_needs_no_reason() -> None:
    change = refund(booked(used("A1"), ticket("A3")), replace(BOSS, tickets=["tk_A3"]))
    assert isinstance(change, Change)


def test_a_ticket_is_given_back_once() -> None:
    twice = refund(booked(), replace(BOSS, tickets=["tk_A1", "tk_A1"]))
    assert isinstance(twice, Change)
    assert (twice.after.refunds[0].amount, twice.after.refunds[0].tickets) == (1150, ("tk_A1",))


# The gate


def test_a_ticket_is_used_in_a_new_revision_of_its_order() -> None:
    change, _ = decide_check_in(booked(), "tk_A1", Scan(), SHOWING, TODAY + 5)
    assert (change.after.revision, change.acts) == (8, {})


@pytest.mark.parametrize(
    ("state", "wanted", "error"),
    [
        (booked(ticket("A1", "refunded"), ticket("A3")), "tk_A1", TicketRefunded),
        (booked(status=Status.REFUNDING), "tk_A1", TicketRefunded),
        (booked(), "tk_B9", UnknownTicket),
        (order(), "tk_A1", UnknownTicket),
    ],
)
def test_who_is_not_let_in(state: Order, wanted: str, error: type[BoxOfficeError]) -> None:
    with pytest.raises(error):
        decide_check_in(state, wanted, Scan(), SHOWING, TODAY)


# Names and codes


def test_a_tickets_id_follows_from_order_and_seat_alone() -> None:
    assert ticket_id("or_1", "A1") == ticket_id("or_1", "A1")
    assert len({ticket_id(name, seat) for name in ("or_1", "or_2") for seat in ("A1", "A2")}) == 4
    assert ticket_id("or_1", "A1") == "tk_1_A1"


def test_a_tickets_id_leads_to_its_order() -> None:
    order_id = "or_" + "0123456789abcdef" * 2
    assert order_of_ticket(ticket_id(order_id, "AA12")) == order_id
    for other in ("tk_" + "0" * 24, "tk_1_A1", order_id, "tk_" + "0" * 32 + "_", ""):
        assert order_of_ticket(other) is None


def test_a_ticket_of_before_is_found_by_its_own_id_and_by_its_seat() -> None:
    state = booked()
    for named in ("tk_A1", ticket_id(state.order_id, "A1")):
        _, used_ticket = decide_check_in(state, named, Scan(), SHOWING, TODAY)
        assert used_ticket["ticket_id"] == "tk_A1"


def test_a_code_names_order_and_ticket() -> None:
    code = ticket_code("or_1", "tk_1", KEY)
    assert code.startswith("BO1.")
    assert read_code(code, KEY) == ("or_1", "tk_1")


def altered(code: str) -> list[str]:
    prefix, named, signed = code.split(".")
    other = base64.urlsafe_b64encode(b"or_1/tk_2").decode().rstrip("=")
    flipped = [code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :] for at in range(len(code))]
    return [*flipped, f"{prefix}.{other}.{signed}", f"{prefix}.{named}.", f"{prefix}.{named}", f"BO2.{named}.{signed}"]


def test_a_code_that_was_altered_in_any_place_is_no_ticket() -> None:
    for spoilt in altered(ticket_code("or_1", "tk_1", KEY)):
        with pytest.raises(UnknownTicket):
            read_code(spoilt, KEY)


@pytest.mark.parametrize(
    "guess", ["", ".", "BO1", "BO1..", "BO1.b3JfMS90a18x.AAAAAAAAAAAAAAAAAAAAAA", "BO1.é.é", "x" * 999]
)
def test_a_guessed_code_is_no_ticket(guess: str) -> None:
    with pytest.raises(UnknownTicket):
        read_code(guess, KEY)


def test_a_code_of_another_key_is_no_ticket() -> None:
    with pytest.raises(UnknownTicket):
        read_code(ticket_code("or_1", "tk_1", b"another key"), KEY)


# Messages of version 1, as an older deployment wrote them: these texts never change


def test_an_order_message_of_version_1_still_parses() -> None:
    body = {
        "v": 1,
        "kind": "order",
        "order_id": "or_1",
        "user_id": "ada",
        "event_id": "ev_1",
        "sale": None,
        "attempt": 1,
    }
    assert ref_from(body) == OrderRef("ada", "ev_1", "or_1")
    assert ref_from(body | {"sale": "s1", "a_later_member": 1}) == OrderRef("ada", "ev_1", "or_1", "s1")
    del body["sale"]
    assert ref_from(body).sale is None


def test_a_hold_message_of_version_1_still_parses() -> None:
    body = {"v": 1, "kind": "hold", "order_id": "or_1", "user_id": "ada", "event_id": "ev_1", "sale": None}
    body |= {"seats": ["A1", "A2"], "queued_at": TODAY, "desk": False}
    assert hold_from(body) == QueuedHold(OrderRef("ada", "ev_1", "or_1"), ("A1", "A2"), TODAY)


@pytest.mark.parametrize(
    "body", [{}, {"user_id": "ada", "event_id": "ev_1"}, {"user_id": 1, "event_id": "ev_1", "order_id": "or_1"}]
)
def test_a_message_that_names_no_order_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        ref_from(body)


# Redrive


@pytest.mark.parametrize(
    ("before", "jitter", "expected"),
    [
        (None, 0.0, Redrive(1, 15)),
        (None, 0.999, Redrive(1, 29)),
        ("1", 0.5, Redrive(2, 45)),
        ("4", 0.999, Redrive(5, 479)),
        ("5", 0.0, None),
        ("99", 0.0, None),
        ("nonsense", 0.0, Redrive(1, 15)),
    ],
)
def test_a_message_comes_back_later_each_time_then_not_at_all(
    before: str | None, jitter: float, expected: Redrive | None
) -> None:
    attributes = {} if before is None else {"redrives": before}
    assert decide_redrive(attributes, redrives_max=5, first_seconds=30, jitter=jitter) == expected


def test_no_delay_is_longer_than_a_queue_can_keep_it() -> None:
    decision = decide_redrive({"redrives": "19"}, redrives_max=20, first_seconds=30, jitter=0.9)
    assert decision == Redrive(20, 900)


def test_the_cut_off_may_lie_before_the_start() -> None:
    minutes = 60_000
    limits = RefundLimits(closes_ms=30 * minutes)
    half_an_hour_before = EV_1.movie_time - 30 * minutes
    decide_refund(booked(), booked(), EV_1, ADA, half_an_hour_before - 1, limits)
    with pytest.raises(RefundClosed):
        decide_refund(booked(), booked(), EV_1, ADA, half_an_hour_before, limits)
    decide_refund(booked(), booked(), EV_1, BOSS, half_an_hour_before, limits)
