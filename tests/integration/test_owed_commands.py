"""`make owed`, `make settle`, and what `make cancel-event` says of refunds that did not go through, over moto."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from moto import mock_aws

from box_office.adapters.dynamodb.order_rows import order_row
from box_office.domain.orders import Order, Status
from box_office.domain.payments import Kind, Origin, Refund, RefundState
from box_office.domain.tickets import REFUNDED
from operations import cancel_event, owed, settle
from tests.integration.operator_stage import NOW, Stage, booked


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stage]:
    monkeypatch.setenv("STAGE", "test")
    monkeypatch.setattr("operations.target.STACK_FILE", tmp_path / "stack.json")
    monkeypatch.setattr(cancel_event, "WAIT_SECONDS_MAX", 0.0)
    with mock_aws():
        yield Stage()


def refunding(user: str, state: RefundState, kind: Kind = Kind.CARD, event_id: str = "ev_1") -> Order:
    """Two tickets of 11.50, void, and their refund in this state."""
    one = booked(user, "A1", "A2", kind=kind)
    tickets = tuple({**ticket, "status": REFUNDED} for ticket in one.tickets)
    refund = Refund(
        f"{one.order_id}/refund/1",
        1,
        2300,
        tuple(ticket["ticket_id"] for ticket in tickets),
        state,
        NOW,
        "system",
        "event_cancelled",
        Origin.SYSTEM,
        failure="expired_or_canceled_card",
    )
    given = replace(one, status=Status.REFUNDING, tickets=tickets, refunds=(refund,), event_id=event_id)
    return given.due(NOW)


def put(stage: Stage, *orders: Order) -> None:
    for one in orders:
        stage.seat(one)


def test_owed_lists_refused_refunds_and_cash_and_nothing_else(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    put(stage, refunding("card", RefundState.REFUSED), refunding("till", RefundState.PENDING, Kind.CASH))
    put(stage, refunding("bank", RefundState.PENDING), refunding("new", RefundState.ASKED), booked("owner", "B1"))
    assert owed.main([]) == 0
    said = capsys.readouterr().out
    assert "or_card  ev_1  23.00 EUR" in said and "refused its refund (expired_or_canceled_card)" in said
    assert "or_till  ev_1  23.00 EUR" in said and "a clerk hands it back" in said
    assert "2 orders to settle" in said and not any(other in said for other in ("or_bank", "or_new", "or_owner"))


def test_nothing_owed_is_said_so(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    put(stage, booked("owner", "B1"))
    assert owed.main([]) == 0
    assert "Nothing is owed." in capsys.readouterr().out


def test_settling_ends_the_order_with_its_reason_and_again_changes_nothing(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    put(stage, refunding("card", RefundState.REFUSED))
    assert settle.main(["or_card", "bank transfer 4711", ""]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Asking AWS, stage test.\n")
    assert "23.00 EUR of or_card settled: bank transfer 4711. The order is REFUNDED." in said
    after = stage.order("card")
    assert (after.status, after.refunded, after.due_at) == (Status.REFUNDED, 2300, None)
    assert after.refunds[0].settled is not None and after.refunds[0].settled.why == "bank transfer 4711"
    assert settle.main(["or_card", "again", ""]) == 0
    told = capsys.readouterr().out
    assert "Nothing is owed for or_card" in told and "bank transfer 4711" in told
    assert stage.order("card") == after
    assert owed.main([]) == 0


@pytest.mark.parametrize(("paid", "refunded"), [("0", 0), ("11.5", 1150), ("23", 2300)])
def test_paid_says_how_much_the_customer_has(stage: Stage, paid: str, refunded: int) -> None:
    put(stage, refunding("till", RefundState.PENDING, Kind.CASH))
    assert settle.main(["or_till", "at the desk", paid]) == 0
    assert (stage.order("till").status, stage.order("till").refunded) == (Status.REFUNDED, refunded)


@pytest.mark.parametrize(("paid", "told"), [("23.01", "is owed 23.00 EUR, not 23.01 EUR"), ("1.005", "more decimals")])
def test_an_amount_that_cannot_have_been_paid_is_refused_and_changes_nothing(
    stage: Stage, capsys: pytest.CaptureFixture[str], paid: str, told: str
) -> None:
    put(stage, refunding("card", RefundState.REFUSED))
    assert settle.main(["or_card", "transfer", paid]) == 1
    assert told in capsys.readouterr().err
    assert stage.order("card").refunds[0].state is RefundState.REFUSED


def test_an_unknown_order_is_refused_by_name(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    for paid in ("", "1"):
        assert settle.main(["or_nope", "why", paid]) == 1
        assert "There is no order or_nope" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["", "why", ""], "ORDER must be"),
        (["or 1", "why", ""], "ORDER must be"),
        (["or_1", "  ", ""], "WHY must say"),
        (["or_1", "x" * 501, ""], "WHY must say"),
        (["or_1", "why", "ten"], "PAID must be an amount"),
        (["or_1", "why", "-1"], "PAID must be an amount"),
        (["or_1", "why", "NaN"], "PAID must be an amount"),
    ],
)
def test_what_was_typed_wrongly_is_told_with_what_to_type(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit) as wrongly:
        settle.main(arguments)
    assert wrongly.value.code == 2
    assert told in capsys.readouterr().err


def test_cancelling_gives_used_tickets_back_when_it_is_said(stage: Stage) -> None:
    stage.seat(booked("owner", "B1", "B2", used="B2"))
    assert cancel_event.main(["ev_1"]) == 1
    assert [one["status"] for one in stage.order("owner").tickets] == ["refunded", "valid"]
    assert cancel_event.main(["ev_1", "1"]) == 1
    after = stage.order("owner")
    assert [one["status"] for one in after.tickets] == ["refunded", "refunded"]
    assert [refund.amount for refund in after.refunds] == [1150, 1150]


def test_cancelling_names_every_order_whose_refund_was_refused_and_its_exit_says_so(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    refused, other = refunding("card", RefundState.REFUSED), refunding("far", RefundState.REFUSED, event_id="ev_2")
    for one in (refused, other):  # their seats are free: only the orders tell of them
        stage.put("orders", order_row(one))
    for _ in range(2):
        assert cancel_event.main(["ev_1"]) == 1
        said = capsys.readouterr()
        assert "or_card  23.00 EUR" in said.out and "or_far" not in said.out
        assert "1 refund did not go through" in said.err and "make settle" in said.err
    assert settle.main(["or_card", "bank transfer", ""]) == 0
    assert cancel_event.main(["ev_1"]) == 0


def test_used_is_one_or_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as wrongly:
        cancel_event.main(["ev_1", "yes"])
    assert wrongly.value.code == 2
    assert "USED is 1 or left out" in capsys.readouterr().err
