"""What a gate's list has: counts of the whole showing, and pages of what changed. Over the fakes, what is there in
tests/scenarios/gate_list.py."""

from typing import Any

import pytest

from box_office.domain.gate_list import (
    SINCE_OVERLAP_MS,
    TICKETS_PER_PAGE,
    OrderOfShowing,
    gate_list,
    status_at_the_gate,
)
from tests.examples import TODAY, ticket
from tests.scenarios.gate_list import *  # noqa: F403


def entry(name: str, changed_at: int = TODAY, *tickets: dict[str, Any]) -> OrderOfShowing:
    return OrderOfShowing((changed_at, name), tickets or (ticket(name),))


def used(seat: str, status: str = "valid") -> dict[str, Any]:
    return {**ticket(seat, status), "checked_in_at": TODAY}


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (ticket("A1"), "valid"),
        (used("A1"), "used"),
        (ticket("A1", "refunded"), "refunded"),
        (used("A1", "refunded"), "refunded"),
    ],
)
def test_a_ticket_is_valid_used_or_refunded(one: dict[str, Any], status: str) -> None:
    assert status_at_the_gate(one) == status


def test_counts_are_of_the_whole_showing_and_leave_out_what_was_refunded() -> None:
    orders = [
        entry("or_1", TODAY - 9 * SINCE_OVERLAP_MS, ticket("A1"), used("A2")),
        entry("or_2", TODAY, ticket("B1", "refunded"), used("B2", "refunded")),
    ]
    listed = gate_list(orders, TODAY, None)
    assert (listed.sold, listed.inside) == (2, 1)
    assert [one["seat_id"] for one in listed.tickets] == ["B1", "B2"]


@pytest.mark.parametrize(("before", "seen"), [(SINCE_OVERLAP_MS - 1, True), (SINCE_OVERLAP_MS, False)])
def test_a_change_that_was_written_late_is_not_missed(before: int, seen: bool) -> None:
    assert bool(gate_list([entry("or_1", TODAY - before)], TODAY, None).tickets) is seen


def test_pages_have_every_ticket_once_whatever_the_order_of_the_rows() -> None:
    orders = [entry(f"or_{number:04d}", TODAY + number // 7) for number in range(2 * TICKETS_PER_PAGE + 1)]
    pages, after, seen = 0, None, []
    while True:
        page = gate_list(orders[::-1], None, after)
        pages, after, seen = pages + 1, page.last, [*seen, *(one["seat_id"] for one in page.tickets)]
        assert page.sold == len(orders)
        if after is None:
            break
    assert (pages, seen) == (3, [order.place[1] for order in orders])


def test_an_order_that_changes_between_two_pages_is_on_a_later_one_again() -> None:
    orders = [entry(f"or_{number:04d}", TODAY + number) for number in range(TICKETS_PER_PAGE + 1)]
    first = gate_list(orders, None, None)
    changed = entry("or_0000", TODAY + 9_999, used("or_0000"))
    second = gate_list([changed, *orders[1:]], None, first.last)
    assert [status_at_the_gate(one) for one in second.tickets] == ["valid", "used"]


def test_a_page_that_ends_with_the_list_is_the_last() -> None:
    orders = [entry(f"or_{number:04d}") for number in range(TICKETS_PER_PAGE)]
    assert gate_list(orders, None, None).last is None
    assert gate_list([], None, None).last is None
