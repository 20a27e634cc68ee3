"""Rows that a later release wrote, or a person edited, are read: a rollback leaves no order unreadable."""

from dataclasses import replace
from typing import Any

import pytest

from box_office.adapters.dynamodb.order_rows import order_from, order_row, seat_from
from box_office.adapters.dynamodb.values import to_item
from box_office.domain.orders import KeyRecord
from box_office.domain.payments import Attempt, AttemptState, Kind, Method, Refund, RefundState, Settlement
from box_office.domain.seat_map import state_of
from tests.examples import order

ORDER = replace(
    order(),
    attempts=(
        Attempt(1, AttemptState.CAPTURED, Method(Kind.CARD, "pm_visa"), 2300, "pi_1", replaced_by=Method(Kind.CASH)),
    ),
    refunds=(
        Refund(
            "r_1", 1, 100, (), RefundState.SETTLED, 1, "boss", settled=Settlement(at=2, why="at the desk", paid=100)
        ),
    ),
    keys=(KeyRecord("HoldSeat", "k", "f", 201, {"amount": 1}),),
)


def nested(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    attempt, refund = row["attempts"][0], row["refunds"][0]
    return {
        "the order": row,
        "an attempt": attempt,
        "a method": attempt["method"],
        "a method that replaces it": attempt["replaced_by"],
        "a refund": refund,
        "a settlement": refund["settled"],
    }


@pytest.mark.parametrize("where", list(nested(order_row(ORDER))))
def test_a_member_that_a_later_release_added_is_passed_over(where: str) -> None:
    row = order_row(ORDER)
    nested(row)[where]["of_a_later_release"] = "whatever"
    assert order_from(to_item(row)) == order_from(to_item(order_row(ORDER)))


def test_a_key_is_read_as_this_release_writes_it_as_a_later_one_may_and_as_an_earlier_one_did() -> None:
    row = order_row(ORDER)
    assert row["kept_keys"] == [["HoldSeat", "k", "f", 201, {"amount": 1}]]
    row["kept_keys"][0].append("of a later release")
    assert order_from(to_item(row)).keys == ORDER.keys
    del row["kept_keys"]
    assert order_from(to_item(row)).keys == (), "what an earlier release writes over it has forgotten the key"
    named = {"route": "HoldSeat", "key": "k", "fingerprint": "f", "status_code": 201, "answer": {"amount": 1}}
    assert order_from(to_item(row | {"keys": [named]})).keys == ORDER.keys


def test_a_seat_whose_status_no_release_writes_is_not_sold() -> None:
    row = {"event_id": "ev_1", "seat_id": "A1", "status": "Hold", "version": 1, "pinned": False, "hold_until": 5}
    seat = seat_from(to_item(row))
    assert (seat.status, seat.pinned) == ("hold", True)
    assert state_of(seat, 10**15, 0).status != "empty"


def test_a_release_that_knows_no_terminals_reads_their_payments_as_cash() -> None:
    terminal = Method(Kind.EXTERNAL, reference="T-0042")
    sold = replace(ORDER, attempts=(replace(ORDER.attempts[0], method=terminal, replaced_by=terminal),))
    row = order_row(sold)
    [attempt] = row["attempts"]
    assert attempt["method"] == attempt["replaced_by"] == {"kind": "cash", "reference": "T-0042"}
    assert order_from(to_item(row)) == sold
    del attempt["method"]["reference"], attempt["replaced_by"]["reference"]
    assert order_from(to_item(row)).attempts[0].method == Method(Kind.CASH)
