"""What a gate's list has: counts of the whole showing, and pages of what changed. Over the fakes, what is there in
tests/scenarios/gate_list.py."""

from collections.abc import Iterator
from typing import Any

import pytest

from box_office.domain.gate_list import (
    SINCE_OVERLAP_MS,
    TICKETS_PER_PAGE,
    Bookmark,
    Counts,
    GateList,
    OrderOfShowing,
    first_page,
    next_page,
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
    listed = first_page(orders, [], TODAY)
    assert listed.counts == Counts(sold=2, inside=1)
    assert [one["seat_id"] for one in listed.tickets] == ["B1", "B2"]


@pytest.mark.parametrize(("before", "seen"), [(SINCE_OVERLAP_MS - 1, True), (SINCE_OVERLAP_MS, False)])
def test_a_change_that_was_written_late_is_not_missed(before: int, seen: bool) -> None:
    assert bool(first_page([entry("or_1", TODAY - before)], [], TODAY).tickets) is seen
    assert bool(first_page([], [entry("or_1", TODAY - before)], TODAY).tickets) is seen


def seats_of(page: GateList) -> list[str]:
    return [one["seat_id"] for one in page.tickets]


def test_pages_have_every_ticket_once_whatever_the_order_of_the_rows_of_one_instant() -> None:
    orders = [entry(f"or_{number:04d}", TODAY + number // 7) for number in range(2 * TICKETS_PER_PAGE + 1)]
    by_time = sorted(orders, key=lambda order: (order.place[0], -int(order.place[1][3:])))  # as an index may give them
    page = first_page(by_time, [], None)
    seen, pages = seats_of(page), 1
    while (bookmark := page.following) is not None:
        page = next_page((order for order in by_time if order.place[0] >= bookmark.after[0]), bookmark)
        seen, pages = [*seen, *seats_of(page)], pages + 1
        assert page.counts.sold == len(orders)
    assert (pages, seen) == (3, [order.place[1] for order in orders])


def test_a_page_takes_no_more_orders_than_fill_it() -> None:
    taken = []

    def changed() -> Iterator[OrderOfShowing]:
        for number in range(10 * TICKETS_PER_PAGE):
            taken.append(number)
            yield entry(f"or_{number:05d}", TODAY + number)

    page = next_page(changed(), Bookmark((TODAY, "or_00000"), Counts(9, 9)))
    assert len(page.tickets) == TICKETS_PER_PAGE
    assert len(taken) <= TICKETS_PER_PAGE + 3, "the one before, and what tells that another follows"
    assert page.counts == Counts(9, 9), "no page but the first counts"


def test_an_order_that_changes_between_two_pages_is_on_a_later_one_again() -> None:
    orders = [entry(f"or_{number:04d}", TODAY + number) for number in range(TICKETS_PER_PAGE + 1)]
    first = first_page(orders, [], None)
    assert first.following is not None
    changed = entry("or_0000", TODAY + 9_999, used("or_0000"))
    second = next_page([*orders[-2:], changed], first.following)
    assert [status_at_the_gate(one) for one in second.tickets] == ["valid", "used"]


def test_orders_that_no_index_has_are_all_on_the_first_page_and_count() -> None:
    indexed = [entry(f"or_{number:04d}", TODAY + number) for number in range(TICKETS_PER_PAGE + 1)]
    earlier = [entry("old_1", TODAY - 5, used("A1"), ticket("A2")), entry("old_2", TODAY + 99_999)]
    first = first_page(indexed, earlier, None)
    assert seats_of(first)[:3] == ["A1", "A2", "old_2"]
    assert first.counts == Counts(sold=TICKETS_PER_PAGE + 4, inside=1)
    assert first.following is not None
    assert first.following.after == indexed[-2].place


def test_a_page_that_ends_with_the_list_is_the_last() -> None:
    orders = [entry(f"or_{number:04d}") for number in range(TICKETS_PER_PAGE)]
    assert first_page(orders, [], None).following is None
    assert first_page([], [], None).following is None
